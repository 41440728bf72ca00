import {
  createCipheriv,
  createDecipheriv,
  createHash,
  generateKeyPair,
  randomBytes,
  X509Certificate,
} from 'node:crypto'
import { promisify } from 'node:util'
import { TernError } from '../shared/domain/errors.ts'
import { readTextFile, writeFileAtomic } from './atomic-file.ts'
import { selfSignedCertificate } from './certificate-der.ts'

/** A host's own key (P-256) and the self-signed certificate it shows to its peers. */
export interface HostIdentityPem {
  readonly privateKeyPem: string
  readonly certificatePem: string
  /** SHA-256 of the public key (SPKI, DER), lower-case hexadecimal: what peers pin. */
  readonly keyHash: string
}

export interface IdentityFileOptions {
  /** One file with certificate and key, so that the two can never disagree after a crash. Mode 0600. */
  readonly file: string
  /** Goes into the certificate; nothing trusts it. */
  readonly commonName: string
  /** 32 bytes. The private key is then stored under AES-256-GCM. */
  readonly encryptionKey?: Uint8Array
}

const lifetimeYears = 20
const sealedLabel = 'TERN SEALED PRIVATE KEY'
const ivBytes = 12
const tagBytes = 16

/** Makes a new key pair and its certificate, valid from yesterday (clocks differ) for 20 years. */
export async function createHostIdentity(commonName: string): Promise<HostIdentityPem> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  const notBeforeMs = Date.now() - 24 * 3_600_000
  const certificate = selfSignedCertificate({
    publicKey,
    privateKey,
    commonName,
    serialNumber: Buffer.concat([Buffer.from([1]), randomBytes(15)]),
    notBeforeMs,
    notAfterMs: notBeforeMs + lifetimeYears * 365.25 * 24 * 3_600_000,
  })
  const certificatePem = toPem('CERTIFICATE', certificate)
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificatePem,
    keyHash: keyHashOfCertificate(certificatePem),
  }
}

/** SHA-256 of the certificate's public key (SPKI, DER), lower-case hexadecimal. Takes PEM text or DER bytes. */
export function keyHashOfCertificate(certificate: string | Uint8Array): string {
  const { publicKey } = new X509Certificate(certificate)
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/**
 * Reads the identity of a file, or makes one there when the file is absent. A file that is present but cannot be read
 * with this key is never replaced, because peers have pinned it: KEYRING_DENIED (wrong or missing key) or STORE_CORRUPT.
 */
export async function loadOrCreateIdentity(options: IdentityFileOptions): Promise<HostIdentityPem> {
  const { file, commonName, encryptionKey } = options
  const text = await readTextFile(file)
  if (text === undefined) {
    const identity = await createHostIdentity(commonName)
    await writeFileAtomic(file, identity.certificatePem + storedKey(identity, encryptionKey), { mode: 0o600 })
    return identity
  }
  const certificatePem = pemBlock(text, 'CERTIFICATE')
  if (certificatePem === undefined) throw new TernError('STORE_CORRUPT', { path: file })
  const privateKeyPem = readKey(text, file, encryptionKey)
  const identity = { privateKeyPem, certificatePem, keyHash: keyHashOfCertificate(certificatePem) }
  // It was made where there was no keyring; now there is one.
  if (encryptionKey !== undefined && pemBlock(text, sealedLabel) === undefined) {
    await writeFileAtomic(file, certificatePem + storedKey(identity, encryptionKey), { mode: 0o600 })
  }
  return identity
}

function storedKey(identity: HostIdentityPem, encryptionKey: Uint8Array | undefined): string {
  if (encryptionKey === undefined) return identity.privateKeyPem
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', encryptionKey, iv)
  const sealed = Buffer.concat([cipher.update(identity.privateKeyPem, 'utf8'), cipher.final()])
  return toPem(sealedLabel, Buffer.concat([iv, cipher.getAuthTag(), sealed]))
}

function readKey(text: string, file: string, encryptionKey: Uint8Array | undefined): string {
  const plain = pemBlock(text, 'PRIVATE KEY')
  if (plain !== undefined) return plain
  const sealedPem = pemBlock(text, sealedLabel)
  if (sealedPem === undefined) throw new TernError('STORE_CORRUPT', { path: file })
  if (encryptionKey === undefined) throw new TernError('KEYRING_DENIED', { path: file })
  const bytes = Buffer.from(sealedPem.replace(/-----[^-]+-----/g, ''), 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', encryptionKey, bytes.subarray(0, ivBytes))
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8')
  } catch (error) {
    throw new TernError('KEYRING_DENIED', { path: file }, { cause: error })
  }
}

function pemBlock(text: string, label: string): string | undefined {
  const match = new RegExp(`-----BEGIN ${label}-----[A-Za-z0-9+/=\\s]+-----END ${label}-----\\n?`).exec(text)
  return match?.[0]
}

function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
