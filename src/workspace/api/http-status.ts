import type { ErrorCode } from '../../shared/domain/errors.ts'

const statuses: Partial<Record<ErrorCode, number>> = {
  INTERNAL: 500,
  NOT_SIGNED_IN: 401,
  BAD_CREDENTIALS: 401,
  FORBIDDEN: 403,
  WRONG_WORKSPACE: 404,
  NOT_FOUND: 404,
  CONFLICT: 409,
  FENCED: 409,
  EMAIL_TAKEN: 409,
  DUPLICATE_TASK: 409,
  STATUS_NOT_WRITEABLE: 409,
  INVITATION_USED: 410,
  INVITATION_EXPIRED: 410,
  LIMIT_EXCEEDED: 413,
  SPEC_INVALID: 422,
  TOO_MANY_REQUESTS: 429,
  UNSUPPORTED: 501,
  PEER_UNREACHABLE: 504,
}

/** The status line is for people and tools that look at the wire; programs go by the code in the body. */
export function httpStatusOf(code: ErrorCode): number {
  return statuses[code] ?? 400
}
