import type { TransferOutcome } from '../../engine/index.ts'
import type { OperationInput } from '../../shared/contract/operations.ts'
import { type ErrorCode, type ErrorEnvelope, TernError } from '../../shared/domain/errors.ts'

export type DispatchEnd = Pick<OperationInput<'dispatch/end'>, 'outcome' | 'error'>

/** The peer or the network went away: the next dispatch goes on, and no try is used up. */
const interruptions: readonly ErrorCode[] = ['PEER_LOST', 'PEER_UNREACHABLE']

/**
 * The receiver's own troubles reach the sender as its own end. The receiver says them, so that it is named as where they
 * are; should it never come to that, the run was interrupted.
 */
const receiversTroubles: readonly ErrorCode[] = [
  'DISK_FULL',
  'DRIVE_GONE',
  'TARGET_BUSY',
  'TARGET_LOCKED',
  'TARGET_NOT_WRITABLE',
  'FOLDER_OVER_FILE',
  'LIMIT_EXCEEDED',
  'INTEGRITY',
  'IO_ERROR',
]

/** How the workspace is told of a failure that ended the run as a whole. */
export function endOf(error: ErrorEnvelope): DispatchEnd {
  if (interruptions.includes(error.code)) return { outcome: 'interrupted', error }
  return { outcome: TernError.fromEnvelope(error).retry === 'when-changed' ? 'blocked' : 'failed', error }
}

/**
 * What this side has to tell, or nothing. Only the receiver knows that everything is verified and in place, so a sender
 * leaves a good end, and the failure of single items, to it.
 */
export function dispatchEnd(
  role: 'send' | 'receive',
  outcome: TransferOutcome,
  wasStopped: boolean,
): DispatchEnd | undefined {
  if (outcome.status === 'ended') {
    if (outcome.error === undefined || wasStopped) return { outcome: 'stopped' }
    // A newer dispatch has taken over: whatever this one says would be refused.
    if (outcome.error.code === 'FENCED') return undefined
    const isTheirs = role === 'send' && receiversTroubles.includes(outcome.error.code)
    return isTheirs ? { outcome: 'interrupted', error: outcome.error } : endOf(outcome.error)
  }
  if (role === 'send') return undefined
  if (outcome.status === 'done') return { outcome: 'done' }
  const error = outcome.items.find((item) => item.error)?.error
  return { outcome: 'failed', ...(error && { error }) }
}
