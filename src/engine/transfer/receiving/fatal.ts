import type { ErrorCode, TernError } from '../../../shared/domain/errors.ts'

/** These are never the matter of one file: they end the transfer, and partials are kept. */
const fatalCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DISK_FULL',
  'TARGET_NOT_WRITABLE',
  'DRIVE_GONE',
  'PROTOCOL_ERROR',
  'INTERNAL',
  'LIMIT_EXCEEDED',
  'PEER_LOST',
  'STALLED',
])

export function isFatal(error: TernError): boolean {
  return fatalCodes.has(error.code)
}
