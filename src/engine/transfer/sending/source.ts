import { basename } from 'node:path'
import { TernError } from '../../../shared/domain/errors.ts'
import type { SendItem } from '../../api.ts'
import {
  type FileIdentity,
  type FolderReads,
  isSameVersion,
  joinPath,
  nameOf,
  parentOf,
  type ScanBatch,
  type ScanOptions,
  SourceFolder,
  type SourceReader,
} from '../../storage/index.ts'
import type { RestoreName } from '../../storage/names/folder-names.ts'

/** What is needed to read a listed entry again, and to know that it is still the one that was listed. */
export interface Source {
  readonly item: SendItem
  /** Relative to the item. */
  readonly path: string
  /** The two parts of `path`; of the item itself both are empty. */
  readonly folder: string
  readonly name: string
  /** Relative to the root: where it is to be read, when it is listed under another path: a link's, or that of a mapped name. */
  readonly elsewhere: string | undefined
  readonly identity: FileIdentity
  readonly mode: number
}

const maxOpenRoots = 16

/** The folders that one transfer reads from. */
export class Sources implements Disposable {
  /** Least recently used first. */
  readonly #folders = new Map<string, SourceFolder>()
  /** Where the latest small file was read: the next one mostly lies there too. */
  #latest: { readonly item: SendItem; readonly folder: string; readonly reads: FolderReads } | undefined

  /** Opens the very version that was listed. Fails with SOURCE_CHANGED, SOURCE_NOT_FOUND, SOURCE_UNREADABLE, LINK_IN_PATH. */
  open(source: Source): SourceReader {
    const reader = this.openNow(source)
    if (isSameVersion(reader.identity, source.identity)) return reader
    reader.close()
    throw new TernError('SOURCE_CHANGED', { path: source.path })
  }

  /**
   * Reads a small file of the very version that was listed to `offset` in the buffer, which has room for it. `leaveFolder`
   * must follow within the same synchronous step. Fails as `open` does.
   */
  readWhole(source: Source, buffer: Uint8Array, offset: number): void {
    const { item, folder, name, elsewhere, identity } = source
    if (elsewhere !== undefined || name === '') {
      const path = pathOf(source)
      this.#folderOf(item.root).readsIn(parentOf(path)).read(nameOf(path), identity, buffer, offset)
      return
    }
    if (this.#latest?.item !== item || this.#latest.folder !== folder) {
      const reads = this.#folderOf(item.root).readsIn(joinPath(item.path, folder))
      this.#latest = { item, folder, reads }
    }
    this.#latest.reads.read(name, identity, buffer, offset)
  }

  /** Opens whatever lies there now. */
  openNow(source: Source): SourceReader {
    return this.#folderOf(source.item.root).open(pathOf(source))
  }

  [Symbol.dispose](): void {
    for (const folder of this.#folders.values()) folder.close()
    this.#folders.clear()
  }

  #folderOf(root: string): SourceFolder {
    const folder = this.#folders.get(root) ?? new SourceFolder(root)
    this.#folders.delete(root)
    this.#folders.set(root, folder)
    for (const [oldestRoot, oldest] of this.#folders) {
      if (this.#folders.size <= maxOpenRoots) break
      this.#folders.delete(oldestRoot)
      this.#latest = undefined
      oldest.close()
    }
    return folder
  }
}

/** Relative to the item's root. */
function pathOf({ item, path, elsewhere }: Source): string {
  return elsewhere ?? joinPath(item.path, path)
}

/** Looked up in its batch's columns. */
class ListedSource implements Source, FileIdentity {
  readonly item: SendItem
  readonly folder: string
  readonly #batch: ScanBatch
  readonly #index: number

  constructor(item: SendItem, batch: ScanBatch, folder: string, index: number) {
    this.item = item
    this.#batch = batch
    this.folder = folder
    this.#index = index
  }

  get name(): string {
    return this.#batch.listing.names[this.#index] as string
  }

  get path(): string {
    return joinPath(this.folder, this.name)
  }

  get elsewhere(): string | undefined {
    return this.#batch.elsewhere(this.#index)
  }

  get identity(): FileIdentity {
    return this
  }

  get sizeBytes(): number {
    return this.#batch.listing.sizes[this.#index] as number
  }

  get mtimeMs(): number {
    return this.#batch.listing.mtimesMs[this.#index] as number
  }

  get inode(): number {
    return this.#batch.inodes[this.#index] as number
  }

  get device(): number {
    return this.#batch.devices[this.#index] as number
  }

  get mode(): number {
    return this.#batch.listing.modes[this.#index] as number
  }
}

export function sourceOf(item: SendItem, batch: ScanBatch, folder: string, index: number): Source {
  return new ListedSource(item, batch, folder, index)
}

/** The same file, of which there is another version by now. */
export function sourceAsNow(source: Source, identity: FileIdentity): Source {
  const { item, path, folder, name, elsewhere, mode } = source
  return { item, path, folder, name, elsewhere, mode, identity }
}

/** The item's own name, as it lands beneath a folder. `restore`: what it was before an earlier transfer mapped it. */
export function itemNameOf(item: Omit<SendItem, 'itemId'>, restore?: RestoreName): string {
  if (item.members) return item.members.name
  const name = item.path === '' ? basename(item.root) : nameOf(item.path)
  return restore?.(name) ?? name
}

/** How an item is scanned, for the list, for its survey and for a look beforehand. */
export function scanOptionsOf(
  item: Omit<SendItem, 'itemId'>,
  restore: RestoreName,
): Pick<ScanOptions, 'members' | 'includes' | 'links' | 'restore'> {
  const { members, includes, links, restoresNames } = item
  return {
    ...(members && { members }),
    ...(includes && { includes }),
    ...(links && { links }),
    ...(restoresNames && { restore }),
  }
}
