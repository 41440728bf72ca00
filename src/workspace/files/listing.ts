import type { FileEntry } from '../../shared/contract/operations/file-schemas.ts'
import { anyDepth, type FoundFile } from '../../shared/contract/stream-files.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { isVisibleName } from '../access/share-access.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { type OperationContext, viewScopeOf } from '../api/context.ts'
import { filesOfCollection } from '../collections/collected-files.ts'
import { type FilePlaces, type PlacedFile, toldAs } from './file-place.ts'

type VisibleNames = Parameters<typeof isVisibleName>[0]
type ListInput = CheckedInput<'file/list'>

/** What one answer holds at most, and what all answers that are being put together hold. */
const maxEntries = 200_000
const maxEntriesAtOnce = 600_000
let entriesAtOnce = 0

interface Folder extends FileEntry {
  entries?: readonly FileEntry[]
}

/**
 * A folder's entries as the caller may see them, nested. Where only some names lead to what is theirs, those alone.
 * @throws TernError FORBIDDEN, LIMIT_EXCEEDED, TOO_MANY_REQUESTS, PEER_UNREACHABLE, and what the storage says
 */
export async function listPlace(
  context: OperationContext,
  places: FilePlaces,
  place: PlacedFile,
  input: Omit<ListInput, 'path'>,
): Promise<readonly FileEntry[]> {
  const listing = new Listing(context, places, input)
  try {
    const depth = input.isRecursive ? (input.maxDepth ?? anyDepth) : 1
    return await toldAs([place], () => listing.entriesOf(place, depth))
  } finally {
    listing.end()
  }
}

class Listing {
  readonly #context: OperationContext
  readonly #places: FilePlaces
  readonly #input: Omit<ListInput, 'path'>
  #count = 0

  constructor(context: OperationContext, places: FilePlaces, input: Omit<ListInput, 'path'>) {
    this.#context = context
    this.#places = places
    this.#input = input
  }

  end(): void {
    entriesAtOnce -= this.#count
  }

  async entriesOf(place: PlacedFile, depth: number): Promise<readonly FileEntry[]> {
    const names = this.#places.visibleNames(place)
    if (names === undefined) throw new TernError('FORBIDDEN', { path: place.text })
    if (place.share.kind === 'collection') return await this.#collected(place, names, depth)
    if (names === 'all') return await this.#read(place, depth, () => true)
    const shown = await this.#read(place, 1, (name) => isVisibleName(names, name))
    if (depth === 1) return shown
    const entered: FileEntry[] = []
    for (const entry of shown) {
      entered.push(entry.kind === 'folder' ? await this.#entered(place, entry, depth - 1) : entry)
    }
    return this.#kept(entered)
  }

  /** A collection's own files, each looked at where it lies; what is gone from there is left out. */
  async #collected(place: PlacedFile, names: VisibleNames, depth: number): Promise<readonly FileEntry[]> {
    const { database } = viewScopeOf(this.#context)
    const entries: FileEntry[] = []
    for (const { name } of filesOfCollection(database, place.share.id)) {
      if (!isVisibleName(names, name)) continue
      this.#assertWanted()
      const file = this.#places.inCollection(place.share, name, place.text)
      const at = { shareId: file.share.id, path: file.path }
      const client = this.#places.clientFor(file).id
      const { found } = await this.#context.files.ask(client, { op: 'look', ...at })
      if (found === undefined || found.kind === 'none') continue
      this.#counted(1)
      const { kind, mtimeMs, sizeBytes } = found
      const isMeasured = kind === 'folder' && this.#input.withFolderSizes
      const measured = isMeasured ? (await this.#context.files.ask(client, { op: 'size', ...at })).found : undefined
      const inside = kind === 'folder' && depth > 1 ? await this.entriesOf(file, depth - 1) : undefined
      const size = kind === 'file' ? sizeBytes : (measured?.sizeBytes ?? 0)
      entries.push({ name, kind, mtimeMs, sizeBytes: size, ...(inside && { entries: inside }) })
    }
    return this.#kept(entries)
  }

  /** A folder on the way to what may be seen; what may only be written is named and not entered. */
  async #entered(above: PlacedFile, entry: FileEntry, depth: number): Promise<FileEntry> {
    const path = above.path === '' ? entry.name : `${above.path}/${entry.name}`
    const place = above.collection ? above : this.#places.at(above.share, path, above.site, above.text)
    if (this.#places.visibleNames(place) === undefined) return entry
    return { ...entry, entries: await this.entriesOf(place, depth) }
  }

  async #read(place: PlacedFile, depth: number, isShown: (name: string) => boolean): Promise<readonly FileEntry[]> {
    const { include, exclude, withFolderSizes } = this.#input
    const order = {
      op: 'list' as const,
      shareId: place.share.id,
      path: place.path,
      depth,
      withFolderSizes,
      ...(include !== undefined && { include }),
      ...(exclude !== undefined && { exclude }),
    }
    const tree = new Tree()
    for await (const part of this.#context.files.list(this.#places.clientFor(place).id, order)) {
      this.#assertWanted()
      const shown = part.filter(({ name, depth: at }) => at > 1 || isShown(name))
      this.#counted(shown.length)
      for (const found of shown) tree.add(found, (entries) => this.#kept(entries), found.depth < depth)
    }
    return this.#kept(tree.top())
  }

  #assertWanted(): void {
    if (this.#context.isCallerGone()) throw new TernError('PEER_LOST')
  }

  #counted(more: number): void {
    this.#count += more
    entriesAtOnce += more
    if (this.#count > maxEntries) throw new TernError('LIMIT_EXCEEDED', { what: 'entries', limit: maxEntries })
    if (entriesAtOnce > maxEntriesAtOnce) throw new TernError('TOO_MANY_REQUESTS', { retryAfterSeconds: 5 })
  }

  #kept(entries: readonly FileEntry[]): readonly FileEntry[] {
    const { only, isRecursive } = this.#input
    const kept = entries.filter(({ kind, entries: inside }) => {
      if (only === 'folders') return kind === 'folder'
      return only !== 'files' || kind === 'file' || (isRecursive && inside !== undefined && inside.length > 0)
    })
    return kept.sort((one, other) => order(one) - order(other) || compare(one.name, other.name))
  }
}

/** Puts a folder around its entries, which come right before it. */
class Tree {
  /** What was read of each depth and not yet put into its folder. */
  readonly #open: FileEntry[][] = [[]]

  add(
    { depth, ...found }: FoundFile,
    kept: (entries: readonly FileEntry[]) => readonly FileEntry[],
    isEntered: boolean,
  ) {
    const entry: Folder = found
    if (found.kind === 'folder' && isEntered) entry.entries = kept(this.#at(depth).splice(0))
    this.#at(depth - 1).push(entry)
  }

  top(): readonly FileEntry[] {
    return this.#at(0)
  }

  #at(depth: number): FileEntry[] {
    while (this.#open.length <= depth) this.#open.push([])
    return this.#open[depth] ?? []
  }
}

function order({ kind }: FileEntry): number {
  return kind === 'folder' ? 0 : 1
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
