import { maxUnsyncedBytesPerLane } from './sync-pace.ts'

/** Written and not yet reported: enough for one flush of the disk to be shared by many, little enough to end soon. */
const maxFiles = 16_384

interface Taken {
  /** In place: a killed process takes none of it back, so its bytes make room while the next flush is still to come. */
  placed(): void
  settled(): void
}

/**
 * How much of small files may be on its way to its places. What is written and not in place is sent again after a kill:
 * at most `maxUnsyncedBytesPerLane` for each lane.
 */
export class PackRoom {
  readonly #maxBytes: number
  #files = 0
  #bytes = 0
  #waiting: (() => void)[] = []

  constructor(laneCount: number) {
    this.#maxBytes = maxUnsyncedBytesPerLane * laneCount
  }

  /** Settles when there is room, which is taken then. */
  async take(files: number, bytes: number): Promise<Taken> {
    while (this.#files >= maxFiles || (this.#bytes > 0 && this.#bytes + bytes > this.#maxBytes)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#files += files
    this.#bytes += bytes
    let unplacedBytes = bytes
    const placed = () => {
      this.#bytes -= unplacedBytes
      unplacedBytes = 0
      this.#wake()
    }
    return {
      placed,
      settled: () => {
        this.#files -= files
        placed()
      },
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
