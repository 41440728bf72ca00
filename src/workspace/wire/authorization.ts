import { TernError } from '../../shared/domain/errors.ts'

export interface WireCredentials {
  readonly email: string
  readonly key: string
}

const longestHeader = 2048
const base64 = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * Both forms in which scripts show their key: two texts in base64 joined by a colon, and the usual one (RFC 7617), by
 * which a file of passwords for many servers replaces it.
 * @throws TernError NOT_SIGNED_IN without the header, BAD_CREDENTIALS for one that cannot be read
 */
export function readAuthorization(header: string | undefined): WireCredentials {
  if (header === undefined) throw new TernError('NOT_SIGNED_IN', { problem: 'no-key' })
  const value = header.length > longestHeader ? undefined : /^basic +(\S+)$/i.exec(header.trim())?.[1]
  const [first = '', second, ...others] = value?.split(':') ?? []
  if (value === undefined || others.length > 0 || !base64.test(first) || !base64.test(second ?? '')) throw unreadable()
  if (second !== undefined) return credentials(decoded(first), decoded(second))
  const plain = decoded(first)
  const colon = plain.indexOf(':')
  if (colon < 0) throw unreadable()
  return credentials(plain.slice(0, colon), plain.slice(colon + 1))
}

function credentials(email: string, key: string): WireCredentials {
  if (email === '' || key === '') throw unreadable()
  return { email: email.trim(), key }
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8')
}

function unreadable(): TernError {
  return new TernError('BAD_CREDENTIALS', { problem: 'api-key' })
}
