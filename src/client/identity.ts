import { join } from 'node:path'
import type { HostIdentity } from '../engine/index.ts'
import { loadOrCreateIdentity } from '../platform/certificate.ts'
import { TernError } from '../shared/domain/errors.ts'

const secretBytes = 32

/**
 * This host's key, which peers have pinned. With a secret of the keychain it is stored encrypted, also if it was plain
 * before. Fails with KEYRING_DENIED `{path}` for an encrypted key without its secret: a new key is never made in silence.
 */
export function openIdentity(
  folder: string,
  computerName: string,
  keyFileSecret: string | undefined,
): Promise<HostIdentity> {
  const options = { file: join(folder, 'identity.pem'), commonName: computerName }
  if (keyFileSecret === undefined) return loadOrCreateIdentity(options)
  const encryptionKey = Buffer.from(keyFileSecret, 'base64')
  if (encryptionKey.length !== secretBytes) throw new TernError('BAD_REQUEST', { field: 'keyFileSecret' })
  return loadOrCreateIdentity({ ...options, encryptionKey })
}
