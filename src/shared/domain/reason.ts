import type { ErrorCode } from './errors.ts'

/** Why a job does not move: a stable code, parameters for the sentence, at most one action (LOOK.md section 5). */
export interface Reason {
  readonly code: ReasonCode
  readonly params?: Readonly<Record<string, string | number>>
  readonly action?: ReasonAction
}

export type ReasonCode =
  /** `{userId, userName, files}`: the receiver has not chosen where it lands. */
  | 'location'
  /** `{clientId, clientName, userId, userName, path, mode, requestedBy}`: the machine's owner (`userName`) has not allowed it. */
  | 'consent'
  /** `{email, userId, userName}` */
  | 'signup'
  /** `{name, sinceMs}`: a peer is offline. */
  | 'peer-offline'
  /** `{name}`: the files are still on their way to the workspace. */
  | 'upload'
  /** Sending to sites, or fetching from them, is switched off in the workspace. */
  | 'uploads-off'
  | 'downloads-off'
  /** `{position, queue}` */
  | 'queue'
  /** `{queue}` */
  | 'queue-paused'
  /** `{what, name}`: a site, share or client that somebody has disabled. */
  | 'disabled'
  /** `{name, count}`: one end runs as many transfers with others as it may. */
  | 'busy'
  /** `{atMs, userId, userName}` */
  | 'paused'
  /** `{error, attempt, maxAttempts, nextAtMs}`: a failure that is tried again by itself; `error` is its code. */
  | 'retry'
  /** `{error, …its parameters}`: stopped with the cause, goes on when the cause is gone. */
  | 'blocked'
  /** `{error, …its parameters}` */
  | 'failed'
  /** `{done, total, failed}` */
  | 'failed-in-part'
  /** `{userId, userName, text, atMs}` */
  | 'declined'
  /** `{userId, userName, atMs}` */
  | 'aborted'
  /** `{address, sinceMs}` */
  | 'workspace-unreachable'
  /** `{create, replace, remove, same, bytes}`, or nothing: a dry run is done; it wrote nothing. */
  | 'planned'
  /** `{count}`, absent where nobody has counted: what is done left all that was there as it was, by the rules of the job. */
  | 'left'

export type ReasonAction =
  | 'choose-folder'
  | 'look'
  | 'remind'
  | 'copy-invitation'
  | 'start-now'
  | 'try-now'
  | 'retry'
  | 'resume'
  | 'see-and-retry'
  | 'compare-keys'

/** The reference's own codes where one fits, for scripts and logs. */
export const referenceCodes: Partial<Record<ReasonCode | ErrorCode, string>> = {
  'peer-offline': 'W#J055',
  queue: 'W#J053',
  'queue-paused': 'W#J067',
  disabled: 'W#J052',
  busy: 'W#J054',
  'uploads-off': 'W#J071',
  'downloads-off': 'W#J071',
  paused: 'W#J067',
  SOURCE_NOT_FOUND: 'E#J001',
  PEER_UNREACHABLE: 'E#J004',
  IO_ERROR: 'E#J005',
  PEER_LOST: 'E#J008',
  DISK_FULL: 'E#J066',
  FOLDER_OVER_FILE: 'E#J058',
  STALLED: 'E#J062',
  NOTHING_TO_SEND: 'E#J069',
}
