/** Two message kinds of the D-Bus wire, little-endian: a call to the bus itself, and what it answers. */

const methodCall = 1
const methodReturn = 2
const replySerialField = 5
const largestMessageBytes = 1 << 20

/** A call of the bus's own interface, with one string or none as its argument. */
export function busCall(serial: number, member: string, argument?: string): Buffer {
  const body = argument === undefined ? Buffer.alloc(0) : busString(argument)
  const fields = [
    field(1, 'o', '/org/freedesktop/DBus'),
    field(2, 's', 'org.freedesktop.DBus'),
    field(3, 's', member),
    field(6, 's', 'org.freedesktop.DBus'),
    ...(argument === undefined ? [] : [signatureField('s')]),
  ]
  const paddedFields = Buffer.concat(fields.map(padded))
  const start = Buffer.alloc(16)
  start.write('l', 0, 'latin1')
  start.writeUInt8(methodCall, 1)
  start.writeUInt8(1, 3)
  start.writeUInt32LE(body.length, 4)
  start.writeUInt32LE(serial, 8)
  // The padding after the last field does not count.
  start.writeUInt32LE(paddedFields.length - paddingOf(fields.at(-1)?.length ?? 0), 12)
  return Buffer.concat([start, paddedFields, body])
}

export interface BusReply {
  readonly sizeBytes: number
  readonly isReturn: boolean
  readonly replySerial: number | undefined
  /** The first four bytes of the body as a number: a boolean is one of these. */
  readonly firstWord: number | undefined
}

/** The message at the start of `bytes`, or undefined while it is incomplete. Throws when it is none. */
export function readReply(bytes: Buffer): BusReply | undefined {
  if (bytes.length < 16) return undefined
  const bodyBytes = bytes.readUInt32LE(4)
  const fieldBytes = bytes.readUInt32LE(12)
  const bodyAt = align8(16 + fieldBytes)
  const sizeBytes = bodyAt + bodyBytes
  if (bytes.toString('latin1', 0, 1) !== 'l' || sizeBytes > largestMessageBytes) throw new Error('not a bus message')
  if (bytes.length < sizeBytes) return undefined
  return {
    sizeBytes,
    isReturn: bytes.readUInt8(1) === methodReturn,
    replySerial: replySerialIn(bytes.subarray(0, 16 + fieldBytes)),
    firstWord: bodyBytes >= 4 ? bytes.readUInt32LE(bodyAt) : undefined,
  }
}

/** Fields are structs of a code and a variant, each aligned to eight; strings and numbers are all that occur. */
function replySerialIn(header: Buffer): number | undefined {
  let at = 16
  while (at + 4 < header.length) {
    const code = header.readUInt8(at)
    const type = header.toString('latin1', at + 2, at + 3)
    const valueAt = at + 4
    if (code === replySerialField && type === 'u') return header.readUInt32LE(valueAt)
    const length = type === 'g' ? header.readUInt8(valueAt) + 2 : type === 'u' ? 4 : header.readUInt32LE(valueAt) + 5
    at = align8(valueAt + length)
  }
  return undefined
}

function field(code: number, type: 'o' | 's', value: string): Buffer {
  return Buffer.concat([Buffer.from([code, 1, type.charCodeAt(0), 0]), busString(value)])
}

function signatureField(signature: string): Buffer {
  return Buffer.from([8, 1, 'g'.charCodeAt(0), 0, signature.length, signature.charCodeAt(0), 0])
}

function busString(value: string): Buffer {
  const text = Buffer.from(value, 'utf8')
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return Buffer.concat([length, text, Buffer.from([0])])
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(paddingOf(bytes.length))])
}

function paddingOf(length: number): number {
  return align8(length) - length
}

function align8(length: number): number {
  return Math.ceil(length / 8) * 8
}
