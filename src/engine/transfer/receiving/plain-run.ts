import type { ComparisonRule } from '../../api.ts'
import type { Listing, Run } from '../../protocol/listing.ts'
import { type FolderLook, joinPath } from '../../storage/index.ts'
import { isSameFile } from './comparison.ts'
import type { ItemNames } from './item-names.ts'
import type { ReceivingItem } from './receiving-item.ts'

const dot = 46

/**
 * The short way for the most frequent answers: a file of a plain name in one folder that is there and is the same, or is
 * not there at all. Whatever else there is to an entry goes the long way.
 */
export class PlainRun {
  /** Relative to the target's root. */
  readonly folder: string
  readonly #names: ItemNames
  readonly #compareBy: ComparisonRule | undefined
  /** Undefined: the folder was made by this transfer, nothing is in it that is to be compared. */
  readonly #look: FolderLook | undefined
  readonly #canTake: boolean

  private constructor(folder: string, item: ReceivingItem, look: FolderLook | undefined) {
    this.folder = folder
    this.#names = item.names
    this.#compareBy = item.request.compareBy
    this.#look = look
    this.#canTake = !item.rules.masksModes
  }

  /** Undefined: every entry of this run goes the long way. */
  static of({ folder }: Run, item: ReceivingItem): PlainRun | undefined {
    const { basePath, isPlain, isResumed, kind, rules, target } = item
    if (!isPlain || folder.includes('~')) return undefined
    // The first of them are told by name.
    if (rules.notes.hasRoomFor('same')) return undefined
    const path = joinPath(basePath, folder)
    try {
      const look = target.folder.lookInto(path)
      if (target.folder.isNew(path)) return new PlainRun(path, item, undefined)
      // An earlier run may have placed what is there, and ended before it was durable.
      if (isResumed && kind !== 'file') target.folder.mustSync(path)
      return new PlainRun(path, item, look)
    } catch {
      // Each of its entries is told what is wrong with the path.
      return undefined
    }
  }

  /** Of a file of the run; undefined: it goes the long way. */
  find({ names, sizes, mtimesMs }: Listing, index: number): 'same' | 'absent' | undefined {
    const name = names[index] as string
    // Names of ours, `..` and mapped names are no plain ones; the item itself has none.
    if (name === '' || name.charCodeAt(0) === dot || name.includes('~')) return undefined
    try {
      const found = this.#look?.at(name)
      if (!found) return this.#canTake && this.#names.isSurelyOwn(this.folder, name) ? 'absent' : undefined
      if (!found.isFile()) return undefined
      const { size, mtimeMs } = found
      const isSame = isSameFile(sizes[index] as number, mtimesMs[index] as number, size, mtimeMs, this.#compareBy)
      return isSame ? 'same' : undefined
    } catch {
      // The long way says what it is.
      return undefined
    }
  }
}
