import { xxh3 } from '@node-rs/xxhash'
import { digestBytes } from '../protocol/limits.ts'

/** Any fixed number other than the default seed, 0: the second half is then independent of the first. */
const secondSeed = 0x9e37_79b9_7f4a_7c15n

const first = xxh3.Xxh3.withSeed()
const second = xxh3.Xxh3.withSeed(secondSeed)

/**
 * Of a packed file: 128 bits against error, not against malice: two XXH3-64 under different seeds. The library streams only the 64-bit
 * form, and two of these cost a fifth of its one-shot 128-bit form.
 */
export function digestOf(bytes: Uint8Array): Buffer {
  const digest = Buffer.allocUnsafe(digestBytes)
  first.reset()
  digest.writeBigUInt64BE(first.update(bytes).digest(), 0)
  second.reset()
  digest.writeBigUInt64BE(second.update(bytes).digest(), 8)
  return digest
}

export function isSameDigest(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0
}
