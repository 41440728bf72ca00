import type { ErrorCode, TernError } from '../../shared/domain/errors.ts'

/** Trying the same way again cannot help; the first found is what the outcome names. */
const finalCodes: readonly ErrorCode[] = ['PEER_KEY_MISMATCH', 'FENCED', 'VERSION_MISMATCH', 'TICKET_INVALID']

export function isFinal(error: TernError): boolean {
  return finalCodes.includes(error.code)
}

/** What says most about why two peers do not meet. */
export function worse(known: TernError | undefined, error: TernError): TernError {
  if (!known) return error
  const knownRank = finalCodes.indexOf(known.code)
  const rank = finalCodes.indexOf(error.code)
  return rank >= 0 && (knownRank < 0 || rank < knownRank) ? error : known
}
