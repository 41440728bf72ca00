import type { Step } from './job-model.ts'

const failedBy = (task: number, error: 'IO_ERROR' | 'SPECIAL_FILE', role: 'sender' | 'receiver' = 'receiver'): Step => {
  return { kind: 'report', task, event: 'failed', role, error }
}
const measure: Step = { kind: 'measure', failing: 'none' }
const dispatch: Step = { kind: 'dispatch' }
const end: Step = { kind: 'end', outcome: 'done' }
const twoFailures = [measure, dispatch, failedBy(0, 'IO_ERROR'), failedBy(1, 'SPECIAL_FILE'), end]

export interface Story {
  readonly tasks?: number
  readonly isAddressed?: boolean
  readonly isPaused?: boolean
  readonly steps: readonly Step[]
  readonly ends: Readonly<Partial<Record<string, unknown>>>
}

/** What once went wrong, or easily could: the steps, and what the job is after them. */
export const jobStories: Readonly<Record<string, Story>> = {
  'only what may pass is tried again': {
    tasks: 2,
    steps: [...twoFailures, { kind: 'retry' }],
    ends: { status: 'waiting', tasks: ['queued', 'failed'], attempt: 1 },
  },
  'nothing is tried again when that is put on hold': {
    tasks: 2,
    steps: [...twoFailures, { kind: 'write-task', task: 0, status: 'onhold' }],
    ends: { status: 'failed', tasks: ['onhold', 'failed'], isRetryDue: false },
  },
  'the only failing task on hold makes the job paused; released, it goes on': {
    steps: [
      ...[measure, dispatch, failedBy(0, 'IO_ERROR'), end],
      { kind: 'write-task', task: 0, status: 'onhold' },
      { kind: 'write-task', task: 0, status: 'queued' },
    ],
    ends: { status: 'waiting', tasks: ['queued'], isPausedByPerson: false, attempt: 0 },
  },
  'a repeated report does not undo a retry of its task': {
    tasks: 2,
    steps: [
      ...[measure, dispatch, failedBy(0, 'IO_ERROR')],
      { kind: 'write-task', task: 0, status: 'queued' },
      failedBy(0, 'IO_ERROR'),
    ],
    ends: { status: 'running', tasks: ['queued', 'booting'] },
  },
  'what a person wrote failed is not tried again': {
    steps: [measure, dispatch, { kind: 'write-task', task: 0, status: 'failed' }],
    ends: { status: 'failed', isRetryDue: false },
  },
  'before a folder is chosen, a retry waits for the folder again': {
    isAddressed: true,
    steps: [{ kind: 'measure', failing: 'all' }, { kind: 'retry' }],
    ends: { status: 'waiting', tasks: ['pending'] },
  },
  'a repeated measurement costs no try': {
    steps: [{ kind: 'measure', failing: 'all' }, measure, measure],
    ends: { status: 'failed', attempt: 1, isRetryDue: true },
  },
  'asking for consent does not wake a paused job': {
    isPaused: true,
    steps: [{ kind: 'measure-blocked', code: 'CONSENT_NEEDED' }],
    ends: { status: 'paused', isPausedByPerson: true },
  },
  'a run that is blocked has ended, also when something was added meanwhile': {
    steps: [measure, dispatch, { kind: 'add' }, { kind: 'end', outcome: 'blocked', code: 'DRIVE_GONE' }],
    ends: { status: 'waiting', tasks: ['queued', 'queued'], isDispatched: false },
  },
  'an aborted job that is added to leaves out what it had left undone': {
    tasks: 2,
    steps: [measure, dispatch, failedBy(0, 'IO_ERROR'), { kind: 'write', status: 'aborted' }, { kind: 'add' }],
    ends: { status: 'waiting', tasks: ['onhold', 'excluded', 'queued'] },
  },
  'sending again what was finished by decree leaves out what it left out': {
    isAddressed: true,
    steps: [measure, { kind: 'locate' }, { kind: 'write', status: 'done' }, { kind: 'write', status: 'pending' }],
    ends: { status: 'done', tasks: ['excluded'] },
  },
  'what was declined after a folder was chosen is asked for anew': {
    isAddressed: true,
    steps: [measure, { kind: 'locate' }, { kind: 'decline' }, { kind: 'add' }, { kind: 'write', status: 'waiting' }],
    ends: { status: 'waiting', tasks: ['pending'], hasLocation: false },
  },
  'an offline peer costs no try': {
    steps: [
      measure,
      dispatch,
      { kind: 'end', outcome: 'interrupted' },
      dispatch,
      { kind: 'end', outcome: 'interrupted' },
    ],
    ends: { status: 'waiting', tasks: ['queued'], attempt: 0 },
  },
}
