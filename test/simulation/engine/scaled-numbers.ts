export const scaledUnsyncedBytes = 64 * 1024
export const scaledPackBytes = 16 * 1024

/**
 * The engine's numbers at a fraction of their size, so that a schedule of some milliseconds has all that a transfer of
 * gigabytes has: many blocks, checkpoints, full packs.
 */
export function scaledLimits(real: Record<string, unknown>): Record<string, unknown> {
  const blockSizeFor = (): number => 4096
  return {
    ...real,
    smallFileBytes: 2048,
    maxPackFrameBytes: scaledPackBytes,
    blockSizeFor,
    fineBlockSizeFor: () => 1024,
    minReusedBytes: 4096,
    minBlockBytes: 512,
    maxZeroBlocks: 65_536,
  }
}

export function scaledPace(real: Record<string, unknown>): Record<string, unknown> {
  return { ...real, syncEveryBytes: 32 * 1024, maxUnsyncedBytesPerLane: scaledUnsyncedBytes }
}

export function scaledComparePace(): Record<string, unknown> {
  return { bytesBetweenReports: 8 * 1024, bytesBetweenNotes: 4 * 1024 }
}

/** Names in the order of the seed, so that a schedule is the same each time. */
export function modelledCrypto(real: Record<string, unknown>): Record<string, unknown> {
  let state = 1
  const randomBytes = (count: number): Buffer => {
    const bytes = Buffer.alloc(count)
    for (let at = 0; at < count; at += 1) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      bytes[at] = state >>> 16
    }
    return bytes
  }
  return { ...real, randomBytes }
}
