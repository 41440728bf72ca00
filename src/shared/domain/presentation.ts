import type { JobStatus, TaskResult, TransferPhase } from './job.ts'
import type { Reason } from './reason.ts'
import { isFinished } from './status/job-status.ts'

/** What a row's look follows from; the window's rows have this and more. */
export interface PresentedTransfer {
  readonly status: JobStatus
  readonly reason?: Reason
  readonly waitsOnYou?: 'location' | 'consent'
  readonly progress?: {
    readonly phase: TransferPhase
    readonly filesScanned: number
    readonly filesCompared: number
    readonly filesTotal: number
    readonly bytesVerified: number
    readonly bytesTotal: number
    readonly isChecking?: boolean
  }
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly result: TaskResult
  readonly finishedAtMs?: number
  readonly from?: PresentedPlace
  readonly to?: PresentedPlace
}

export interface PresentedPlace {
  readonly kind: 'here' | 'user' | 'site'
  readonly name: string
}

/** State shapes of LOOK.md section 3. */
export type StateShape =
  | 'running'
  | 'scanning'
  | 'comparing'
  | 'verifying'
  | 'waiting'
  | 'offline'
  | 'queued'
  | 'paused'
  | 'failed'
  | 'done'
  | 'stopped'
  | 'beak'

export type RowSection = 'waiting-on-you' | 'active' | 'finished'

/** `strong` is ink, `plain` ink2, `quiet` ink3, `failed` ink and heavy, `yours` the beak's orange on the shape. */
export type RowTone = 'strong' | 'plain' | 'quiet' | 'failed' | 'yours'

/** The line on the row's lower edge (LOOK.md section 4). */
export type ProgressLine = 'moving' | 'held' | 'unknown-length' | 'failed-in-part' | 'none'

export interface RowPresentation {
  readonly section: RowSection
  readonly shape: StateShape
  readonly tone: RowTone
  readonly line: ProgressLine
  /** 0 to 1. Absent where nothing is known or to be shown. */
  readonly ratio?: number
  /** Percent is shown only for what moves. */
  readonly showsPercent: boolean
}

/** Everything about a row that is not words. */
export function presentTransfer(transfer: PresentedTransfer): RowPresentation {
  const section = sectionOf(transfer)
  const shape = shapeOf(transfer)
  const line = lineOf(transfer, shape)
  const ratio = ratioOf(transfer)
  return {
    section,
    shape,
    tone: toneOf(shape, section),
    line,
    ...(ratio !== undefined && line !== 'none' && { ratio }),
    showsPercent: ratio !== undefined && (shape === 'running' || shape === 'comparing' || shape === 'verifying'),
  }
}

export function sectionOf(transfer: PresentedTransfer): RowSection {
  if (transfer.waitsOnYou !== undefined) return 'waiting-on-you'
  return isFinished(transfer.status) ? 'finished' : 'active'
}

/** Verified share of the whole, or compared share of the files while comparing what nothing was verified of before. */
export function ratioOf(transfer: PresentedTransfer): number | undefined {
  const { progress } = transfer
  if (progress?.isChecking) return ratio(progress.bytesVerified, progress.bytesTotal)
  if (progress?.phase === 'scanning' || progress?.phase === 'connecting')
    return ratio(transfer.bytesDone, transfer.bytesTotal)
  if (progress?.phase === 'comparing') return ratio(progress.filesCompared, progress.filesTotal)
  if (progress !== undefined) return ratio(progress.bytesVerified, progress.bytesTotal)
  return ratio(transfer.bytesDone, transfer.bytesTotal)
}

function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : undefined
}

function shapeOf(transfer: PresentedTransfer): StateShape {
  if (transfer.waitsOnYou !== undefined) return 'beak'
  switch (transfer.status) {
    case 'done':
      return 'done'
    case 'aborted':
      return 'stopped'
    case 'failed':
      return transfer.reason?.code === 'retry' ? 'waiting' : 'failed'
    case 'paused':
      return 'paused'
    case 'init':
      return transfer.reason === undefined ? 'scanning' : waitingShape(transfer.reason)
    case 'waiting':
      return waitingShape(transfer.reason)
    case 'running':
      return transfer.reason?.code === 'workspace-unreachable' && !transfer.progress
        ? waitingShape(transfer.reason)
        : runningShape(transfer.progress)
  }
}

function waitingShape(reason: Reason | undefined): StateShape {
  switch (reason?.code) {
    case 'peer-offline':
    case 'workspace-unreachable':
      return 'offline'
    case 'queue':
      return 'queued'
    case 'paused':
      return 'paused'
    case 'failed':
    case 'failed-in-part':
      return 'failed'
    default:
      return 'waiting'
  }
}

function runningShape(progress: PresentedTransfer['progress']): StateShape {
  switch (progress?.phase) {
    case 'scanning':
      return 'scanning'
    case 'comparing':
      return 'comparing'
    case 'verifying':
      return 'verifying'
    case 'transferring':
      return progress?.isChecking ? 'comparing' : 'running'
    default:
      return 'running'
  }
}

function toneOf(shape: StateShape, section: RowSection): RowTone {
  if (section === 'finished') return 'quiet'
  switch (shape) {
    case 'beak':
      return 'yours'
    case 'failed':
      return 'failed'
    case 'running':
    case 'scanning':
    case 'comparing':
    case 'verifying':
      return 'strong'
    default:
      return 'plain'
  }
}

function lineOf(transfer: PresentedTransfer, shape: StateShape): ProgressLine {
  switch (shape) {
    case 'done':
    case 'stopped':
      return 'none'
    case 'scanning':
      return 'unknown-length'
    case 'failed':
      return transfer.bytesDone > 0 ? 'failed-in-part' : 'none'
    case 'running':
    case 'verifying':
      return 'moving'
    case 'comparing':
      return 'held'
    default:
      return transfer.bytesDone > 0 ? 'held' : 'none'
  }
}
