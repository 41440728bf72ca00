import type { ReceiveItem, SyncRule } from '../../api.ts'
import { ExtraNames } from '../../storage/extra-names.ts'
import { removeExtras } from '../../storage/extra-removal.ts'
import { joinPath, nameOf, parentOf } from '../../storage/folders/relative-path.ts'
import { foldName } from '../../storage/names/fold-name.ts'
import { listFolderNames } from '../../storage/names/folder-names.ts'
import { originalNameOf } from '../../storage/names/name-mapping.ts'
import { targetError } from '../../storage/target-error.ts'
import type { TargetFolder } from '../../storage/target-folder.ts'
import { type TargetTraits, takesAnyName } from '../../storage/target-traits.ts'
import { guardRemoval } from './sync-guard.ts'

/** Of more than these nobody can say what they are called at the destination; then nothing is removed. */
const maxOtherNames = 10_000

export interface ItemSyncOptions {
  readonly folder: TargetFolder
  readonly traits: TargetTraits
  /** The item's own folder, relative to the root. */
  readonly basePath: string
  readonly rule: SyncRule
  /** All items of the request below the same root, this one included: what others bring is not extra. Asked for once. */
  readonly items: () => readonly Pick<ReceiveItem, 'itemId' | 'path' | 'placement'>[]
  readonly itemId: string
}

export interface SyncEnd {
  /** False: a dry run. */
  readonly removes: boolean
  readonly signal: AbortSignal
  /** By the path below the item. */
  readonly onRemoved: (path: string) => void
}

/** One-way sync of one item: watches its list go by, and then removes what the source does not have. */
export class ItemSync implements Disposable {
  readonly #options: ItemSyncOptions
  readonly #extra: ExtraNames
  /** Below a folder that is left as it is, nothing is compared. */
  #leftFolder: string | undefined
  /** Not sent, and perhaps called otherwise at the destination. */
  readonly #unsent = new Set<string>()
  readonly #fold: ((name: string) => string) | undefined

  constructor(options: ItemSyncOptions) {
    this.#options = options
    const { folder, traits, basePath } = options
    this.#fold = takesAnyName(traits) ? undefined : (name) => foldName(name, traits)
    this.#extra = new ExtraNames({
      list: (path) => {
        const fullPath = joinPath(basePath, path)
        try {
          const at = folder.tree.folder(fullPath)
          return at && listFolderNames(at.self)
        } catch (thrown) {
          throw targetError(thrown, folder.tree, fullPath)
        }
      },
      ...(this.#fold && { fold: this.#fold }),
    })
  }

  /** A listed entry, by its path below the item as it lands. To be called before a folder is made. */
  take(path: string, isFolder: boolean): void {
    if (this.#leftFolder !== undefined && path.startsWith(`${this.#leftFolder}/`)) return
    if (path !== '') this.#extra.take(path, isFolder)
  }

  /** A folder that was there and stays as it is, with all below it. To be called in place of `take`. */
  leave(path: string): void {
    this.#leftFolder = path
    if (path !== '') this.#extra.take(path, false)
  }

  /** The source has something of this name that is not sent. */
  keep(path: string): void {
    this.#extra.keep(path)
    if (this.#fold && this.#unsent.size <= maxOtherNames) this.#unsent.add(this.#fold(nameOf(path)))
  }

  /**
   * To be called once the list was complete and everything in it is in place. Answers how many files, links and folders
   * were removed, or would be.
   * @throws TernError SYNC_GUARD, and what writing below the root fails with
   */
  async end({ removes, signal, onRemoved }: SyncEnd): Promise<number> {
    if (this.#leftFolder === '' || this.#unsent.size > maxOtherNames) return 0
    const { folder, basePath, rule } = this.#options
    const isOthers = this.#keptByOthers()
    const common = {
      folders: folder.tree,
      basePath,
      ...(rule.includes && { includes: rule.includes }),
      isKept: (path: string) => this.#isUnsent(nameOf(path)) || isOthers(path),
      signal,
    }
    const extra = await removeExtras(this.#extra.found(), { ...common, removes: false })
    const { listed, matched } = this.#extra
    if (rule.isGuarded) guardRemoval(basePath, { listed, present: matched + extra, extra })
    if (extra === 0) return 0
    return removeExtras(this.#extra.found(), {
      ...common,
      removes,
      onEntry: onRemoved,
      onFolderChanged: (path) => folder.mustSync(path),
    })
  }

  [Symbol.dispose](): void {
    this.#extra[Symbol.dispose]()
  }

  /** In whatever folder: folders may be called otherwise, too. */
  #isUnsent(name: string): boolean {
    if (!this.#fold || this.#unsent.size === 0) return false
    return this.#unsent.has(this.#fold(name)) || this.#unsent.has(this.#fold(originalNameOf(name) ?? name))
  }

  /** Known only once something is extra: most items have nothing to remove, and a job may have many items. */
  #keptByOthers(): (path: string) => boolean {
    let isKept: ((path: string) => boolean) | undefined
    return (path) => {
      isKept ??= this.#placesOfOthers()
      return isKept(path)
    }
  }

  /** Places of other items: they themselves, the folders on the way to them and what lies in them. */
  #placesOfOthers(): (path: string) => boolean {
    const { basePath, items, itemId } = this.#options
    const places = new Set<string>()
    const onTheWay = new Set<string>()
    for (const item of items()) {
      if (item.itemId === itemId || !isNear(item, basePath)) continue
      places.add(item.path)
      for (let path = item.path; path !== '' && path !== basePath; path = parentOf(path)) onTheWay.add(path)
    }
    if (places.size === 0) return () => false
    return (path) => {
      if (onTheWay.has(path) || places.has('')) return true
      for (let at = path; at !== ''; at = parentOf(at)) if (places.has(at)) return true
      return false
    }
  }
}

/** Whether an item may land in this folder. What goes into a folder above it lands beside it. */
function isNear({ path, placement }: Pick<ReceiveItem, 'path' | 'placement'>, basePath: string): boolean {
  if (path === basePath || isBelow(path, basePath)) return true
  return placement === 'as' && isBelow(basePath, path)
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`)
}
