const zeros = Buffer.alloc(256 * 1024)

/** Whether all bytes are zero; of anything else the first bytes tell, so this costs nothing where there is content. */
export function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const length = Math.min(zeros.length, bytes.length - at)
    if (zeros.compare(bytes, at, at + length, 0, length) !== 0) return false
  }
  return true
}
