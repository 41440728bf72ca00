import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newEntityId } from '../../../src/platform/random-id.ts'
import type { SqliteDatabase } from '../../../src/platform/sqlite.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import type { ClientId, JobId, UserId } from '../../../src/shared/domain/ids.ts'
import type { TaskStatus } from '../../../src/shared/domain/job.ts'
import { addPlannedTasks } from '../../../src/workspace/jobs/add-tasks.ts'
import { answerConsent } from '../../../src/workspace/jobs/consent.ts'
import { declineTransfer, resolveLocation } from '../../../src/workspace/jobs/location.ts'
import { measureRequests, recordMeasured } from '../../../src/workspace/jobs/measure.ts'
import { applyJobEvent } from '../../../src/workspace/jobs/settle.ts'
import { updateTasks, updateTransfer } from '../../../src/workspace/jobs/update-transfer.ts'
import { defaultRetryRules, endDispatch } from '../../../src/workspace/scheduler/end-dispatch.ts'
import { reportTasks } from '../../../src/workspace/scheduler/report.ts'
import { startDispatches } from '../../../src/workspace/scheduler/start-dispatches.ts'
import { isDispatched, runningDispatchesOf } from '../../../src/workspace/store/dispatches.ts'
import { Effects } from '../../../src/workspace/store/effects.ts'
import { partsOf } from '../../../src/workspace/store/job-parts.ts'
import {
  countsOf,
  holdOf,
  holdText,
  insertJob,
  type JobColumns,
  requireJob,
} from '../../../src/workspace/store/jobs.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'
import { clientById, insertUser, type UserRow } from '../../../src/workspace/store/people.ts'
import type { Transaction } from '../../../src/workspace/store/store.ts'
import { insertTask, type NewTask } from '../../../src/workspace/store/tasks.ts'
import { Presence } from '../../../src/workspace/stream/presence.ts'
import { type Model, modelRetry, newModel, type Step, stepped, stepsFor } from '../../helpers/job-model.ts'
import { jobStories } from '../../helpers/job-stories.ts'

/*
 * The same steps for the tables' model of a job and for the workspace's own functions on a real database: after each of
 * them the rows say what the model says.
 */

const rules = { ...defaultRetryRules, ...modelRetry }
const nobody = new Presence()
const everybody = new Presence()
let folder: string
let database: SqliteDatabase
let sam: UserRow
let lisa: UserRow
const samsPc = newEntityId<ClientId>()
const lisasPc = newEntityId<ClientId>()
const server = newEntityId<ClientId>()

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-model-'))
  database = openDatabase(join(folder, 'workspace.db'))
  database.exec('PRAGMA synchronous = OFF')
  const person = { status: 'enabled', password_hash: null, created_at: 1 } as const
  sam = insertUser(database, { ...person, email: 'sam@example.com', name: 'Sam', role: 'admin' })
  lisa = insertUser(database, { ...person, email: 'lisa@example.com', name: 'Lisa', role: 'standard' })
  database.run("INSERT INTO sites (code, name, created_at) VALUES ('hq', 'hq', 1)")
  const machines: [ClientId, string, string | null, string | null][] = [
    [samsPc, 'app', sam.id, null],
    [lisasPc, 'app', lisa.id, null],
    [server, 'server', null, 'hq'],
  ]
  for (const [id, kind, userId, site] of machines) {
    database.run(
      'INSERT INTO clients (id, name, kind, user_id, site_code, key_hash, created_at) VALUES (?, ?, ?, ?, ?, ?, 1)',
      [id, kind, kind, userId, site, id],
    )
    everybody.setOnline(id, true)
  }
})

afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

/** One job of the workspace, moved by the same steps as the model. */
class Real {
  readonly id = newEntityId<JobId>()
  readonly isAddressed: boolean
  #nowMs = 1_000_000
  #added = 0

  constructor(model: Model, tasks: readonly TaskStatus[]) {
    this.isAddressed = model.isAddressed
    this.#write((transaction) => {
      insertJob(database, this.#columns(model), { spec: '{}', metadata: null })
      for (const [seq, status] of tasks.entries()) {
        insertTask(database, this.id, seq, this.#newTask(this.#added++, status), this.#nowMs)
      }
      const counts = countsOf(this.row)
      if (counts.pending + counts.queued === 0) applyJobEvent(transaction, this.id, 'measured')
    })
  }

  get row() {
    return requireJob(database, this.id)
  }

  get tasks() {
    return database.all<{ id: string; uri: string; status: TaskStatus; source: string; destination: string }>(
      'SELECT * FROM tasks WHERE job_id = ? ORDER BY seq',
      [this.id],
    )
  }

  /** What the model says of a job, from its rows. */
  seen() {
    const { row } = this
    return {
      status: row.status,
      tasks: this.tasks.map((task) => task.status),
      hasLocation: row.destination_key !== '',
      isDispatched: isDispatched(database, this.id),
      isMeasured: row.is_measured === 1,
      isPausedByPerson: row.status === 'paused' && holdOf(row)?.code === 'paused',
      attempt: row.attempt,
      isRetryDue: row.status === 'failed' && row.next_at > 0,
    }
  }

  /** False when the workspace refuses it. */
  take(step: Step): boolean {
    try {
      this.#write((transaction) => this.#act(transaction, step))
      return true
    } catch (error) {
      if (error instanceof TernError) return false
      throw error
    }
  }

  forget(): void {
    database.run('DELETE FROM jobs WHERE id = ?', [this.id])
  }

  #act(transaction: Transaction, step: Step): unknown {
    const bySam = { user: sam, client: clientById(database, samsPc), tokenHash: '' }
    const byLisa = { user: lisa, client: clientById(database, lisasPc), tokenHash: '' }
    const task = 'task' in step ? this.tasks[step.task] : undefined
    const [dispatch] = runningDispatchesOf(database, this.id)
    switch (step.kind) {
      case 'write':
        return updateTransfer(transaction, bySam, { id: this.id, status: step.status }, rules)
      case 'write-task':
        return updateTasks(
          transaction,
          bySam,
          { jobId: this.id, tasks: [{ id: task?.id as never, status: step.status }] },
          rules,
        )
      case 'add':
        return this.#add(transaction, this.#newTask(this.#added++, 'queued'))
      case 'add-again':
        return this.#add(transaction, {
          ...this.#newTask(0, 'queued'),
          source: JSON.parse(task?.source ?? ''),
          destination: JSON.parse(task?.destination ?? ''),
        })
      case 'locate':
        return resolveLocation(transaction, byLisa, { jobId: this.id, path: '/home/lisa', revision: this.row.revision })
      case 'decline':
        return declineTransfer(transaction, byLisa, { jobId: this.id }, rules)
      case 'measure': {
        measureRequests(transaction, everybody, this.id)
        const error = step.failing === 'all' ? { error: { code: 'IO_ERROR' as const } } : {}
        const tasks = this.tasks.map(({ uri }) => ({ uri, sizeBytes: 1, fileCount: 1, ...error }))
        return recordMeasured(transaction, this.#samsClient(), { jobId: this.id, tasks, isComplete: true }, rules)
      }
      case 'measure-blocked': {
        const blocked = { code: step.code }
        const said = { jobId: this.id, tasks: [], isComplete: false, blocked }
        return recordMeasured(transaction, this.#samsClient(), said, rules)
      }
      case 'consent':
        return this.#consent(transaction)
      case 'dispatch':
      case 'refuse':
        this.#consent(transaction)
        this.#nowMs =
          Math.max(this.#nowMs, this.row.next_at, ...partsOf(database, this.id).map((part) => part.next_at)) + 1
        if (step.kind === 'refuse') database.run("UPDATE users SET status = 'disabled' WHERE id = ?", [sam.id])
        startDispatches({ ...transaction, nowMs: this.#nowMs }, everybody, { ...rules, maxPerPair: 1, maxPerEnd: 16 })
        if (step.kind === 'refuse') database.run("UPDATE users SET status = 'enabled' WHERE id = ?", [sam.id])
        return
      case 'retry':
        this.#nowMs = Math.max(this.#nowMs, this.row.next_at)
        startDispatches({ ...transaction, nowMs: this.#nowMs }, nobody, { ...rules, maxPerPair: 1, maxPerEnd: 16 })
        return
      case 'report': {
        if (dispatch === undefined || task === undefined) throw new Error('nothing runs')
        const status = { started: 'executing', finished: 'done', failed: 'failed' } as const
        const error = step.error && { error: { code: step.error } }
        const entry = { uri: task.uri, status: status[step.event], ...error }
        const who = step.role === 'sender' ? dispatch.sender : dispatch.receiver
        return reportTasks(transaction, who, { dispatchId: dispatch.id, epoch: dispatch.epoch, tasks: [entry] })
      }
      case 'end': {
        if (dispatch === undefined) throw new Error('nothing runs')
        const error = step.code === undefined ? {} : { error: { code: step.code as 'IO_ERROR' } }
        return endDispatch(transaction, dispatch, { outcome: step.outcome, ...error, by: 'send' }, rules)
      }
    }
  }

  #consent(transaction: Transaction): void {
    if (holdOf(this.row)?.code !== 'consent') return
    const owner = { user: sam, client: clientById(database, samsPc), tokenHash: '' }
    answerConsent(transaction, owner, { jobId: this.id, decision: 'allow' }, rules)
  }

  #add(transaction: Transaction, task: NewTask): void {
    addPlannedTasks(transaction, this.row, [task], true)
  }

  #samsClient() {
    const client = clientById(database, samsPc)
    if (client === undefined) throw new Error('no client')
    return client
  }

  #newTask(number: number, wanted: TaskStatus): NewTask {
    const destination = this.isAddressed
      ? { userId: lisa.id, path: `${number}` }
      : { siteCode: 'hq', path: `${number}` }
    const status = wanted === 'queued' && this.isAddressed ? 'pending' : wanted
    const source = { userId: sam.id, clientId: samsPc, path: `/home/sam/${number}` }
    return { uri: `${number}`, status, priority: 500, source, destination, settings: {} }
  }

  #columns(model: Model): JobColumns {
    const destination: [string | null, UserId | null, string] = this.isAddressed
      ? [null, lisa.id, '']
      : ['hq', null, 'site:hq']
    return {
      id: this.id,
      name: 'job',
      status: model.isPausedByPerson ? 'paused' : 'init',
      is_live: 1,
      sort_at: this.#nowMs,
      source_site: null,
      source_user: sam.id,
      source_client: samsPc,
      source_key: `client:${samsPc}`,
      destination_site: destination[0],
      destination_user: destination[1],
      destination_client: null,
      destination_key: destination[2],
      user_id: sam.id,
      queue: 'medium',
      priority: 500,
      is_measured: 0,
      next_at: 0,
      queued_at: this.#nowMs,
      attempt: 0,
      epoch: 0,
      hold: model.isPausedByPerson ? holdText('paused') : null,
      after_job_id: null,
      location_client: null,
      location_path: null,
      revision: 0,
      mirrors_paths: 1,
      modified_by: null,
      parent_id: null,
      batch_id: null,
      created_at: this.#nowMs,
      modified_at: this.#nowMs,
      finished_at: null,
      note: null,
      settings: '{}',
    }
  }

  #write(work: (transaction: Transaction) => unknown): void {
    this.#nowMs += 1
    database.transaction(() => work({ database, effects: new Effects(), nowMs: this.#nowMs }))
  }
}

/** Work goes on more often than somebody interferes, or hardly any run would get anywhere. */
const weights: Readonly<Partial<Record<Step['kind'], number>>> = {
  measure: 3,
  dispatch: 5,
  report: 10,
  end: 3,
  retry: 5,
}

/** Steps that the outside world cannot even try when the model says that they cannot be taken. */
const needsAMoment: ReadonlySet<Step['kind']> = new Set(['dispatch', 'refuse', 'retry', 'report', 'end', 'consent'])

const seenOf = (model: Model) => ({
  status: model.status,
  tasks: model.tasks.map((task) => task.status),
  hasLocation: model.hasLocation,
  isDispatched: model.isDispatched,
  isMeasured: model.isMeasured,
  isPausedByPerson: model.isPausedByPerson,
  attempt: model.attempt,
  isRetryDue: model.isRetryDue,
})

test('the workspace moves its rows as the tables say, whatever comes in whatever order', () => {
  const statuses = fc.array(fc.constantFrom<TaskStatus>('queued', 'queued', 'queued', 'excluded', 'onhold'), {
    minLength: 1,
    maxLength: 3,
  })
  const reached = new Set<string>()
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      statuses,
      // Mostly what can be done now, by turns of who does it; sometimes what is refused.
      fc.array(
        fc.record({
          isAny: fc.integer({ min: 0, max: 9 }).map((n) => n === 9),
          kind: fc.nat(1000),
          pick: fc.nat(1000),
        }),
        {
          maxLength: 30,
        },
      ),
      (isAddressed, isPaused, tasks, choices) => {
        let model = newModel({ isAddressed, isPaused, tasks })
        const real = new Real(newModel({ isAddressed, isPaused, tasks: ['queued'] }), tasks)
        const history: Step[] = []
        for (const choice of choices) {
          const all = stepsFor(model.tasks.length)
          const steps = choice.isAny ? all : all.filter((step) => stepped(model, step) !== undefined)
          const kinds = [...new Set(steps.map(({ kind }) => kind))].flatMap((each) =>
            Array(weights[each] ?? 1).fill(each),
          )
          const kind = kinds[choice.kind % kinds.length]
          const ofKind = steps.filter((step) => step.kind === kind)
          const step = ofKind[choice.pick % ofKind.length]
          if (step === undefined) continue
          const after = stepped(model, step)
          if (after === undefined && needsAMoment.has(step.kind)) continue
          history.push(step)
          const isTaken = real.take(step)
          model = after ?? model
          const told = JSON.stringify(history)
          if (after !== undefined) expect(isTaken, told).toBe(true)
          expect(real.seen(), told).toEqual(seenOf(model))
          reached.add(model.status)
        }
        real.forget()
      },
    ),
    { numRuns: Number(process.env.TERN_MODEL_RUNS ?? 300) },
  )
  expect([...reached].sort()).toEqual(['aborted', 'done', 'failed', 'init', 'paused', 'running', 'waiting'])
})

test.each(Object.entries(jobStories))(
  '%s',
  (_name, { tasks = 1, isAddressed = false, isPaused = false, steps, ends }) => {
    const statuses = Array<TaskStatus>(tasks).fill('queued')
    let model = newModel({ isAddressed, isPaused, tasks: statuses })
    const real = new Real(model, statuses)
    for (const step of steps) {
      real.take(step)
      model = stepped(model, step) ?? model
      expect(real.seen()).toEqual(seenOf(model))
    }
    expect(real.seen()).toMatchObject(ends)
    real.forget()
  },
)
