import { TernError } from '../../shared/domain/errors.ts'
import { type PinnedAddress, splitAddress } from './pinned-tls.ts'

export interface Invitation extends PinnedAddress {
  readonly code: string
}

/** Reads `tern://join/<host:port>/<server key hash>/<single-use code>`; fails with INVITATION_MALFORMED. */
export function parseInvitation(text: string): Invitation {
  const match = /^tern:\/\/join\/([^\s/]+)\/([0-9a-fA-F]{64})\/([A-Za-z0-9_-]{8,200})\/?$/.exec(text.trim())
  const [, address, keyHash, code] = match ?? []
  if (address === undefined || keyHash === undefined || code === undefined) throw new TernError('INVITATION_MALFORMED')
  try {
    splitAddress(address)
  } catch (cause) {
    throw new TernError('INVITATION_MALFORMED', {}, { cause })
  }
  return { address, keyHash: keyHash.toLowerCase(), code }
}
