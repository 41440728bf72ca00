import { type ErrorCode, TernError } from '../../shared/domain/errors.ts'

/**
 * What libsecret, the macOS keychain and the Windows credential store say when nobody is there, as far as seen: no bus,
 * no service behind the name, no library. Everything else came from a service that is there and said no.
 */
const absentPatterns = [
  /could not connect/i,
  /unknown or unsupported transport/i,
  /was not provided by any \.service files/i,
  /cannot autolaunch/i,
  /cannot open shared object file/i,
  /failed to load keytar/i,
  /err_module_not_found|cannot find (module|package)/i,
  /the connection is closed|disconnected/i,
  /serviceunknown|namehasnoowner|spawn\.|exec of/i,
]

/** KEYRING_ABSENT or KEYRING_DENIED for whatever the store threw. */
export function keyringFailure(thrown: unknown): TernError {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const code: ErrorCode = absentPatterns.some((pattern) => pattern.test(message)) ? 'KEYRING_ABSENT' : 'KEYRING_DENIED'
  return new TernError(code, {}, { cause: thrown })
}
