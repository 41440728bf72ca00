import { setImmediate as nextTurn } from 'node:timers/promises'
import { monotonicMs } from '../../platform/clock.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ReceiveRequest } from '../api.ts'
import { entryKind, type ListEntry, type Listing, type Run } from '../protocol/listing.ts'
import type { HeldFile, ListBatch, WantBatch } from '../protocol/messages.ts'
import { type FolderLook, joinPath, leaveFolder, OwnerNames, parentOf } from '../storage/index.ts'
import type { PlacedLink } from '../storage/links.ts'
import { compare, isSameFile, type Wanted } from './comparison.ts'
import type { Owner } from './entry-rules.ts'
import { isFatal } from './fatal.ts'
import type { IncomingContent } from './incoming-content.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import { isWarning, type ReceivingItem } from './receiving-item.ts'
import type { TargetClaims } from './target-claims.ts'
import type { WantedEntry } from './wanted-entry.ts'

/** Looking is synchronous: after so long sockets and timers get their turn, also where the disk is slow. */
const turnMs = 25
const entriesBetweenClocks = 64

interface ListComparisonParts {
  readonly request: ReceiveRequest
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
    let until = monotonicMs() + turnMs
    try {
      for (const run of listing.runs) {
        const plain = this.#plainLook(run, item)
        for (let index = run.start; index < run.end && !item.error; index += 1) {
          const isFile = listing.kinds[index] === entryKind.file
          if (listing.kinds[index] !== entryKind.folder) wants.listedFile(listing.sizes[index] as number)
          const isPlain = isFile && plain?.(listing, index) === true
          if (isPlain) wants.thereAlready(listing.sizes[index] as number)
          else this.#compareOne(listing, run, index, firstEntry + index, item, wants)
          // The long way may have waited for the disk.
          if ((isPlain && index % entriesBetweenClocks > 0) || monotonicMs() < until) continue
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

  /**
   * The short way for the most frequent answer: a file of a plain name that is there and is the same. Whatever else there
   * is to an entry goes the long way.
   */
  #plainLook({ folder }: Run, item: ReceivingItem): ((listing: Listing, index: number) => boolean) | undefined {
    // The first of them are told by name.
    if (item.rules.notes.hasRoomFor('same')) return undefined
    const look = this.#lookInto(folder, item)
    if (!look) return undefined
    const { compareBy } = item.request
    return ({ names, sizes, mtimesMs }, index) => {
      const name = names[index] as string
      // Names of ours, `..` and mapped names are no plain ones; the item itself has none.
      if (name === '' || name.charCodeAt(0) === dot || name.includes('~')) return false
      try {
        const found = look.at(name)
        if (!found?.isFile()) return false
        return isSameFile(sizes[index] as number, mtimesMs[index] as number, found.size, found.mtimeMs, compareBy)
      } catch {
        // The long way says what it is.
        return false
      }
    }
  }

  #lookInto(folder: string, { basePath, isPlain, isResumed, kind, target }: ReceivingItem): FolderLook | undefined {
    if (!isPlain || folder.includes('~')) return undefined
    const path = joinPath(basePath, folder)
    if (target.folder.isNew(path)) return undefined
    try {
      const look = target.folder.lookInto(path)
      // An earlier run may have placed what is there, and ended before it was durable.
      if (isResumed && kind !== 'file') target.folder.mustSync(path)
      return look
    } catch {
      // Each of its entries is told what is wrong with the path.
      return undefined
    }
  }

  /** What keeps one entry from being placed is that entry's failure. */
  #compareOne(listing: Listing, run: Run, index: number, number: number, item: ReceivingItem, wants: Wants): void {
    const { request } = this.#parts
    const entry = listing.entryIn(run, index)
    try {
      const owner = this.#ownerOf(item, listing, index)
      const verdict = compare(entry, item, item.request.onConflict ?? request.onConflict, owner)
      if (verdict.kind === 'already-there') wants.thereAlready(entry.sizeBytes)
      if (verdict.kind === 'link') this.#countLink(verdict.status, entry.path, item, wants)
      if (verdict.kind === 'wanted') this.#takeWanted(verdict, entry, index, number, item, wants)
    } catch (thrown) {
      const error = TernError.from(thrown)
      if (isFatal(error)) throw error
      if (isWarning(error.toEnvelope())) item.addWarning(entry.path, error.toEnvelope())
      else this.#fail(item, entry.path, error)
    }
  }

  #fail(item: ReceivingItem, path: string, error: TernError): void {
    if (path === '') item.error = error.toEnvelope()
    item.addFailure(path, error.toEnvelope())
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
    const figures = { sizeBytes, mtimeMs, mode, ...(attributes && { attributes }) }
    const wanted: WantedEntry = { entry: number, item, sourcePath, path, ...figures, attempt: 0 }
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
    const { claims, content } = this.#parts
    const { item, path } = wanted
    claims.claim(item.target.root, item.names.keyOf(path))
    try {
      content.want(wanted)
      item.open()
      item.folders.expect(parentOf(path))
    } catch (thrown) {
      claims.release(item.target.root, item.names.keyOf(path))
      throw thrown
    }
  }

  #count(item: ReceivingItem, { files, bytes, filesThere, bytesThere, links, linksReplaced }: Wants): void {
    const { meter } = this.#parts
    item.filesDone += links
    item.filesReplaced += linksReplaced
    meter.filesDone += links
    meter.filesListed += files
    meter.bytesTotal += bytes
    item.bytesTotal += bytes
    item.filesDone += filesThere
    item.filesAlreadyThere += filesThere
    meter.filesDone += filesThere
    meter.filesAlreadyThere += filesThere
    meter.addVerified(item, bytesThere)
    meter.filesCompared = meter.filesListed
  }
}

const dot = 46

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

  want(index: number, wanted: WantedEntry): void {
    this.#count += 1
    this.#bits[index >> 3] = (this.#bits[index >> 3] as number) | (1 << (index & 7))
    if (!wanted.held) return
    this.#held.push({ index, bytes: wanted.held.bytes, blockSizeBytes: wanted.held.blockSizeBytes })
    this.#described.push(wanted)
  }

  result(): ComparedBatch {
    const wanted = this.#count === 0 ? 'nothing' : this.#bits
    const answer: WantBatch = { type: 'wantBatch', batch: this.#batch, wanted, held: this.#held }
    return { answer, described: this.#described, wantedCount: this.#count }
  }
}
