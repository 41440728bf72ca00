import { TernError } from '../../../shared/domain/errors.ts'
import type { ConflictRule } from '../../api.ts'
import { decodePack } from '../../protocol/data-frames.ts'
import type { SmallFile, SmallFileResult } from '../../storage/index.ts'
import type { Digester } from '../digester.ts'
import type { FlowMeter } from '../flow-meter.ts'
import { isPacked } from './incoming-blocks.ts'
import { PackRoom } from './pack-room.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import type { Target } from './targets.ts'
import type { WantedEntry } from './wanted-entry.ts'
import { violation, type WantedFiles } from './wanted-files.ts'

interface IncomingPacksOptions {
  readonly digester: Digester
  readonly files: WantedFiles
  readonly meter: ReceiveMeter
  readonly flow: FlowMeter
  readonly laneCount: number
  /** Something that ends the transfer has happened outside of any call. */
  readonly onFatal: (error: TernError) => void
}

/** Small files that are written together. */
interface Batch {
  readonly target: Target
  readonly onConflict: ConflictRule
  readonly wanted: WantedEntry[]
  readonly files: SmallFile[]
  bytes: number
}

function groupOf(groups: Batch[], target: Target, onConflict: ConflictRule): Batch {
  const known = groups.find((group) => group.target === target && group.onConflict === onConflict)
  if (known) return known
  const group: Batch = { target, onConflict, wanted: [], files: [], bytes: 0 }
  groups.push(group)
  return group
}

/** Small files, many to a frame: the frame is checked as a whole, its files are written together and fail alone. */
export class IncomingPacks {
  readonly #options: IncomingPacksOptions
  readonly #placing = new Set<Promise<void>>()
  readonly #room: PackRoom

  constructor(options: IncomingPacksOptions) {
    this.#options = options
    this.#room = new PackRoom(options.laneCount)
  }

  /** Settles when its files are written; that they are durable and in place is told as each batch gets there. */
  async take(payload: Buffer): Promise<void> {
    const { files, meter } = this.#options
    const pack = decodePack(payload)
    const isGood = this.#options.digester.of(pack.covered).equals(pack.digest)
    const groups: Batch[] = []
    for (const { entry, attempt, start, length } of pack.files) {
      const wanted = files.expected(entry, attempt)
      if (!wanted) continue
      if (!isPacked(wanted) || wanted.sizeBytes !== length || wanted.isCommitting)
        throw violation('unexpected file', entry)
      wanted.isCommitting = true
      meter.bytesReceived += length
      meter.bytesWanted -= length
      const group = groupOf(groups, wanted.item.target, wanted.item.onConflict)
      group.wanted.push(wanted)
      const { path, mode, attributes } = wanted
      const mtimeMs = Math.floor(wanted.mtimeMs)
      const readsBack = wanted.item.request.verify === 'readback'
      const file = { path, bytes: payload, start, length, mtimeMs, mode, readsBack }
      group.bytes += length
      group.files.push(attributes ? { ...file, attributes } : file)
    }
    for (const group of groups) await (isGood ? this.#write(group) : this.#refuse(group))
  }

  /** Nothing is under way afterwards. */
  async close(): Promise<void> {
    await Promise.all(this.#placing)
  }

  async #refuse({ wanted }: Batch): Promise<void> {
    for (const file of wanted) {
      await this.#options.files.fail(file, new TernError('INTEGRITY', { path: file.path, what: 'pack' }))
    }
  }

  /** The frame's bytes may change once this has settled: by then they are written. */
  async #write(batch: Batch): Promise<void> {
    const { target, files, bytes } = batch
    const taken = await this.#room.take(files.length, bytes)
    try {
      target.space.check(bytes, files[0]?.path ?? '')
      await target.beginBatch()
    } catch (thrown) {
      taken.settled()
      throw thrown
    }
    const writing = target.folder.writeSmallBatch(files, batch.onConflict, () => taken.placed())
    const placing = this.#options.flow
      .beside(writing)
      .finally(() => target.endBatch())
      .then((results) => this.#settle(batch, results))
      .catch((thrown) => this.#options.onFatal(TernError.from(thrown)))
      .finally(() => {
        this.#placing.delete(placing)
        taken.settled()
      })
    this.#placing.add(placing)
  }

  /** What is in place is told first: a failure may end the transfer. */
  async #settle(batch: Batch, results: readonly SmallFileResult[]): Promise<void> {
    const { files, meter } = this.#options
    const settled: WantedEntry[] = []
    for (let index = 0; index < results.length; index += 1) {
      const result = results[index] as SmallFileResult
      const wanted = batch.wanted[index] as WantedEntry
      if (!result.ok) continue
      files.countPlaced(wanted, result)
      meter.addVerified(wanted.item, wanted.sizeBytes)
      settled.push(wanted)
    }
    files.settleDone(settled)
    if (settled.length === results.length) return
    for (const [index, result] of results.entries()) {
      if (!result.ok) await files.fail(batch.wanted[index] as WantedEntry, TernError.fromEnvelope(result.error))
    }
  }
}
