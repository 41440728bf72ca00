import { TernError } from '../../shared/domain/errors.ts'
import type { ConflictRule } from '../api.ts'
import type { Journal, PartialState, TargetPlace } from '../journal/index.ts'
import type { Block } from '../protocol/data-frames.ts'
import { IncomingFile } from '../protocol/incoming-file.ts'
import { blockSizeFor, digestBytes } from '../protocol/limits.ts'
import type { CommitResult, PartialFile } from '../storage/index.ts'
import { checkpointBytes, maxUnrecordedBytesPerLane } from './checkpoints.ts'
import { digestOf, fileDigestOf, isSameDigest } from './digest.ts'
import type { Target } from './targets.ts'

export interface LargeFileStart {
  readonly entry: number
  readonly attempt: number
  readonly itemId: string
  /** Relative to the target's root. */
  readonly path: string
  readonly sizeBytes: number
  readonly mtimeNs: bigint
  readonly mtimeMs: number
  readonly mode: number
}

interface LargeFileOptions {
  readonly journal: Journal
  readonly target: Target
  readonly laneCount: number
  /** So many more bytes are verified and durable. */
  readonly onVerified: (bytes: number) => void
}

/**
 * A large file on its way in: blocks are checked, written and, every few megabytes, made durable and then recorded.
 * What the journal says of it is true at every moment, whenever the process ends.
 */
export class LargeFile {
  readonly start: LargeFileStart
  readonly incoming: IncomingFile
  readonly #options: LargeFileOptions
  readonly #place: TargetPlace
  readonly #partial: PartialFile
  #recordedBlocks: number
  #pendingBytes = 0
  #checkpoint: Promise<void> | undefined
  /** What the disk could not keep is lost, and its next sync would say nothing of it: no more is claimed or placed. */
  #syncFailure: TernError | undefined
  #verifiedBytes = 0
  #isClosed = false

  constructor(start: LargeFileStart, options: LargeFileOptions) {
    this.start = start
    this.#options = options
    this.#place = { root: options.target.root, path: start.path }
    const known = options.journal.lookup(start.itemId, this.#place)
    this.#partial = options.target.folder.openPartial(
      start.path,
      { ...(known && { knownName: known.partialName }), onNewName: (name) => this.#recordStart(name) },
      start.sizeBytes,
    )
    const held = known && !this.#partial.isNew ? this.#heldDigests(known) : new Uint8Array(0)
    this.#recordedBlocks = held.length / digestBytes
    this.incoming = new IncomingFile(start.entry, start.sizeBytes, start.attempt, held)
    this.#countVerified(this.incoming.resumedBytes)
  }

  /** Takes one block in. Settles when more may come. Fails with PROTOCOL_ERROR, INTEGRITY, DISK_FULL, …. */
  async take(block: Block): Promise<void> {
    if (this.#syncFailure) throw this.#syncFailure
    const number = this.incoming.checkBlock(block.offset, block.bytes.length)
    if (!isSameDigest(digestOf(block.bytes), block.digest)) throw this.#corrupt('block')
    if (number < this.#recordedBlocks) {
      // The source says otherwise about a block of the partial: no claim may cover it while it is replaced.
      this.#options.journal.recordChecked(this.start.itemId, this.#place, number)
      this.#recordedBlocks = number
    }
    this.#partial.write(block.bytes, block.offset)
    this.incoming.markHere(number, block.digest)
    this.#pendingBytes += block.bytes.length
    if (this.#pendingBytes >= checkpointBytes) void this.#startCheckpoint().catch(() => undefined)
    if (this.#pendingBytes >= maxUnrecordedBytesPerLane * this.#options.laneCount) await this.#startCheckpoint()
  }

  /** Compares the whole, makes it durable and puts it in place. Fails with INTEGRITY and all that `commit` fails with. */
  async commit(onConflict: ConflictRule): Promise<CommitResult> {
    await this.#checkpoint
    if (this.#syncFailure) throw this.#syncFailure
    const { sizeBytes, mtimeMs, mode } = this.start
    const expected = this.incoming.endDigest
    if (!expected || !isSameDigest(fileDigestOf(sizeBytes, this.incoming.digests), expected))
      throw this.#corrupt('file')
    // Closes the partial in any case. When it cannot be placed (held by another program), it stays for the next try.
    this.#isClosed = true
    const result = await this.#partial.commit({ mtimeMs, mode, onConflict })
    await this.#options.target.folder.syncFolders()
    this.#options.journal.recordCommitted(this.start.itemId, this.#place)
    this.#countVerified(sizeBytes - this.#verifiedBytes)
    return result
  }

  /** Keeps what is verified for a later run. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    if (!this.#syncFailure) await this.#startCheckpoint().catch(() => undefined)
    this.#isClosed = true
    this.#partial.close()
  }

  /** Removes it: what it holds is of no use any more. */
  async discard(): Promise<void> {
    if (this.#isClosed) return
    await this.#checkpoint?.catch(() => undefined)
    this.#isClosed = true
    this.#partial.discard()
    this.#options.journal.recordDiscarded(this.start.itemId, this.#place)
    this.#countVerified(-this.#verifiedBytes)
  }

  #startCheckpoint(): Promise<void> {
    this.#checkpoint ??= this.#makeCheckpoint().finally(() => {
      this.#checkpoint = undefined
    })
    return this.#checkpoint
  }

  async #makeCheckpoint(): Promise<void> {
    const fromBlock = this.#recordedBlocks
    const upTo = this.incoming.contiguousBlocks
    const coveredBytes = this.#pendingBytes
    try {
      await this.#partial.sync()
    } catch (thrown) {
      this.#syncFailure = TernError.from(thrown)
      throw thrown
    }
    this.#pendingBytes -= coveredBytes
    // A block below was replaced meanwhile: the next checkpoint covers it.
    if (this.#recordedBlocks !== fromBlock || upTo <= fromBlock) return
    const digests = this.incoming.digests.subarray(fromBlock * digestBytes, upTo * digestBytes)
    this.#options.journal.recordBlocks(this.start.itemId, this.#place, fromBlock, digests)
    this.#recordedBlocks = upTo
    const durableBytes = Math.min(upTo * this.incoming.blockSizeBytes, this.start.sizeBytes)
    if (durableBytes > this.#verifiedBytes) this.#countVerified(durableBytes - this.#verifiedBytes)
  }

  #countVerified(bytes: number): void {
    this.#verifiedBytes += bytes
    if (bytes !== 0) this.#options.onVerified(bytes)
  }

  #recordStart(partialName: string): void {
    const { itemId, sizeBytes, mtimeNs } = this.start
    this.#options.journal.recordPartial({
      itemId,
      target: this.#place,
      partialName,
      // The peer's inode stays with the peer: it reads its own bytes again and compares.
      source: { sizeBytes, mtimeNs, inode: 0n, device: 0n },
      blockSizeBytes: blockSizeFor(sizeBytes),
      digestBytes,
    })
  }

  /** Digests of the blocks that the partial is known to hold; none when it is of another version of the source. */
  #heldDigests(known: PartialState): Uint8Array {
    const { sizeBytes, mtimeNs } = this.start
    const isSame =
      known.source.sizeBytes === sizeBytes &&
      known.source.mtimeNs === mtimeNs &&
      known.blockSizeBytes === blockSizeFor(sizeBytes) &&
      known.digestBytes === digestBytes
    if (!isSame) {
      this.#recordStart(known.partialName)
      return new Uint8Array(0)
    }
    const reachesBytes = this.#partial.lengthBytes
    const blocks = Math.min(known.verifiedBlocks, Math.ceil(reachesBytes / known.blockSizeBytes))
    const held = known.digests.subarray(0, blocks * digestBytes)
    if (!known.needsCheck && blocks === known.verifiedBlocks) return Uint8Array.from(held)
    const good = this.#countGoodBlocks(held, known.blockSizeBytes)
    this.#options.journal.recordChecked(this.start.itemId, this.#place, good)
    return Uint8Array.from(held.subarray(0, good * digestBytes))
  }

  #countGoodBlocks(digests: Uint8Array, blockSizeBytes: number): number {
    const buffer = Buffer.allocUnsafe(blockSizeBytes)
    const count = digests.length / digestBytes
    for (let block = 0; block < count; block += 1) {
      const offset = block * blockSizeBytes
      const content = buffer.subarray(0, Math.min(blockSizeBytes, this.start.sizeBytes - offset))
      const digest = digests.subarray(block * digestBytes, (block + 1) * digestBytes)
      if (this.#partial.read(content, offset) < content.length || !isSameDigest(digestOf(content), digest)) return block
    }
    return count
  }

  #corrupt(what: string): TernError {
    return new TernError('INTEGRITY', { path: this.start.path, what })
  }
}
