import { joinPath, nameOf, parentOf } from './folders/relative-path.ts'
import { compareNames } from './names/compare-names.ts'
import type { FolderNames } from './names/folder-names.ts'
import { SortedPaths } from './names/sorted-paths.ts'

export interface ExtraNamesOptions {
  /** What lies in a folder of the destination now, by its path below the item; undefined: no such folder. */
  readonly list: (folderPath: string) => FolderNames | undefined
  /**
   * How the destination's file system sees a name, where it takes several spellings for one or where names are mapped
   * on their way: then the names of each open folder are kept. Absent: names are compared in their order, kept nowhere.
   */
  readonly fold?: (name: string) => string
}

interface OpenFolder {
  readonly path: string
  readonly names: FolderNames | undefined
  readonly listed: Set<string> | undefined
  /** The next name of the destination that was not compared yet. */
  head: string | undefined
  lastListed: string | undefined
}

/**
 * Finds what a destination has and a source does not, while the source's list goes by in its order: folders before what
 * they hold, names by their bytes. Memory holds the names of open folders at most, and nothing of what was found.
 */
export class ExtraNames implements Disposable {
  readonly #options: ExtraNamesOptions
  readonly #open: OpenFolder[] = []
  /** Listed out of order, or told as a problem: there, and never extra. */
  readonly #also = new SortedPaths()
  readonly #extra = new SortedPaths()
  listed = 0
  /** Listed and there already. */
  matched = 0

  constructor(options: ExtraNamesOptions) {
    this.#options = options
    this.#enter('')
  }

  /** The next entry of the list, by its path below the item, as it lands. `isEntered`: what it holds comes next. */
  take(path: string, isEntered: boolean): void {
    this.listed += 1
    const folderPath = parentOf(path)
    while (this.#open.length > 0 && this.#open.at(-1)?.path !== folderPath) this.#leave()
    const folder = this.#open.at(-1)
    if (folder) this.#match(folder, nameOf(path), path)
    if (isEntered) this.#enter(path)
  }

  /** The source has something of this name that it cannot send. */
  keep(path: string): void {
    if (!path.includes('\0')) this.#also.add(path)
  }

  /** The paths of what is extra, once the list has ended: the topmost of each tree, in the order of their bytes. */
  *found(): Generator<string> {
    while (this.#open.length > 0) this.#leave()
    const also = this.#also.sorted()
    let kept = also.next()
    for (const path of this.#extra.sorted()) {
      while (!kept.done && compareNames(kept.value, path) < 0) kept = also.next()
      if (kept.value !== path) yield path
    }
  }

  [Symbol.dispose](): void {
    for (const { names } of this.#open.splice(0)) names?.[Symbol.dispose]()
    this.#also[Symbol.dispose]()
    this.#extra[Symbol.dispose]()
  }

  #enter(path: string): void {
    const names = this.#options.list(path)
    const listed = this.#options.fold ? new Set<string>() : undefined
    this.#open.push({ path, names, listed, head: next(names), lastListed: undefined })
  }

  #match(folder: OpenFolder, name: string, path: string): void {
    if (folder.listed && this.#options.fold) {
      folder.listed.add(this.#options.fold(name))
      return
    }
    if (folder.lastListed !== undefined && compareNames(name, folder.lastListed) <= 0) {
      this.#also.add(path)
      return
    }
    folder.lastListed = name
    while (folder.head !== undefined && compareNames(folder.head, name) < 0) this.#passHead(folder)
    if (folder.head !== name) return
    this.matched += 1
    folder.head = next(folder.names)
  }

  #leave(): void {
    const folder = this.#open.pop()
    if (!folder) return
    while (folder.head !== undefined) this.#passHead(folder)
    folder.names?.[Symbol.dispose]()
  }

  #passHead(folder: OpenFolder): void {
    const name = folder.head ?? ''
    folder.head = next(folder.names)
    if (folder.listed && this.#options.fold && folder.listed.has(this.#options.fold(name))) this.matched += 1
    else this.#extra.add(joinPath(folder.path, name))
  }
}

function next(names: FolderNames | undefined): string | undefined {
  const step = names?.sorted.next()
  return step === undefined || step.done ? undefined : step.value
}
