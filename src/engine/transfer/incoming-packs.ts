import { TernError } from '../../shared/domain/errors.ts'
import type { ConflictRule } from '../api.ts'
import { decodePack, type PackedFile } from '../protocol/data-frames.ts'
import type { SmallFile } from '../storage/index.ts'
import { digestOf, isSameDigest } from './digest.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import type { Target } from './targets.ts'
import { mtimeMsOf, type WantedEntry } from './wanted-entry.ts'
import { violation, type WantedFiles } from './wanted-files.ts'

interface IncomingPacksOptions {
  readonly files: WantedFiles
  readonly meter: ReceiveMeter
}

/** Small files that are written together. */
interface Batch {
  readonly target: Target
  readonly onConflict: ConflictRule
  readonly wanted: WantedEntry[]
  readonly files: SmallFile[]
}

function groupOf(groups: Batch[], target: Target, onConflict: ConflictRule): Batch {
  const known = groups.find((group) => group.target === target && group.onConflict === onConflict)
  if (known) return known
  const group: Batch = { target, onConflict, wanted: [], files: [] }
  groups.push(group)
  return group
}

/** Small files, many to a frame: each is checked and fails alone; those that are good are written together. */
export class IncomingPacks {
  readonly #options: IncomingPacksOptions

  constructor(options: IncomingPacksOptions) {
    this.#options = options
  }

  /** Settles when its files are durable and in place. */
  async take(payload: Buffer): Promise<void> {
    const { files } = this.#options
    const groups: Batch[] = []
    for (const file of decodePack(payload)) {
      const wanted = files.expected(file.entry, file.attempt)
      if (!wanted) continue
      if (wanted.sizeBytes !== file.bytes.length || wanted.isCommitting) throw violation('unexpected file', file.entry)
      wanted.isCommitting = true
      const bytes = await this.#checked(wanted, file)
      if (!bytes) continue
      const group = groupOf(groups, wanted.item.target, files.conflictRule(wanted))
      group.wanted.push(wanted)
      group.files.push({ path: wanted.path, bytes, mtimeMs: mtimeMsOf(wanted.mtimeNs), mode: wanted.mode })
    }
    for (const group of groups) await this.#placeBatch(group)
  }

  async #checked(wanted: WantedEntry, file: PackedFile): Promise<Buffer | undefined> {
    const { files, meter } = this.#options
    meter.bytesReceived += file.bytes.length
    meter.bytesWanted -= file.bytes.length
    if (isSameDigest(digestOf(file.bytes), file.digest)) return file.bytes
    await files.fail(wanted, new TernError('INTEGRITY', { path: wanted.path, what: 'file' }))
    return undefined
  }

  async #placeBatch({ target, onConflict, wanted, files }: Batch): Promise<void> {
    const results = await target.batch(async () => {
      const placed = await target.folder.writeSmallBatch(files, onConflict)
      // The folders' entries as well, before anything is said.
      await target.folder.syncFolders()
      return placed
    })
    const settled: WantedEntry[] = []
    for (const [index, result] of results.entries()) {
      const entry = wanted[index] as WantedEntry
      if (result.ok) {
        this.#options.files.countPlaced(entry, result)
        this.#options.meter.addVerified(entry.item, entry.sizeBytes)
        settled.push(entry)
      } else await this.#options.files.fail(entry, TernError.fromEnvelope(result.error))
    }
    this.#options.files.settleDone(settled)
  }
}
