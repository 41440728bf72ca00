import { PackWriter, packBufferBytes } from '../../protocol/data-frames.ts'
import type { WantedFile } from '../../protocol/outgoing-list.ts'
import { leaveFolder } from '../../storage/index.ts'
import { Queue } from '../queue.ts'
import type { FrameBuffer } from './frame-buffer.ts'
import type { Source } from './source.ts'
import { failSource, type OutgoingParts } from './source-guard.ts'

/** A pack that holds so much does not begin another folder: the receiver places what comes of one in one pack together. */
const enoughContentBytes = (packBufferBytes * 3) / 4
/** The first pack is small and each is twice as large as the one before: the receiver has something to do at once. */
const firstPackBytes = 256 * 1024

/** What a sent pack held, so that it can be made again when its lane is lost. */
export interface SentPack {
  readonly kind: 'pack'
  readonly files: readonly WantedFile<Source>[]
}

/** Small files that wait to be sent, many to a frame. */
export class OutgoingPacks {
  readonly #parts: OutgoingParts
  readonly #waiting = new Queue<WantedFile<Source>>()
  #mostBytes = firstPackBytes

  constructor(parts: OutgoingParts) {
    this.#parts = parts
  }

  get hasWork(): boolean {
    return this.#waiting.length > 0
  }

  add(file: WantedFile<Source>): void {
    this.#waiting.push(file)
  }

  addAgain(lost: SentPack): void {
    this.#waiting.unshift(lost.files)
  }

  /** Undefined when none of them could be read. */
  next(frames: FrameBuffer): { readonly bytes: Buffer; readonly sent: SentPack } | undefined {
    const pack = new PackWriter(frames.ofSize(packBufferBytes))
    const files: WantedFile<Source>[] = []
    let folder: string | undefined
    try {
      for (let file = this.#waiting.first(); file && pack.hasRoomFor(file.sizeBytes); file = this.#waiting.first()) {
        if (pack.contentBytes >= this.#mostBytes) break
        const { source } = file
        if (pack.contentBytes >= enoughContentBytes && source.folder !== folder) break
        folder = source.folder
        this.#waiting.shift()
        if (this.#put(pack, file, source)) files.push(file)
      }
    } finally {
      leaveFolder()
    }
    if (pack.count === 0) return undefined
    this.#mostBytes = Math.min(2 * this.#mostBytes, packBufferBytes)
    const bytes = pack.finish((content) => this.#parts.digester.of(content))
    return { bytes, sent: { kind: 'pack', files } }
  }

  #put(pack: PackWriter, file: WantedFile<Source>, source: Source): boolean {
    const { entry, attempt, sizeBytes } = file
    if (!this.#parts.list.isWanted(entry, attempt)) return false
    try {
      this.#parts.sources.readWhole(source, pack.buffer, pack.end)
      pack.add(entry, attempt, sizeBytes)
      return true
    } catch (thrown) {
      failSource(file, thrown, this.#parts)
      return false
    }
  }
}
