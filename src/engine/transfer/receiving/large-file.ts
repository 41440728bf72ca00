import { setImmediate as nextTurn } from 'node:timers/promises'
import { TernError } from '../../../shared/domain/errors.ts'
import type { ConflictRule } from '../../api.ts'
import type { Journal, TargetPlace } from '../../journal/index.ts'
import type { Block, Zeros } from '../../protocol/data-frames.ts'
import { IncomingFile } from '../../protocol/incoming-file.ts'
import type { WantedAttributes } from '../../storage/attributes/attributes.ts'
import type { CommitResult, PartialFile, SourceReader } from '../../storage/index.ts'
import type { Digester } from '../digester.ts'
import { HeldContent } from './held-content.ts'
import { framesTakenAtOnce, maxUnsyncedBytesPerLane, syncEveryBytes } from './sync-pace.ts'
import type { Target } from './targets.ts'

const blocksInTurn = 8

export interface LargeFileStart {
  readonly entry: number
  readonly attempt: number
  readonly itemId: string
  /** Relative to the target's root. */
  readonly path: string
  readonly sizeBytes: number
  readonly mtimeMs: number
  readonly mode: number
  readonly blockSizeBytes: number
  /** What lies here already is told to the source; otherwise the file begins anew. */
  readonly isHeld: boolean
  /** What it is to have besides its time; absent: its mode is decided as ever. */
  readonly attributes?: WantedAttributes
}

/** What stands there has the very content, and stays. */
export interface SameContent {
  readonly status: 'same'
  readonly path: string
}

export interface LargeFileOptions {
  readonly journal: Journal
  readonly target: Target
  readonly digester: Digester
  readonly laneCount: number
  /** Read again and compared before it is placed. */
  readonly readsBack: boolean
  /** So many more bytes are verified. */
  readonly onVerified: (bytes: number) => void
}

/**
 * A large file on its way in. Its partial is all that outlives a crash: a later run reads it and tells the source what
 * it holds, so nothing else has to be true of it at any moment. It is synced as it grows, so that lost power costs little
 * and the end does not wait for the disk.
 */
export class LargeFile {
  readonly start: LargeFileStart
  readonly incoming: IncomingFile
  readonly #options: LargeFileOptions
  readonly #place: TargetPlace
  readonly #partial: PartialFile
  readonly #held: HeldContent | undefined
  /** Where nothing was ever written a hole stands for zeros. */
  readonly #holesFromBytes: number
  #claimedBytes = 0
  #copiedBytes = 0
  #unsyncedBytes = 0
  #syncing: Promise<void> | undefined
  /** The system tells of a failed write once, and the next sync of the same bytes says that all is well. */
  #syncFailure: TernError | undefined
  #verifiedBytes = 0
  #sameBytes = 0
  /** Nothing more is written to it. */
  #isEnding = false
  #isClosed = false
  readonly #writing = new Set<Promise<void>>()

  /** @throws TernError DISK_FULL where it has no room, and what opening a partial fails with */
  constructor(start: LargeFileStart, options: LargeFileOptions) {
    this.start = start
    this.#options = options
    this.#place = { root: options.target.root, path: start.path }
    this.incoming = new IncomingFile(start.entry, start.sizeBytes, start.attempt, start.blockSizeBytes)
    const { folder } = options.target
    const known = options.journal.lookup(start.itemId, this.#place)
    const onNewName = (partialName: string) => {
      options.journal.recordPartial({ itemId: start.itemId, target: this.#place, partialName })
      options.journal.syncNow()
    }
    const key = { ...(known && { knownName: known.partialName }), onNewName }
    this.#partial = folder.openPartial(start.path, key, start.sizeBytes)
    let old: SourceReader | undefined
    try {
      if (start.isHeld) old = folder.openOld(start.path)
      else this.#partial.empty()
      this.#held = start.isHeld ? new HeldContent(this.#partial, old) : undefined
      this.#holesFromBytes = this.#partial.lengthBytes
      this.#claimedBytes = this.#partial.missingBytes
      options.target.space.claim(this.#claimedBytes, start.path)
    } catch (thrown) {
      old?.close()
      this.#partial.close()
      throw thrown
    }
  }

  /** What the disk has not been heard to have taken. */
  get unsyncedBytes(): number {
    return this.#unsyncedBytes
  }

  /** All has come and is written. Fails with PROTOCOL_ERROR. */
  get isComplete(): boolean {
    return this.#writing.size === 0 && this.incoming.isComplete
  }

  /**
   * Takes one block in. Settles when its bytes may change and more may come. Fails with PROTOCOL_ERROR, INTEGRITY,
   * DISK_FULL, ….
   */
  async take(block: Block): Promise<void> {
    const number = this.incoming.checkBlock(block.offset, block.bytes.length)
    if (!this.#options.digester.of(block.bytes).equals(block.digest)) throw this.#corrupt('block')
    // Before anything is waited for: what is described meanwhile must not put older content in its place.
    this.incoming.markHere(number, block.digest)
    await this.#write(block.bytes, block.offset)
    await this.#countWritten(block.bytes.length)
  }

  /**
   * Takes blocks in of which all bytes are zero. Returns how many bytes they stand for: of a file that ends meanwhile only
   * the first of them.
   */
  async takeZeros({ firstBlock, count }: Zeros): Promise<number> {
    const { incoming } = this
    let zeros: Buffer | undefined
    let bytes = 0
    for (let block = firstBlock; block < firstBlock + count && !this.#isEnding; block += 1) {
      const offset = block * incoming.blockSizeBytes
      const length = incoming.lengthOf(block)
      incoming.checkBlock(offset, length)
      const isHole = offset >= this.#holesFromBytes && !incoming.isHeld(block)
      incoming.markHere(block, this.#options.digester.ofZeros(length))
      bytes += length
      if (isHole) this.#countVerified(length)
      else {
        zeros ??= Buffer.alloc(incoming.blockSizeBytes)
        await this.#write(zeros.subarray(0, length), offset)
        await this.#countWritten(length)
      }
    }
    return bytes
  }

  /**
   * The digest of what is held of one block, which the file then begins with; undefined: nothing is held of it. A block
   * that has come by now is told as it came. The buffer holds one block.
   */
  describe(block: number, buffer: Buffer): Buffer | undefined {
    const { incoming } = this
    if (incoming.isHere(block)) return incoming.digestOf(block)
    const bytes = buffer.subarray(0, incoming.lengthOf(block))
    const offset = block * incoming.blockSizeBytes
    const isCut = bytes.length < incoming.blockSizeBytes && !this.#held?.mayEndAt(this.start.sizeBytes)
    if (isCut || !this.#held?.take(offset, bytes)) return undefined
    const digest = this.#options.digester.of(bytes)
    incoming.markHeld(block, digest)
    return digest
  }

  /** To be awaited now and then while blocks are described: copies of an old version are written as well. */
  async pace(): Promise<void> {
    const bytes = (this.#held?.copiedBytes ?? 0) - this.#copiedBytes
    this.#copiedBytes += bytes
    // Told in full, it may have been placed by now.
    if (bytes > 0 && !this.#isEnding) await this.#countWritten(bytes)
  }

  /** The source has found so many bytes of what is held to be the same, all in all. Returns how many more these are. */
  countSame(sameBytes: number): number {
    const more = Math.min(sameBytes, this.start.sizeBytes - this.#verifiedBytes + this.#sameBytes) - this.#sameBytes
    if (more <= 0) return 0
    this.#sameBytes += more
    this.#countVerified(more)
    return more
  }

  /** Compares the whole, makes it durable and puts it in place. Fails with INTEGRITY and all that `commit` fails with. */
  async commit(onConflict: ConflictRule): Promise<CommitResult | SameContent> {
    await this.#syncing
    if (this.#syncFailure) throw this.#syncFailure
    const { sizeBytes, mtimeMs, mode, attributes } = this.start
    const expected = this.incoming.endDigest
    const { digester, target, journal, readsBack } = this.#options
    if (!expected || !digester.ofFile(sizeBytes, this.incoming.digests).equals(expected)) throw this.#corrupt('file')
    if (this.incoming.blocksHere === 0 && this.#held?.isOld(sizeBytes, mtimeMs)) return this.#leaveOld()
    this.#partial.extend()
    if (readsBack) await this.#readBack()
    // Closes the partial in any case. When it cannot be placed (held by another program), it stays for the next try.
    this.#end()
    const result = await this.#partial
      .commit({ mtimeMs, mode, ...(attributes && { attributes }), onConflict })
      .finally(() => this.#uncountIfGone())
    await target.folder.syncFolders()
    journal.recordCommitted(this.start.itemId, this.#place)
    this.#countVerified(sizeBytes - this.#verifiedBytes)
    return result
  }

  /** Keeps what it holds for a later run. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isEnding = true
    await this.#written()
    // One that runs may have begun before the last write.
    await this.#syncing
    await this.#sync()
    // What the partial seems to hold may never have reached the disk.
    if (this.#syncFailure) return this.discard()
    this.#end()
    this.#partial.close()
  }

  /**
   * Removes it: what it holds is of no use any more. The journal keeps its name, since lost power may bring it back; the
   * next try takes the same.
   */
  async discard(): Promise<void> {
    if (this.#isClosed) return
    this.#isEnding = true
    await this.#written()
    await this.#syncing
    this.#removePartial()
    this.#countVerified(-this.#verifiedBytes)
  }

  #write(bytes: Uint8Array, offset: number): Promise<void> {
    const writing = this.#partial.writeBeside(bytes, offset).then(() => {
      this.#countVerified(bytes.length)
      // One that failed stays: its block is marked as here, and the file must never seem complete.
      this.#writing.delete(writing)
    })
    this.#writing.add(writing)
    return writing
  }

  /** Never rejects: whose write failed hears of it. */
  async #written(): Promise<void> {
    await Promise.allSettled(this.#writing)
  }

  /** What stands there is what the source has: it stays as it is. */
  async #leaveOld(): Promise<SameContent> {
    const { itemId, path, sizeBytes } = this.start
    const { target, journal } = this.#options
    this.#removePartial()
    await target.folder.syncFolders()
    journal.recordDiscarded(itemId, this.#place)
    this.#countVerified(sizeBytes - this.#verifiedBytes)
    return { status: 'same', path }
  }

  #removePartial(): void {
    this.#end()
    this.#partial.discard()
  }

  #uncountIfGone(): void {
    if (this.#partial.isGone) this.#countVerified(-this.#verifiedBytes)
  }

  #end(): void {
    this.#isEnding = true
    this.#isClosed = true
    this.#held?.[Symbol.dispose]()
    this.#release(this.#claimedBytes)
  }

  #release(bytes: number): void {
    const released = Math.min(bytes, this.#claimedBytes)
    this.#claimedBytes -= released
    this.#options.target.space.release(released)
  }

  async #countWritten(bytes: number): Promise<void> {
    this.#release(bytes)
    this.#unsyncedBytes += bytes
    // Whoever ends it asks the disk as well, and must not find one more at work.
    if (this.#isEnding) return
    if (this.#unsyncedBytes >= syncEveryBytes) void this.#sync()
    if (this.#unsyncedBytes >= this.#maxUnsyncedBytes) await this.#sync()
    if (this.#syncFailure) throw this.#syncFailure
  }

  /** Never rejects. */
  #sync(): Promise<void> {
    const coveredBytes = this.#unsyncedBytes
    this.#syncing ??= this.#partial
      .sync()
      .then(
        () => {
          this.#unsyncedBytes -= coveredBytes
        },
        (thrown) => {
          this.#syncFailure ??= TernError.from(thrown)
          this.#uncountIfGone()
        },
      )
      .finally(() => {
        this.#syncing = undefined
      })
    return this.#syncing
  }

  /** What the disk gives back, as far as the system asks it and not its own memory. */
  async #readBack(): Promise<void> {
    await this.#sync()
    if (this.#syncFailure) throw this.#syncFailure
    const { incoming } = this
    const buffer = Buffer.allocUnsafe(incoming.blockSizeBytes)
    for (let block = 0; block < incoming.blockCount; block += 1) {
      const bytes = buffer.subarray(0, incoming.lengthOf(block))
      const isWhole = this.#partial.read(bytes, block * incoming.blockSizeBytes) === bytes.length
      if (!isWhole || !this.#options.digester.of(bytes).equals(incoming.digestOf(block)))
        throw this.#corrupt('readback')
      if (block % blocksInTurn === blocksInTurn - 1) await nextTurn()
    }
  }

  /** What each lane may bring before it waits comes on top of this. */
  get #maxUnsyncedBytes(): number {
    const { blockSizeBytes } = this.start
    const perLane = Math.max(blockSizeBytes, maxUnsyncedBytesPerLane - framesTakenAtOnce * blockSizeBytes)
    return perLane * this.#options.laneCount
  }

  #countVerified(bytes: number): void {
    // What is still written to a partial that is gone is nowhere.
    if (bytes > 0 && this.#partial.isGone) return
    this.#verifiedBytes += bytes
    if (bytes !== 0) this.#options.onVerified(bytes)
  }

  #corrupt(what: string): TernError {
    return new TernError('INTEGRITY', { path: this.start.path, what })
  }
}
