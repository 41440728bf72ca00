import { type KeyObject, sign } from 'node:crypto'

export interface SelfSignedOptions {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  /** At most 64 characters; nothing trusts it. */
  readonly commonName: string
  /** Up to 20 bytes, the first between 1 and 127. */
  readonly serialNumber: Uint8Array
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

const oid = {
  commonName: '550403',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  ecdsaWithSha256: '2a8648ce3d040302',
} as const

const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
} as const

/**
 * A self-signed X.509 version 3 certificate (RFC 5280) for an EC key, as DER. Node can read certificates but not make
 * them; this writes the one fixed shape that Tern uses, so that no certificate library with its own run-time ships.
 */
export function selfSignedCertificate(options: SelfSignedOptions): Buffer {
  const algorithm = der(tag.sequence, objectId(oid.ecdsaWithSha256))
  const name = der(
    tag.sequence,
    der(
      tag.set,
      der(tag.sequence, objectId(oid.commonName), der(tag.utf8String, Buffer.from(options.commonName.slice(0, 64)))),
    ),
  )
  const body = der(
    tag.sequence,
    der(tag.version, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, options.serialNumber),
    algorithm,
    name,
    der(tag.sequence, time(options.notBeforeMs), time(options.notAfterMs)),
    name,
    options.publicKey.export({ type: 'spki', format: 'der' }),
    der(tag.extensions, der(tag.sequence, extension(oid.basicConstraints, der(tag.sequence)), digitalSignatureOnly())),
  )
  const signature = sign('sha256', body, { key: options.privateKey, dsaEncoding: 'der' })
  return der(tag.sequence, body, algorithm, der(tag.bitString, Buffer.from([0]), signature))
}

function digitalSignatureOnly(): Buffer {
  // One byte with seven unused bits: only the first flag, digitalSignature, is set.
  return extension(oid.keyUsage, der(tag.bitString, Buffer.from([7, 0x80])))
}

function extension(id: string, value: Buffer): Buffer {
  return der(tag.sequence, objectId(id), der(tag.boolean, Buffer.from([0xff])), der(tag.octetString, value))
}

function objectId(hex: string): Buffer {
  return der(tag.objectId, Buffer.from(hex, 'hex'))
}

/** RFC 5280 4.1.2.5: two-digit years until 2049, four digits after. */
function time(epochMs: number): Buffer {
  const text = new Date(epochMs).toISOString().replace(/[-:T]|\.\d+/g, '')
  const isShort = Number(text.slice(0, 4)) < 2050
  return der(isShort ? tag.utcTime : tag.generalizedTime, Buffer.from(isShort ? text.slice(2) : text, 'ascii'))
}

function der(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([type]), lengthOf(content.length), content])
}

function lengthOf(byteCount: number): Buffer {
  if (byteCount < 0x80) return Buffer.from([byteCount])
  const bytes: number[] = []
  for (let rest = byteCount; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}
