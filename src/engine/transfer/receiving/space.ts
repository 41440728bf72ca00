import { TernError } from '../../../shared/domain/errors.ts'

/** The free space below one root, less what the files that are on their way there will still take. */
export class Space {
  readonly #freeBytes: () => number
  readonly #reservedBytes: number
  #claimedBytes = 0

  /** `freeBytes`: what the file system has left now. `reservedBytes`: what of it has to stay free. */
  constructor(freeBytes: () => number, reservedBytes: number) {
    this.#freeBytes = freeBytes
    this.#reservedBytes = reservedBytes
  }

  /**
   * @throws TernError DISK_FULL {path, neededBytes: so much more would have to be free, freeBytes, and reservedBytes where
   * the disk itself has the room}
   */
  claim(bytes: number, path: string): void {
    const reservedBytes = this.#reservedBytes
    const freeBytes = this.#freeBytes() - reservedBytes - this.#claimedBytes
    if (bytes > 0 && bytes > freeBytes) {
      const neededBytes = bytes - freeBytes
      throw new TernError('DISK_FULL', {
        path,
        neededBytes,
        freeBytes: Math.max(0, freeBytes),
        ...(neededBytes <= reservedBytes && { reservedBytes }),
      })
    }
    this.#claimedBytes += bytes
  }

  /** For what is written at once: only what has to stay free is looked after, the disk says the rest. Fails as `claim`. */
  check(bytes: number, path: string): void {
    if (this.#reservedBytes === 0) return
    this.claim(bytes, path)
    this.release(bytes)
  }

  /** Written by now, or not needed after all. */
  release(bytes: number): void {
    this.#claimedBytes -= bytes
  }
}
