/**
 * The one error taxonomy. A code is stable and never re-used; what a person reads is made from code and parameters by
 * `shared/words`. `retry` tells who or what may try again.
 */
export type RetryPolicy =
  /** Nothing will change by itself or by trying again. */
  | 'never'
  /** Try again by itself, after the job's delay. */
  | 'backoff'
  /** A person or the environment has to change something first (space, permission, a drive, consent). */
  | 'when-changed'

interface ErrorTrait {
  readonly retry: RetryPolicy
}

export const errorTable = {
  // asking and answering
  INTERNAL: { retry: 'never' },
  BAD_REQUEST: { retry: 'never' },
  NOT_FOUND: { retry: 'never' },
  CONFLICT: { retry: 'never' },
  FORBIDDEN: { retry: 'never' },
  NOT_SIGNED_IN: { retry: 'when-changed' },
  BAD_CREDENTIALS: { retry: 'when-changed' },
  TOO_MANY_REQUESTS: { retry: 'backoff' },
  UNSUPPORTED: { retry: 'never' },
  PROTOCOL_ERROR: { retry: 'never' },
  VERSION_MISMATCH: { retry: 'when-changed' },
  // invitations and workspaces
  INVITATION_MALFORMED: { retry: 'never' },
  INVITATION_USED: { retry: 'never' },
  INVITATION_EXPIRED: { retry: 'never' },
  WORKSPACE_UNREACHABLE: { retry: 'backoff' },
  WRONG_WORKSPACE: { retry: 'never' },
  KEY_MISMATCH: { retry: 'when-changed' },
  KEY_CHANGED: { retry: 'when-changed' },
  EMAIL_TAKEN: { retry: 'never' },
  PASSWORD_WEAK: { retry: 'never' },
  // job language
  SPEC_INVALID: { retry: 'never' },
  QUERY_INVALID: { retry: 'never' },
  PARTY_UNKNOWN: { retry: 'never' },
  PATH_AMBIGUOUS: { retry: 'never' },
  PATH_INVALID: { retry: 'never' },
  STATUS_NOT_WRITEABLE: { retry: 'never' },
  NOTHING_TO_SEND: { retry: 'never' },
  DUPLICATE_TASK: { retry: 'never' },
  // this machine
  INPUT_UNREADABLE: { retry: 'never' },
  PATH_NOT_GRANTED: { retry: 'when-changed' },
  CONSENT_NEEDED: { retry: 'when-changed' },
  CONSENT_REFUSED: { retry: 'never' },
  TOKEN_UNKNOWN: { retry: 'never' },
  VOLUME_HOLDS_DATA: { retry: 'never' },
  DATA_IN_USE: { retry: 'when-changed' },
  CERTIFICATE_INVALID: { retry: 'when-changed' },
  ADDRESS_UNUSABLE: { retry: 'when-changed' },
  KEYRING_ABSENT: { retry: 'when-changed' },
  KEYRING_LOCKED: { retry: 'when-changed' },
  KEYRING_DENIED: { retry: 'when-changed' },
  STORE_TOO_NEW: { retry: 'never' },
  STORE_CORRUPT: { retry: 'never' },
  PROCESS_LOST: { retry: 'backoff' },
  // files
  SOURCE_NOT_FOUND: { retry: 'when-changed' },
  SOURCE_CHANGED: { retry: 'backoff' },
  SOURCE_UNREADABLE: { retry: 'when-changed' },
  SPECIAL_FILE: { retry: 'never' },
  NAME_NOT_ALLOWED: { retry: 'when-changed' },
  NAME_COLLISION: { retry: 'when-changed' },
  NAME_MAPPED: { retry: 'never' },
  PATH_ESCAPES_ROOT: { retry: 'never' },
  LINK_IN_PATH: { retry: 'never' },
  FOLDER_OVER_FILE: { retry: 'when-changed' },
  FILE_EXISTS: { retry: 'when-changed' },
  FOLDER_NOT_EMPTY: { retry: 'when-changed' },
  SYNC_GUARD: { retry: 'when-changed' },
  STORAGE_SLOW: { retry: 'backoff' },
  TARGET_BUSY: { retry: 'backoff' },
  TARGET_LOCKED: { retry: 'when-changed' },
  TARGET_NOT_WRITABLE: { retry: 'when-changed' },
  DISK_FULL: { retry: 'when-changed' },
  DRIVE_GONE: { retry: 'when-changed' },
  IO_ERROR: { retry: 'backoff' },
  INTEGRITY: { retry: 'backoff' },
  // peers
  PEER_UNREACHABLE: { retry: 'backoff' },
  PEER_LOST: { retry: 'backoff' },
  PEER_REFUSED: { retry: 'backoff' },
  PEER_KEY_MISMATCH: { retry: 'when-changed' },
  TICKET_INVALID: { retry: 'backoff' },
  STALLED: { retry: 'backoff' },
  LIMIT_EXCEEDED: { retry: 'never' },
  FENCED: { retry: 'never' },
} as const satisfies Record<string, ErrorTrait>

export type ErrorCode = keyof typeof errorTable

export type ErrorParams = Readonly<Record<string, string | number | boolean>>

/** What crosses a process or a wire: never a stack, never a secret. */
export interface ErrorEnvelope {
  readonly code: ErrorCode
  readonly params?: ErrorParams
}

export class TernError extends Error {
  readonly code: ErrorCode
  readonly params: ErrorParams

  constructor(code: ErrorCode, params: ErrorParams = {}, options?: { cause?: unknown }) {
    super(describe(code, params), options)
    this.name = 'TernError'
    this.code = code
    this.params = params
  }

  get retry(): RetryPolicy {
    return errorTable[this.code].retry
  }

  toEnvelope(): ErrorEnvelope {
    return { code: this.code, params: this.params }
  }

  static fromEnvelope(envelope: ErrorEnvelope): TernError {
    return isErrorCode(envelope.code) ? new TernError(envelope.code, envelope.params) : new TernError('INTERNAL')
  }

  /** Any thrown value as a TernError: unknown ones become INTERNAL and keep their cause for the log. */
  static from(thrown: unknown): TernError {
    return thrown instanceof TernError ? thrown : new TernError('INTERNAL', {}, { cause: thrown })
  }
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorTable, code)
}

/** Aborting is not a failure: it is never logged as one and never shown as one. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}

function describe(code: ErrorCode, params: ErrorParams): string {
  const entries = Object.entries(params)
  return entries.length === 0 ? code : `${code} ${entries.map(([key, value]) => `${key}=${value}`).join(' ')}`
}
