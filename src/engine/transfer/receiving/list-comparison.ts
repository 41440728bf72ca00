import { setImmediate as nextTurn } from 'node:timers/promises'
import { monotonicMs } from '../../../platform/clock.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import { smallFileBytes } from '../../protocol/limits.ts'
import { entryKind, type ListEntry, type Listing, type Run } from '../../protocol/listing.ts'
import type { HeldFile, ListBatch, WantBatch } from '../../protocol/messages.ts'
import { leaveFolder, nameOf, OwnerNames, parentOf } from '../../storage/index.ts'
import type { PlacedLink } from '../../storage/links.ts'
import type { Owner } from '../rules/entry-rules.ts'
import { compare, type Wanted } from './comparison.ts'
import { isFatal } from './fatal.ts'
import type { IncomingContent } from './incoming-content.ts'
import { ListedFiles, wantedOf } from './listed-files.ts'
import { PlainRun } from './plain-run.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import type { ReceivingItem } from './receiving-item.ts'
import type { TargetClaims } from './target-claims.ts'
import { isWarning } from './told-failures.ts'
import type { WantedEntry } from './wanted-entry.ts'

/** Looking is synchronous: after so long sockets and timers get their turn, also where the disk is slow. */
const turnMs = 25
const entriesBetweenClocks = 64

interface ListComparisonParts {
  readonly claims: TargetClaims
  readonly meter: ReceiveMeter
  readonly content: IncomingContent
}

/** What became of one batch of the list. */
export interface ComparedBatch {
  readonly answer: WantBatch
  /** Of these something is held, which is to be described once the answer is sent. */
  readonly described: readonly WantedEntry[]
  readonly wantedCount: number
}

/** Compares the list with what lies at the target, batch by batch, and asks for what is missing. */
export class ListComparison {
  readonly #parts: ListComparisonParts
  /** Read when first needed: few transfers keep owners. */
  #owners: OwnerNames | undefined

  constructor(parts: ListComparisonParts) {
    this.#parts = parts
  }

  /** Nothing is wanted of an item that nobody expects or that has failed. Fails with what ends the transfer. */
  async compare({ batch, firstEntry, listing }: ListBatch, item: ReceivingItem | undefined): Promise<ComparedBatch> {
    const wants = new Wants(batch, listing.length)
    if (!item) return wants.result()
    const listed = new ListedFiles(item, firstEntry, listing)
    let until = monotonicMs() + turnMs
    try {
      for (const run of listing.runs) {
        const plain = PlainRun.of(run, item)
        for (let index = run.start; index < run.end && !item.error; index += 1) {
          const isFile = listing.kinds[index] === entryKind.file
          if (listing.kinds[index] !== entryKind.folder) wants.listedFile(listing.sizes[index] as number)
          const found = isFile ? plain?.find(listing, index) : undefined
          if (found === 'same') wants.thereAlready(listing.sizes[index] as number)
          else if (found === 'absent' && plain) this.#takePlain(listing, run, index, plain.folder, item, listed, wants)
          else this.#compareOne(listing, run, index, firstEntry + index, item, wants)
          // The long way may have waited for the disk.
          if ((found && index % entriesBetweenClocks > 0) || monotonicMs() < until) continue
          leaveFolder()
          await nextTurn()
          until = monotonicMs() + turnMs
        }
      }
    } finally {
      leaveFolder()
    }
    this.#count(item, wants)
    return wants.result()
  }

  /** What keeps one entry from being placed is that entry's failure. */
  #compareOne(listing: Listing, run: Run, index: number, number: number, item: ReceivingItem, wants: Wants): void {
    const entry = listing.entryIn(run, index)
    try {
      const owner = this.#ownerOf(item, listing, index)
      const verdict = compare(entry, item, owner)
      if (verdict.kind === 'already-there') wants.thereAlready(entry.sizeBytes)
      if (verdict.kind === 'link') this.#countLink(verdict.status, entry.path, item, wants)
      if (verdict.kind === 'wanted') this.#takeWanted(verdict, entry, index, number, item, wants)
    } catch (thrown) {
      this.#fail(item, entry.path, TernError.from(thrown))
    }
  }

  #fail(item: ReceivingItem, path: string, error: TernError): void {
    if (isFatal(error)) throw error
    if (isWarning(error.toEnvelope())) {
      item.addWarning(path, error.toEnvelope())
      return
    }
    if (path === '') item.error = error.toEnvelope()
    item.addFailure(path, error.toEnvelope())
  }

  /** A file that is not there and has nothing to it but its name, size and time. */
  #takePlain(
    listing: Listing,
    run: Run,
    index: number,
    folder: string,
    item: ReceivingItem,
    listed: ListedFiles,
    wants: Wants,
  ): void {
    try {
      if ((listing.sizes[index] as number) > smallFileBytes) {
        const wanted = wantedOf(item, listing, run, folder, index, listed.firstEntry + index)
        this.#want(wanted)
        wants.want(index, wanted)
        return
      }
      const name = listing.names[index] as string
      this.#claim(item, folder, name)
      listed.add(run, folder, index)
      this.#parts.content.wantListed(listed, index)
      this.#open(item, folder, name)
      wants.want(index)
    } catch (thrown) {
      this.#fail(item, listing.pathIn(run, index), TernError.from(thrown))
    }
  }

  #takeWanted(
    verdict: Wanted,
    entry: ListEntry,
    index: number,
    number: number,
    item: ReceivingItem,
    wants: Wants,
  ): void {
    const { sizeBytes, mtimeMs, mode, path: sourcePath } = entry
    const { path, attributes, replaces } = verdict
    if (item.rules.isDryRun) {
      item.rules.notes.add(replaces ? 'replaced' : 'placed', sourcePath, sizeBytes)
      return
    }
    const [folder, name] = [parentOf(path), nameOf(path)]
    const figures = { sizeBytes, mtimeMs, mode, ...(attributes && { attributes }) }
    const wanted: WantedEntry = { entry: number, item, sourcePath, path, folder, name, ...figures, attempt: 0 }
    this.#want(wanted)
    wants.want(index, wanted)
  }

  /** It is made by now, unless this is a dry run. */
  #countLink(status: PlacedLink, path: string, { rules }: ReceivingItem, wants: Wants): void {
    rules.notes.add(status, path)
    if (status === 'same' || status === 'left') wants.thereAlready(0)
    else if (!rules.isDryRun) wants.linkMade(status === 'replaced')
  }

  /** This system's numbers for whom the source says that it belongs to, where that is kept. */
  #ownerOf({ request: { attributes } }: ReceivingItem, { ownership }: Listing, index: number): Owner | undefined {
    if (!ownership || !(attributes?.owner || attributes?.group)) return undefined
    this.#owners ??= new OwnerNames()
    return this.#owners.ownerHere(ownership, index)
  }

  #want(wanted: WantedEntry): void {
    const { item, folder, name } = wanted
    this.#claim(item, folder, name)
    try {
      this.#parts.content.want(wanted)
    } catch (thrown) {
      this.#release(item, folder, name)
      throw thrown
    }
    this.#open(item, folder, name)
  }

  #open(item: ReceivingItem, folder: string, name: string): void {
    try {
      item.open(folder)
    } catch (thrown) {
      this.#release(item, folder, name)
      throw thrown
    }
  }

  #claim({ names, target }: ReceivingItem, folder: string, name: string): void {
    this.#parts.claims.claim(target.root, names.keyOf(folder), names.keyOf(name))
  }

  #release({ names, target }: ReceivingItem, folder: string, name: string): void {
    this.#parts.claims.release(target.root, names.keyOf(folder), names.keyOf(name))
  }

  #count(item: ReceivingItem, { files, bytes, filesThere, bytesThere, links, linksReplaced }: Wants): void {
    const { meter } = this.#parts
    meter.addListed(item, bytes)
    item.filesDone += links
    item.filesReplaced += linksReplaced
    meter.filesDone += links
    meter.filesListed += files
    item.filesDone += filesThere
    item.filesAlreadyThere += filesThere
    meter.filesDone += filesThere
    meter.filesAlreadyThere += filesThere
    meter.addVerified(item, bytesThere)
    meter.filesCompared = meter.filesListed
  }
}

/** Collects the answer to one batch, and its figures. */
class Wants {
  files = 0
  bytes = 0
  filesThere = 0
  bytesThere = 0
  links = 0
  linksReplaced = 0
  readonly #batch: number
  readonly #bits: Uint8Array
  readonly #held: HeldFile[] = []
  readonly #described: WantedEntry[] = []
  #count = 0

  constructor(batch: number, length: number) {
    this.#batch = batch
    this.#bits = new Uint8Array(Math.ceil(length / 8))
  }

  listedFile(sizeBytes: number): void {
    this.files += 1
    this.bytes += sizeBytes
  }

  thereAlready(sizeBytes: number): void {
    this.filesThere += 1
    this.bytesThere += sizeBytes
  }

  linkMade(isReplaced: boolean): void {
    this.links += 1
    if (isReplaced) this.linksReplaced += 1
  }

  want(index: number, wanted?: WantedEntry): void {
    this.#count += 1
    this.#bits[index >> 3] = (this.#bits[index >> 3] as number) | (1 << (index & 7))
    if (!wanted?.held) return
    this.#held.push({ index, bytes: wanted.held.bytes, blockSizeBytes: wanted.held.blockSizeBytes })
    this.#described.push(wanted)
  }

  result(): ComparedBatch {
    const wanted = this.#count === 0 ? 'nothing' : this.#bits
    const answer: WantBatch = { type: 'wantBatch', batch: this.#batch, wanted, held: this.#held }
    return { answer, described: this.#described, wantedCount: this.#count }
  }
}
