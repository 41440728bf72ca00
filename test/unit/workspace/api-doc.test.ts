import { fileURLToPath } from 'node:url'
import { it } from 'vitest'
import { errorsOfAnyOperation } from '../../../src/shared/contract/operation-errors.ts'
import type { OperationName } from '../../../src/shared/contract/operations.ts'
import { clientFrame, serverFrame } from '../../../src/shared/contract/stream.ts'
import type { JobStatus, TaskStatus } from '../../../src/shared/domain/job.ts'
import { mayAppendTo } from '../../../src/shared/domain/status/append.ts'
import type { Cause } from '../../../src/shared/domain/status/causes.ts'
import { type JobRule, jobRules, jobStatusFromTasks } from '../../../src/shared/domain/status/job-from-tasks.ts'
import {
  jobEventCauses,
  jobStatuses,
  jobTransitions,
  nextJobStatus,
  taskEventsOf,
  type WriteableJobStatus,
  writeableJobStatuses,
} from '../../../src/shared/domain/status/job-status.ts'
import { defaultRetry, nextTry } from '../../../src/shared/domain/status/retry.ts'
import {
  movesOf,
  taskEventCauses,
  taskStatuses,
  taskTransitions,
} from '../../../src/shared/domain/status/task-status.ts'
import { frameTable, linkTo } from '../../helpers/docs/operation-page.ts'
import { themes } from '../../helpers/docs/operation-sentences.ts'
import { expectSection, markdownTable } from '../../helpers/generated-doc.ts'

const file = fileURLToPath(new URL('../../../docs/api.md', import.meta.url))

const roleNames: Readonly<Record<Cause, string>> = {
  maker: 'who made the job',
  involved: 'who made, sends or receives it',
  recipient: 'the person it is sent to',
  owner: "a machine's owner",
  operator: 'an admin or employee',
  workspace: 'the workspace',
  sender: "the source's client",
  receiver: "the destination's client",
}

/** One row an event: who may cause it, and where it leads from each status. */
function transitions<Event extends string>(
  statuses: readonly string[],
  causes: Readonly<Record<Event, readonly Cause[]>>,
  steps: Readonly<Record<Event, Readonly<Partial<Record<string, string>>>>>,
): string {
  return markdownTable(
    ['event', 'caused by', ...statuses.map((status) => `\`${status}\``)],
    (Object.keys(steps) as Event[]).map((event) => [
      event,
      causes[event].map((cause) => roleNames[cause]).join(', '),
      ...statuses.map((status) => steps[event][status] ?? ''),
    ]),
  )
}

const ruleTexts: Readonly<Record<JobRule, string>> = {
  aborted: 'somebody aborted or declined it',
  empty: 'it has no tasks',
  dispatched: 'a run of it goes on',
  settled: 'every task is `done` or `excluded`',
  paused: 'somebody paused it',
  measuring: 'a task is `pending` or `queued`, and the sizes are not known',
  open: 'a task is `pending` or `queued`',
  failed: 'a task is `failed`',
  held: 'only tasks `onhold` are left',
}

const writeTexts: Readonly<Record<WriteableJobStatus, string>> = {
  waiting: 'go on, or try again: at the end of its queue if it had stopped',
  paused: 'stop at once and stay stopped',
  aborted: 'stop at once and for good',
  done: 'stop; what is not done is excluded',
  pending: 'the receiver chooses anew where it lands, and all is sent again',
}

const atRest = { isPausedByPerson: false, isDispatched: false }

function appendRow(status: JobStatus): string[] {
  const shelved = taskEventsOf('added', status, { ...noTasks, done: 1 }).includes('shelved')
  const moves = movesOf('shelved', { hasLocation: true })
    .filter(({ from }) => jobStatusFromTasks({ ...noTasks, [from]: 1 }, { ...atRest, current: status }) === status)
    .map(({ from, to }) => `${from} → ${to}`)
  return [
    `\`${status}\``,
    mayAppendTo({ status, isDeclined: false }) ? 'added to this job' : 'a new job',
    shelved && moves.length > 0 ? moves.join(', ') : 'stay as they are',
    nextJobStatus(status, 'added') ?? '',
  ]
}

const noTasks = Object.fromEntries(taskStatuses.map((status) => [status, 0])) as Record<TaskStatus, number>

function retryRows(): string[][] {
  const rows: string[][] = []
  for (let attempt = 0; ; attempt += 1) {
    const next = nextTry(['IO_ERROR'], attempt, defaultRetry)
    if (next.kind === 'final') return [...rows, [`${attempt + 1}`, 'failed for good']]
    rows.push([`${attempt + 1}`, `tried again after ${next.delayMs / 1000} s`])
  }
}

const sections: Readonly<Record<string, string>> = {
  operations: markdownTable(
    ['page', 'operations'],
    Object.entries(themes).map(([page, { title, operations }]) => [
      `[${title}](api/${page}.md)`,
      (Object.keys(operations) as OperationName[]).map((name) => linkTo(name, `api/${page}.md`)).join(' '),
    ]),
  ),
  'common-errors': errorsOfAnyOperation.map((code) => `\`${code}\``).join(', '),
  'server-frames': frameTable(serverFrame.options, {
    welcome: 'the stream is open; `revision` is where it stands',
    changes: 'what became of entities: `{ entity, value }`, or `{ entity, removed: <id> }`',
    reset: 'what was missed is not known any more: take a snapshot',
    progress: 'how far jobs are that run',
    'site.shares': "to a site's server: the folders behind its shares",
    'dispatch.start': 'to a machine: run these tasks with that peer',
    'dispatch.stop': 'to a machine: stop that run',
    'dispatch.settings': 'to the machine that sends: keep that run to these limits from now on',
    'client.settings': 'to a machine: keep all its runs together to these limits',
    'transfer.measure': 'to a machine: how large are these?',
    'files.request': "to a site's server: list, look, measure, make, move or remove",
    'files.more': 'go on with a list',
    'files.stop': 'nobody waits for it any more',
    reminder: 'somebody asks the person to choose a folder',
    'session.ended': 'the session is over; the stream closes with 4001',
  }),
  'client-frames': frameTable(clientFrame.options, {
    subscribe: 'begin, or begin anew with another window; `since` is the revision that was seen last',
    heartbeat: 'still here; every 20 s, with the runs that go on',
    progress: 'how far a run of this machine is',
    'files.answer': 'what the storage found',
  }),
  'job-writes': markdownTable(
    ['written', 'meaning', ...jobStatuses.map((status) => `\`${status}\``)],
    Object.entries(writeableJobStatuses).map(([status, event]) => [
      `\`${status}\``,
      writeTexts[status as WriteableJobStatus],
      ...jobStatuses.map((from) => nextJobStatus(from, event) ?? ''),
    ]),
  ),
  'job-statuses': transitions(jobStatuses, jobEventCauses, jobTransitions),
  'job-rules': markdownTable(
    ['', 'if', 'it is'],
    jobRules.map(({ name, becomes }, index) => [
      `${index + 1}`,
      ruleTexts[name],
      becomes === undefined ? 'what it was' : `\`${becomes}\``,
    ]),
  ),
  'task-statuses': transitions(taskStatuses, taskEventCauses, taskTransitions),
  append: markdownTable(['the job is', '`append` goes', 'its tasks before', 'it becomes'], jobStatuses.map(appendRow)),
  retries: markdownTable(['failure', 'what follows'], retryRows()),
}

it.each(Object.entries(sections))('docs/api.md says of %s what the code says', (name, wanted) => {
  expectSection(file, name, wanted)
})
