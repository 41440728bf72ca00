import type { ErrorCode, ErrorEnvelope } from '../../shared/domain/errors.ts'
import { isErrorCode, TernError } from '../../shared/domain/errors.ts'
import { maxErrorBytes } from './limits.ts'
import type { WireReader, WireWriter } from './wire.ts'

const maxParams = 16
const maxValueLength = 20 * 1024

/**
 * What one engine says to another. All else is between a machine, its owner and a workspace: said by a peer, it would be
 * passed on as this machine's own word, such as that its owner's consent is needed for some path.
 */
const peerCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INTERNAL',
  'NOT_FOUND',
  'CONFLICT',
  'UNSUPPORTED',
  'PROTOCOL_ERROR',
  'VERSION_MISMATCH',
  'PATH_INVALID',
  'STORE_TOO_NEW',
  'STORE_CORRUPT',
  'SOURCE_NOT_FOUND',
  'SOURCE_CHANGED',
  'SOURCE_UNREADABLE',
  'SPECIAL_FILE',
  'NAME_NOT_ALLOWED',
  'NAME_COLLISION',
  'NAME_MAPPED',
  'PATH_ESCAPES_ROOT',
  'LINK_IN_PATH',
  'FOLDER_OVER_FILE',
  'FILE_EXISTS',
  'FOLDER_NOT_EMPTY',
  'SYNC_GUARD',
  'STORAGE_SLOW',
  'TARGET_BUSY',
  'TARGET_LOCKED',
  'TARGET_NOT_WRITABLE',
  'DISK_FULL',
  'DRIVE_GONE',
  'IO_ERROR',
  'INTEGRITY',
  'PEER_UNREACHABLE',
  'PEER_LOST',
  'PEER_REFUSED',
  'PEER_KEY_MISMATCH',
  'TICKET_INVALID',
  'STALLED',
  'LIMIT_EXCEEDED',
  'FENCED',
])

/**
 * An error on the wire: JSON of `{code, params}`. What comes in is a peer's text: a code that is not a peer's to say becomes
 * INTERNAL, anything that is not a plain value is dropped.
 */
export function writeError(out: WireWriter, error: ErrorEnvelope): WireWriter {
  const text = JSON.stringify({ code: error.code, params: error.params ?? {} })
  return out.text(Buffer.byteLength(text) <= maxErrorBytes ? text : JSON.stringify({ code: error.code, params: {} }))
}

export function readError(from: WireReader): ErrorEnvelope {
  return toEnvelope(from.text(maxErrorBytes))
}

export function writeOptionalError(out: WireWriter, error: ErrorEnvelope | undefined): WireWriter {
  return error ? writeError(out.u8(1), error) : out.u8(0)
}

export function readOptionalError(from: WireReader): ErrorEnvelope | undefined {
  return from.u8() === 1 ? readError(from) : undefined
}

function toEnvelope(text: string): ErrorEnvelope {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new TernError('PROTOCOL_ERROR', { what: 'malformed error' })
  }
  if (typeof value !== 'object' || value === null) throw new TernError('PROTOCOL_ERROR', { what: 'malformed error' })
  const { code, params } = value as { code?: unknown; params?: unknown }
  if (!isErrorCode(code) || !peerCodes.has(code)) return { code: 'INTERNAL' }
  if (typeof params !== 'object' || params === null) return { code }
  const plain = Object.entries(params)
    .filter((pair): pair is [string, string | number | boolean] => isPlain(pair[1]) && pair[0] !== '__proto__')
    .slice(0, maxParams)
  return plain.length === 0 ? { code } : { code, params: Object.fromEntries(plain) }
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= maxValueLength
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}
