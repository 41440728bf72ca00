import { createHash, createPrivateKey, createPublicKey, randomBytes, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createHostIdentity, keyHashOfCertificate, loadOrCreateIdentity } from '../../../src/platform/certificate.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-identity-'))
  file = join(folder, 'identity.pem')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('makes a P-256 key with a certificate of its own that lasts about 20 years', async () => {
  const identity = await createHostIdentity('hq-1')
  const certificate = new X509Certificate(identity.certificatePem)
  expect(certificate.checkPrivateKey(createPrivateKey(identity.privateKeyPem))).toBe(true)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  expect(certificate.subject).toBe('CN=hq-1')
  const years = (Date.parse(certificate.validTo) - Date.now()) / (365.25 * 24 * 3_600_000)
  expect(years).toBeGreaterThan(19.9)
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now())
})

it('hashes the public key alone, the same from PEM and DER', async () => {
  const identity = await createHostIdentity('x'.repeat(300))
  const spki = createPublicKey(identity.privateKeyPem).export({ type: 'spki', format: 'der' })
  const expected = createHash('sha256').update(spki).digest('hex')
  expect(identity.keyHash).toBe(expected)
  expect(keyHashOfCertificate(new X509Certificate(identity.certificatePem).raw)).toBe(expected)
})

it('loads what it made before; the file is for its owner only', async () => {
  const made = await loadOrCreateIdentity({ file, commonName: 'a' })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await loadOrCreateIdentity({ file, commonName: 'b' })).toEqual(made)
})

it('seals the private key under a given key, and tells a wrong key from a lost file', async () => {
  const encryptionKey = randomBytes(32)
  const made = await loadOrCreateIdentity({ file, commonName: 'a', encryptionKey })
  const stored = readFileSync(file, 'utf8')
  expect(stored).not.toContain('BEGIN PRIVATE KEY')
  expect(stored).not.toContain(made.privateKeyPem.split('\n')[1])
  expect(await loadOrCreateIdentity({ file, commonName: 'a', encryptionKey })).toEqual(made)
  const wrong = loadOrCreateIdentity({ file, commonName: 'a', encryptionKey: randomBytes(32) })
  await expect(wrong).rejects.toMatchObject({ code: 'KEYRING_DENIED' })
  await expect(loadOrCreateIdentity({ file, commonName: 'a' })).rejects.toMatchObject({ code: 'KEYRING_DENIED' })
  expect(readFileSync(file, 'utf8')).toBe(stored)
})

it('never replaces a damaged file', async () => {
  writeFileSync(file, 'garbage')
  await expect(loadOrCreateIdentity({ file, commonName: 'a' })).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  expect(readFileSync(file, 'utf8')).toBe('garbage')
})
