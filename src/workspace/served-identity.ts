import { createPrivateKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { readTextFile } from '../platform/atomic-file.ts'
import { type HostIdentityPem, keyHashOfCertificate, loadOrCreateIdentity } from '../platform/certificate.ts'
import { TernError } from '../shared/domain/errors.ts'
import { identityFile } from './store/data-folder.ts'

/** A certificate that came from elsewhere, as PEM: the server's own first, then those that vouch for it. */
export interface CertificateFiles {
  readonly certificateFile: string
  readonly keyFile: string
}

/** What the server shows who connects: the files that were given, or a certificate of its own, made once. */
export function servedIdentity(folder: string, files: CertificateFiles | undefined): Promise<HostIdentityPem> {
  if (files) return readCertificate(files)
  return loadOrCreateIdentity({ file: join(folder, identityFile), commonName: 'Tern workspace' })
}

/** @throws TernError CERTIFICATE_INVALID `{path, problem}`: missing, certificate, key, other-key, not-yet, expired */
async function readCertificate({ certificateFile, keyFile }: CertificateFiles): Promise<HostIdentityPem> {
  const [certificatePem, privateKeyPem] = await Promise.all([readText(certificateFile), readText(keyFile)])
  const refuse = (path: string, problem: string, cause?: unknown) =>
    new TernError('CERTIFICATE_INVALID', { path, problem }, { cause })
  const certificate = parsed(
    () => new X509Certificate(certificatePem),
    (cause) => refuse(certificateFile, 'certificate', cause),
  )
  const key = parsed(
    () => createPrivateKey(privateKeyPem),
    (cause) => refuse(keyFile, 'key', cause),
  )
  if (!certificate.checkPrivateKey(key)) throw refuse(keyFile, 'other-key')
  if (Date.parse(certificate.validFrom) > Date.now()) throw refuse(certificateFile, 'not-yet')
  if (Date.parse(certificate.validTo) < Date.now()) throw refuse(certificateFile, 'expired')
  return { certificatePem, privateKeyPem, keyHash: keyHashOfCertificate(certificatePem) }
}

async function readText(path: string): Promise<string> {
  const text = await readTextFile(path).catch((thrown: unknown) => {
    throw new TernError('CERTIFICATE_INVALID', { path, problem: 'unreadable' }, { cause: thrown })
  })
  if (text === undefined) throw new TernError('CERTIFICATE_INVALID', { path, problem: 'missing' })
  return text
}

function parsed<Value>(parse: () => Value, refuse: (cause: unknown) => TernError): Value {
  try {
    return parse()
  } catch (thrown) {
    throw refuse(thrown)
  }
}
