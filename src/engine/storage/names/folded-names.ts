import { randomBytes } from 'node:crypto'
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Of all sets that share a memory together. */
const namesInMemory = 20_000
/** Of all sets together; more goes to a file. 16 MB, enough for a million and a half names. */
const slotsInMemory = 2_097_152
const firstSlots = 4096
const slotBytes = 8
const slotsInChunk = 8192

/** What several sets may hold in memory together, and where their fingerprints start from. */
export class FoldedMemory {
  readonly seeds: readonly [number, number]
  names: number
  slots: number

  constructor(names = namesInMemory, slots = slotsInMemory) {
    this.names = names
    this.slots = slots
    const random = randomBytes(8)
    this.seeds = [random.readUInt32LE(0), random.readUInt32LE(4)]
  }
}

/**
 * Which names of a folder were met, where a peer decides how many there are: some names as they are, of the others
 * fingerprints of 63 bits, and those in a file once there are many. A name that is there is always found; should two
 * ever have one fingerprint, by chance or by a peer's design, the second is taken for the first, which costs it its name
 * and nobody a file.
 */
export class FoldedNames implements Disposable {
  readonly #memory: FoldedMemory
  readonly #names = new Map<string, string>()
  /** Absent as long as all names are in memory. */
  #slots: Slots | undefined
  #count = 0

  constructor(memory: FoldedMemory) {
    this.#memory = memory
  }

  /** Takes a folded name in. True: it was there already. */
  add(folded: string, name: string): boolean {
    if (this.#names.has(folded)) return true
    if (this.#slots === undefined && this.#memory.names > 0) {
      this.#memory.names -= 1
      this.#names.set(folded, name)
      return false
    }
    this.#slots ??= this.#newSlots(firstSlots)
    const [high, low] = this.#fingerprint(folded)
    if (!put(this.#slots, high, low)) return true
    this.#count += 1
    if (this.#count * 4 > this.#slots.length * 3) this.#grow(this.#slots)
    return false
  }

  /** The name that was taken in as this folded one, where it is still known. */
  nameOf(folded: string): string | undefined {
    return this.#names.get(folded)
  }

  [Symbol.dispose](): void {
    this.#memory.names += this.#names.size
    this.#names.clear()
    if (this.#slots) this.#give(this.#slots)
    this.#slots = undefined
  }

  #fingerprint(folded: string): readonly [number, number] {
    const [first, second] = this.#memory.seeds
    // Zero marks an empty slot.
    return [(hashOf(folded, first) | 1) >>> 0, hashOf(folded, second)]
  }

  #grow(from: Slots): void {
    // What it has in memory now is free as soon as it is copied.
    if (from instanceof MemorySlots) this.#memory.slots += from.length
    const larger = this.#newSlots(from.length * 2)
    try {
      for (const [high, low] of from.filled()) put(larger, high, low)
    } catch (thrown) {
      this.#give(larger)
      if (from instanceof MemorySlots) this.#memory.slots -= from.length
      throw thrown
    }
    from[Symbol.dispose]()
    this.#slots = larger
  }

  #newSlots(length: number): Slots {
    if (length > this.#memory.slots) return new FileSlots(length)
    this.#memory.slots -= length
    return new MemorySlots(length)
  }

  #give(slots: Slots): void {
    if (slots instanceof MemorySlots) this.#memory.slots += slots.length
    slots[Symbol.dispose]()
  }
}

/** MurmurHash3 over UTF-16 units, unsigned. */
function hashOf(text: string, seed: number): number {
  let hash = seed
  for (let index = 0; index < text.length; index += 1) {
    let unit = Math.imul(text.charCodeAt(index), 0xcc9e2d51)
    unit = Math.imul((unit << 15) | (unit >>> 17), 0x1b873593)
    hash ^= unit
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  hash ^= text.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A table of pairs of 32 bits, empty where the first is zero. */
interface Slots extends Disposable {
  readonly length: number
  get(slot: number): readonly [number, number]
  set(slot: number, high: number, low: number): void
  filled(): Iterable<readonly [number, number]>
}

/** False: it was there already. */
function put(slots: Slots, high: number, low: number): boolean {
  const mask = slots.length - 1
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const [knownHigh, knownLow] = slots.get(slot)
    if (knownHigh === 0) {
      slots.set(slot, high, low)
      return true
    }
    if (knownHigh === high && knownLow === low) return false
  }
}

class MemorySlots implements Slots {
  readonly length: number
  readonly #pairs: Uint32Array

  constructor(length: number) {
    this.length = length
    this.#pairs = new Uint32Array(length * 2)
  }

  get(slot: number): readonly [number, number] {
    return [this.#pairs[slot * 2] ?? 0, this.#pairs[slot * 2 + 1] ?? 0]
  }

  set(slot: number, high: number, low: number): void {
    this.#pairs[slot * 2] = high
    this.#pairs[slot * 2 + 1] = low
  }

  *filled(): Generator<readonly [number, number]> {
    for (let slot = 0; slot < this.length; slot += 1) if (this.#pairs[slot * 2] !== 0) yield this.get(slot)
  }

  [Symbol.dispose](): void {
    // Memory goes by itself.
  }
}

/** A sparse file: what was never written reads as zeros. */
class FileSlots implements Slots {
  readonly length: number
  readonly #fd: number
  readonly #path: string
  readonly #pair = Buffer.alloc(slotBytes)

  constructor(length: number) {
    this.length = length
    this.#path = join(tmpdir(), `tern-names-${randomBytes(8).toString('hex')}`)
    const { O_RDWR, O_CREAT, O_EXCL } = constants
    this.#fd = openSync(this.#path, O_RDWR | O_CREAT | O_EXCL, 0o600)
    // Gone at once where the system allows it, so that a killed process leaves nothing behind.
    if (process.platform !== 'win32') unlinkSync(this.#path)
  }

  get(slot: number): readonly [number, number] {
    const bytes = readSync(this.#fd, this.#pair, 0, slotBytes, slot * slotBytes)
    return bytes < slotBytes ? [0, 0] : [this.#pair.readUInt32LE(0), this.#pair.readUInt32LE(4)]
  }

  set(slot: number, high: number, low: number): void {
    this.#pair.writeUInt32LE(high, 0)
    this.#pair.writeUInt32LE(low, 4)
    writeSync(this.#fd, this.#pair, 0, slotBytes, slot * slotBytes)
  }

  *filled(): Generator<readonly [number, number]> {
    const chunk = Buffer.alloc(slotsInChunk * slotBytes)
    for (let at = 0; at < this.length; at += slotsInChunk) {
      const bytes = readSync(this.#fd, chunk, 0, chunk.length, at * slotBytes)
      for (let from = 0; from + slotBytes <= bytes; from += slotBytes) {
        const high = chunk.readUInt32LE(from)
        if (high !== 0) yield [high, chunk.readUInt32LE(from + 4)]
      }
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
    if (process.platform === 'win32') unlinkSync(this.#path)
  }
}
