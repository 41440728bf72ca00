import { TernError } from '../../src/shared/domain/errors.ts'
import type { JobStatus, TaskStatus } from '../../src/shared/domain/job.ts'
import { addedTaskStatus } from '../../src/shared/domain/status/append.ts'
import { jobStatusFromTasks } from '../../src/shared/domain/status/job-from-tasks.ts'
import {
  isFinished,
  type JobEvent,
  jobEventForWrite,
  jobTransitions,
  taskEventsOf,
  type WriteableJobStatus,
  writeableJobStatuses,
} from '../../src/shared/domain/status/job-status.ts'
import { isWorthRetrying, nextTry } from '../../src/shared/domain/status/retry.ts'
import {
  nextTaskStatus,
  type TaskEvent,
  taskStatusAfterReport,
  taskStatusAfterWrite,
  writeableTaskStatuses,
} from '../../src/shared/domain/status/task-status.ts'

/*
 * A whole job as the tables have it, without a workspace: what the workspace does with rows, this does with arrays. One
 * test explores all that can happen to it, another runs it beside the real workspace.
 */

export interface ModelTask {
  readonly status: TaskStatus
  /** What it failed with. */
  readonly error?: 'IO_ERROR' | 'SPECIAL_FILE' | undefined
  /** Whether the run that goes on may still report it. */
  readonly isInRun?: boolean
}

export interface Model {
  readonly status: JobStatus
  readonly tasks: readonly ModelTask[]
  /** Whether a person chooses where it lands; then whether they have. */
  readonly isAddressed: boolean
  readonly hasLocation: boolean
  readonly isDispatched: boolean
  readonly isMeasured: boolean
  readonly isPausedByPerson: boolean
  readonly isDeclined: boolean
  readonly attempt: number
  readonly isRetryDue: boolean
}

export type Step =
  | { readonly kind: 'write'; readonly status: WriteableJobStatus }
  | { readonly kind: 'write-task'; readonly task: number; readonly status: (typeof writeableTaskStatuses)[number] }
  | { readonly kind: 'add' }
  | { readonly kind: 'add-again'; readonly task: number }
  | { readonly kind: 'locate' }
  | { readonly kind: 'decline' }
  | { readonly kind: 'measure'; readonly failing: 'none' | 'all' }
  | { readonly kind: 'measure-blocked'; readonly code: 'DRIVE_GONE' | 'CONSENT_NEEDED' }
  | { readonly kind: 'consent' }
  | { readonly kind: 'dispatch' }
  | { readonly kind: 'refuse' }
  | {
      readonly kind: 'report'
      readonly task: number
      readonly event: 'started' | 'finished' | 'failed'
      readonly role: 'sender' | 'receiver'
      readonly error?: ModelTask['error']
    }
  | { readonly kind: 'end'; readonly outcome: 'done' | 'failed' | 'interrupted' | 'blocked'; readonly code?: string }
  | { readonly kind: 'retry' }

export const modelRetry = { retryDelayMs: 1000, maxRetryDelayMs: 1000, maxRetries: 1 }

/** Cells of the tables that were used. */
export const usedCells = new Set<string>()

const counted = (tasks: readonly ModelTask[]) => {
  const counts = { pending: 0, queued: 0, booting: 0, executing: 0, done: 0, failed: 0, onhold: 0, excluded: 0 }
  for (const task of tasks) counts[task.status] += 1
  return counts
}

const inStatus = (task: ModelTask, status: TaskStatus): ModelTask => {
  if (status === task.status) return task
  return status === 'queued' || status === 'pending' ? { status } : { status, error: task.error }
}

export function newModel(options: { isAddressed: boolean; isPaused: boolean; tasks: readonly TaskStatus[] }): Model {
  const hasLocation = !options.isAddressed
  const model: Model = {
    status: options.isPaused ? 'paused' : 'init',
    tasks: options.tasks.map((status) => ({ status: addedTaskStatus(status, { hasLocation }) })),
    isAddressed: options.isAddressed,
    hasLocation,
    isDispatched: false,
    isMeasured: false,
    isPausedByPerson: options.isPaused,
    isDeclined: false,
    attempt: 0,
    isRetryDue: false,
  }
  const counts = counted(model.tasks)
  return counts.pending + counts.queued === 0 ? applied(model, 'measured') : model
}

/** The event, the tasks and the decision table: what the workspace calls applying an event. */
function applied(
  model: Model,
  event: JobEvent,
  work: (tasks: readonly ModelTask[]) => readonly ModelTask[] = (x) => x,
) {
  const led = jobTransitions[event][model.status]
  if (led === undefined) throw new Error(`undefined: ${event} on ${model.status}`)
  usedCells.add(`${event}/${model.status}`)
  let tasks = model.tasks
  for (const taskEvent of taskEventsOf(event, model.status, counted(tasks))) {
    tasks = tasks.map((task) => befallen(task, taskEvent, model))
  }
  tasks = work(tasks)
  const status = jobStatusFromTasks(counted(tasks), {
    current: led,
    isPausedByPerson: event === 'pause' || model.isPausedByPerson,
    isDispatched: event === 'dispatched' || model.isDispatched,
  })
  return {
    ...model,
    status,
    tasks,
    isPausedByPerson: status === 'paused' && (event === 'pause' || model.isPausedByPerson),
    isDeclined: status === 'aborted' && (event === 'declined' || model.isDeclined),
    isRetryDue: status === 'failed' && model.isRetryDue,
  }
}

function befallen(task: ModelTask, event: TaskEvent, model: Model): ModelTask {
  if (event === 'requeued' && !isWorthRetrying(task.error)) return task
  const next = nextTaskStatus(task.status, event, model)
  if (next === undefined) throw new Error(`undefined: ${event} on a task that is ${task.status}`)
  usedCells.add(`${event}/${task.status}`)
  return inStatus(task, next)
}

function retryPlanned(model: Model): Model {
  const codes = model.tasks.filter((task) => task.status === 'failed').map((task) => task.error)
  const next = nextTry(codes, model.attempt, modelRetry)
  return next.kind === 'final' ? { ...model, isRetryDue: false } : { ...model, isRetryDue: true, attempt: next.attempt }
}

const fresh = { attempt: 0, isRetryDue: false }

function ended(model: Model, outcome: 'done' | 'failed' | 'interrupted' | 'blocked', code?: string): Model {
  const fails = outcome === 'done' || outcome === 'failed'
  const closed: Model = {
    ...model,
    isDispatched: false,
    tasks: model.tasks.map((task) => {
      if (task.status !== 'booting' && task.status !== 'executing') return { status: task.status, error: task.error }
      usedCells.add(`${fails ? 'failed' : 'interrupted'}/${task.status}`)
      if (!fails) return { status: nextTaskStatus(task.status, 'interrupted') ?? task.status }
      return { status: 'failed', error: outcome === 'failed' ? (code as ModelTask['error']) : 'SPECIAL_FILE' }
    }),
  }
  const blocked = code === 'CONSENT_NEEDED' ? 'consent-asked' : 'blocked'
  const event = fails ? 'ended' : outcome === 'blocked' ? blocked : 'interrupted'
  let after: Model = applied(closed, event)
  if ((after.status !== 'waiting' || event === 'ended') && counted(closed.tasks).failed === 0)
    after = { ...after, attempt: 0 }
  return after.status === 'failed' ? retryPlanned(after) : after
}

const stopped = (model: Model) => (model.isDispatched ? ended(model, 'interrupted') : model)

const isDeclinedThere = (model: Model) => model.isDeclined && model.hasLocation && model.isAddressed

/** What a step makes of a job; undefined when it is refused, or cannot be taken now. */
export function stepped(model: Model, step: Step): Model | undefined {
  switch (step.kind) {
    case 'write':
      return written(model, step.status)
    case 'write-task':
      return taskWritten(model, step.task, step.status)
    case 'add':
      return added(model, (tasks) => [...tasks, { status: addedTaskStatus('queued', model) }])
    case 'add-again': {
      if (model.tasks[step.task] === undefined) return undefined
      return added(model, (tasks) => tasks.map((task, at) => (at === step.task ? askedAgain(task, model) : task)))
    }
    case 'locate':
      if (!model.isAddressed || isFinished(model.status) || counted(model.tasks).pending === 0) return undefined
      return { ...applied({ ...model, hasLocation: true }, 'located') }
    case 'decline': {
      if (!model.isAddressed || isFinished(model.status)) return undefined
      usedCells.add(`declined/${model.status}`)
      const still = stopped(model)
      return isFinished(still.status) ? undefined : applied(still, 'declined')
    }
    case 'measure':
      return measured(model, step.failing)
    case 'measure-blocked':
      if (model.isMeasured || isFinished(model.status)) return undefined
      return applied(model, step.code === 'CONSENT_NEEDED' ? 'consent-asked' : 'blocked')
    case 'consent':
      return jobTransitions.consented[model.status] === undefined ? undefined : applied(model, 'consented')
    case 'dispatch':
    case 'refuse':
      return started(model, step.kind)
    case 'report':
      return reported(model, step)
    case 'end':
      return model.isDispatched ? ended(model, step.outcome, step.code) : undefined
    case 'retry': {
      if (model.status !== 'failed' || !model.isRetryDue) return undefined
      return applied(model, 'retried')
    }
  }
}

function askedAgain(task: ModelTask, model: Model): ModelTask {
  usedCells.add(`asked-again/${task.status}`)
  return inStatus(task, nextTaskStatus(task.status, 'asked-again', model) ?? task.status)
}

function written(model: Model, wanted: WriteableJobStatus): Model | undefined {
  let event: JobEvent
  try {
    event = jobEventForWrite(model.status, wanted)
  } catch (error) {
    if (error instanceof TernError) return undefined
    throw error
  }
  usedCells.add(`${event}/${model.status}`)
  if (event === 'resume' && isDeclinedThere(model)) return relocated(model)
  const still = event === 'resume' ? model : stopped(model)
  if (jobTransitions[event][still.status] === undefined) return still
  if (event === 'resend') return relocated(still)
  const after = applied(still, event)
  if (event === 'resume') return model.status === 'running' ? model : { ...after, ...fresh }
  return { ...after, isRetryDue: false }
}

function relocated(model: Model): Model | undefined {
  const isChosen = model.hasLocation || counted(model.tasks).pending > 0
  if (!model.isAddressed || !isChosen) return undefined
  return { ...applied(model, 'resend'), ...fresh, hasLocation: false }
}

function taskWritten(model: Model, at: number, wanted: (typeof writeableTaskStatuses)[number]): Model | undefined {
  const task = model.tasks[at]
  if (task === undefined) return undefined
  if (wanted === 'queued' && isDeclinedThere(model)) return undefined
  const isMoving = task.status === 'booting' || task.status === 'executing'
  const still = isMoving ? stopped(model) : model
  const status = taskStatusAfterWrite(task.status, wanted, model)
  const tasks = still.tasks.map((each, index): ModelTask => {
    if (index !== at || wanted === task.status) return each
    return {
      status,
      error: status === 'failed' || status === 'queued' || status === 'pending' ? undefined : each.error,
    }
  })
  const before = still.status
  const event = wanted === 'queued' ? 'task-retried' : 'tasks-written'
  const after: Model = applied({ ...still, tasks }, event)
  if (after.status === 'waiting' && (before !== 'waiting' || event === 'task-retried')) return { ...after, ...fresh }
  if (after.status !== 'failed') return after
  const isUseful =
    after.isRetryDue && after.tasks.some((each) => each.status === 'failed' && isWorthRetrying(each.error))
  return before === 'failed' && isUseful ? after : retryPlanned(after)
}

function added(model: Model, work: (tasks: readonly ModelTask[]) => readonly ModelTask[]): Model | undefined {
  if (isDeclinedThere(model)) return undefined
  const after = { ...applied(model, 'added', work), isMeasured: false }
  return after.status === 'failed' ? after : { ...after, ...fresh }
}

function measured(model: Model, failing: 'none' | 'all'): Model | undefined {
  if (isFinished(model.status)) return undefined
  const tasks = model.tasks.map((task): ModelTask => {
    if (failing === 'none' || (task.status !== 'queued' && task.status !== 'pending')) return task
    usedCells.add(`failed/${task.status}`)
    return { status: 'failed', error: 'IO_ERROR' }
  })
  const after = applied({ ...model, tasks, isMeasured: true }, 'measured')
  return after.status === 'failed' && model.status !== 'failed' ? retryPlanned(after) : after
}

function started(model: Model, kind: 'dispatch' | 'refuse'): Model | undefined {
  const isReady = model.status === 'waiting' && model.isMeasured && model.hasLocation
  if (!isReady || counted(model.tasks).queued === 0) return undefined
  if (kind === 'refuse') return { ...applied(model, 'refused'), isRetryDue: false }
  const after = applied(model, 'dispatched', (tasks) =>
    tasks.map((task) => (task.status === 'queued' ? { ...befallen(task, 'booted', model), isInRun: true } : task)),
  )
  return { ...after, isDispatched: true }
}

function reported(model: Model, step: Extract<Step, { kind: 'report' }>): Model | undefined {
  const task = model.tasks[step.task]
  if (!model.isDispatched || task?.isInRun !== true) return undefined
  const status = taskStatusAfterReport(task.status, step.event, step.role)
  if (status === undefined) return undefined
  usedCells.add(`${step.event}/${task.status}`)
  if (task.status === 'done') return undefined
  const error = status === 'failed' ? step.error : undefined
  return {
    ...model,
    tasks: model.tasks.map((each, at) => (at === step.task ? { status, error, isInRun: true } : each)),
  }
}

export const maxTasks = 3

/** Every step that anybody could take, for as many tasks. */
export function stepsFor(taskCount: number): Step[] {
  const tasks = [...Array(taskCount).keys()]
  return [
    ...(Object.keys(writeableJobStatuses) as (keyof typeof writeableJobStatuses)[]).map(
      (status): Step => ({ kind: 'write', status }),
    ),
    ...tasks.flatMap((task) => writeableTaskStatuses.map((status): Step => ({ kind: 'write-task', task, status }))),
    ...(taskCount < maxTasks ? [{ kind: 'add' } as const] : []),
    ...tasks.map((task): Step => ({ kind: 'add-again', task })),
    { kind: 'locate' },
    { kind: 'decline' },
    { kind: 'measure', failing: 'none' },
    { kind: 'measure', failing: 'all' },
    { kind: 'measure-blocked', code: 'DRIVE_GONE' },
    { kind: 'measure-blocked', code: 'CONSENT_NEEDED' },
    { kind: 'consent' },
    { kind: 'dispatch' },
    { kind: 'refuse' },
    { kind: 'retry' },
    ...tasks.flatMap((task): Step[] => [
      { kind: 'report', task, event: 'started', role: 'sender' },
      { kind: 'report', task, event: 'finished', role: 'receiver' },
      { kind: 'report', task, event: 'finished', role: 'sender' },
      { kind: 'report', task, event: 'failed', role: 'receiver', error: 'IO_ERROR' },
      { kind: 'report', task, event: 'failed', role: 'sender', error: 'SPECIAL_FILE' },
    ]),
    { kind: 'end', outcome: 'done' },
    { kind: 'end', outcome: 'failed', code: 'IO_ERROR' },
    { kind: 'end', outcome: 'failed', code: 'SPECIAL_FILE' },
    { kind: 'end', outcome: 'interrupted' },
    { kind: 'end', outcome: 'blocked', code: 'DRIVE_GONE' },
    { kind: 'end', outcome: 'blocked', code: 'CONSENT_NEEDED' },
  ]
}
