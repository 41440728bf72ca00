import type { Random } from '../../../fuzz/random.ts'

/** What a system call of the model says no with. */
export function systemError(code: string, call: string, path = ''): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${call} '${path}'`), { code, syscall: call, path })
}

export interface Device {
  readonly name: string
  readonly number: number
  readonly machine: 'sender' | 'receiver'
  /** Nothing can grow on it. */
  isFull: boolean
}

interface Facts {
  mode: number
  uid: number
  gid: number
  mtimeNs: bigint
}

abstract class AnyNode {
  readonly ino: number
  readonly device: Device
  /** Names that show it. */
  links = 0
  facts: Facts
  stableFacts: Facts
  #factsAt = 0

  constructor(ino: number, device: Device, mode: number, mtimeNs: bigint) {
    this.ino = ino
    this.device = device
    this.facts = { mode, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mtimeNs }
    this.stableFacts = { ...this.facts }
  }

  change(at: number, facts: Partial<Facts>): void {
    Object.assign(this.facts, facts)
    this.#factsAt = at
  }

  protected syncFacts(upTo: number): void {
    if (this.#factsAt <= upTo) this.stableFacts = { ...this.facts }
  }

  protected loseFacts(random: Random): void {
    if (random.onceIn(2)) this.facts = this.stableFacts
    this.stableFacts = { ...this.facts }
    this.#factsAt = 0
  }
}

type PendingData =
  | { readonly at: number; readonly position: number; readonly bytes: Buffer }
  | { readonly at: number; readonly sizeBytes: number }

/** What may be lost of one write: the disk writes sectors or blocks, each whole or not at all. */
const tornBytes = [512, 4096]

/** A file as its readers see it, and as it would be after lost power without any luck. */
export class FileNode extends AnyNode {
  #bytes: Buffer = Buffer.alloc(0)
  sizeBytes = 0
  #stable: Buffer = Buffer.alloc(0)
  #stableSize = 0
  #pending: PendingData[] = []

  read(into: Uint8Array, position: number): number {
    const end = Math.min(this.sizeBytes, position + into.byteLength)
    if (end <= position) return 0
    into.set(this.#bytes.subarray(position, end))
    return end - position
  }

  write(at: number, bytes: Uint8Array, position: number): void {
    const copy = Buffer.from(bytes)
    this.#bytes = put(this.#bytes, copy, position)
    this.sizeBytes = Math.max(this.sizeBytes, position + copy.length)
    this.#pending.push({ at, position, bytes: copy })
  }

  resize(at: number, sizeBytes: number): void {
    this.#bytes = resized(this.#bytes, this.sizeBytes, sizeBytes)
    this.sizeBytes = sizeBytes
    this.#pending.push({ at, sizeBytes })
  }

  /** What was written before this moment is durable now. */
  sync(upTo: number): void {
    const kept = this.#pending.filter((pending) => pending.at > upTo)
    for (const pending of this.#pending) if (pending.at <= upTo) this.#settle(pending)
    this.#pending = kept
    this.syncFacts(upTo)
  }

  /** What was written before this moment never reaches the disk, although readers still see it. */
  failSync(upTo: number): void {
    this.#pending = this.#pending.filter((pending) => pending.at > upTo)
  }

  losePower(random: Random): void {
    const border = random.pick(tornBytes)
    // From nothing at all to all but a little.
    const keepOf = random.integer(5)
    for (const pending of this.#pending) {
      if ('sizeBytes' in pending) {
        if (random.integer(4) < keepOf) this.#settle(pending)
        continue
      }
      for (let from = 0; from < pending.bytes.length; ) {
        const to = Math.min(
          pending.bytes.length,
          (Math.floor((pending.position + from) / border) + 1) * border - pending.position,
        )
        if (random.integer(4) < keepOf)
          this.#settle({ at: 0, position: pending.position + from, bytes: pending.bytes.subarray(from, to) })
        from = to
      }
    }
    // The size may be there before the data: zeros are read.
    if (this.sizeBytes > this.#stableSize && random.onceIn(2)) {
      this.#stable = resized(this.#stable, this.#stableSize, this.sizeBytes)
      this.#stableSize = this.sizeBytes
    }
    this.#pending = []
    this.#bytes = Buffer.from(this.#stable)
    this.sizeBytes = this.#stableSize
    this.loseFacts(random)
  }

  get content(): Buffer {
    return this.#bytes.subarray(0, this.sizeBytes)
  }

  /** What is left of it when lost power takes all it may. */
  get stableContent(): Buffer {
    return this.#stable.subarray(0, this.#stableSize)
  }

  #settle(pending: PendingData): void {
    if ('sizeBytes' in pending) {
      this.#stable = resized(this.#stable, this.#stableSize, pending.sizeBytes)
      this.#stableSize = pending.sizeBytes
    } else {
      this.#stable = put(this.#stable, pending.bytes, pending.position)
      this.#stableSize = Math.max(this.#stableSize, pending.position + pending.bytes.length)
    }
  }
}

export class FolderNode extends AnyNode {
  entries = new Map<string, DiskNode>()
  stableEntries = new Map<string, DiskNode>()
  parent: FolderNode | undefined
  name = ''
  isGone = false

  sync(upTo: number): void {
    this.syncFacts(upTo)
  }

  /** From here on what is stable is what there is; whatever hangs below nothing is gone. */
  losePower(random: Random, seen: Set<DiskNode>): void {
    this.entries = new Map(this.stableEntries)
    this.loseFacts(random)
    for (const [name, node] of this.entries) {
      node.links = seen.has(node) ? node.links + 1 : 1
      if (node instanceof FolderNode) {
        node.parent = this
        node.name = name
        node.isGone = false
      }
      if (seen.has(node)) continue
      seen.add(node)
      if (node instanceof FolderNode) node.losePower(random, seen)
      else if (node instanceof FileNode) node.losePower(random)
    }
  }
}

export class LinkNode extends AnyNode {
  readonly target: string

  constructor(ino: number, device: Device, target: string, mtimeNs: bigint) {
    super(ino, device, 0o777, mtimeNs)
    this.target = target
  }

  sync(upTo: number): void {
    this.syncFacts(upTo)
  }
}

export type DiskNode = FileNode | FolderNode | LinkNode

function put(into: Buffer, bytes: Uint8Array, position: number): Buffer {
  const end = position + bytes.byteLength
  const grown = end > into.length ? Buffer.concat([into], Math.max(end, into.length * 2)) : into
  grown.set(bytes, position)
  return grown
}

function resized(bytes: Buffer, fromBytes: number, toBytes: number): Buffer {
  if (toBytes > bytes.length) return Buffer.concat([bytes.subarray(0, fromBytes)], toBytes)
  // What lies behind the end reads as zeros once the file grows again.
  bytes.fill(0, Math.min(fromBytes, toBytes))
  return bytes
}
