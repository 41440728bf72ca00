import { parentOf } from '../../storage/index.ts'

interface ListedFolder {
  readonly path: string
  readonly mtimeMs: number
  readonly above: ListedFolder | undefined
  /** Files on their way into it, and folders within that wait for some; while the list is in it, one more. */
  openParts: number
  /** It has another time than it is to have, or will have. */
  isChanged: boolean
}

/**
 * Folders get their times once nothing more is placed in them or below, since that would change them again: when the list
 * has left a folder and all that it asked for there is settled, the deepest first. Only the folders above the current entry
 * and those that wait for files are remembered. Paths are relative to the target's root.
 */
export class ListedFolders {
  readonly #setTime: (path: string, mtimeMs: number) => void
  /** The folders above the latest entry, outermost first. */
  readonly #inWork: ListedFolder[] = []
  readonly #waiting = new Map<string, { readonly folder: ListedFolder; files: number }>()

  /** What `setTime` throws goes to whoever made the step that was the last for a folder. */
  constructor(setTime: (path: string, mtimeMs: number) => void) {
    this.#setTime = setTime
  }

  /** The list comes to a folder. `isChanged`: it was made just now, or has another time. */
  begin(path: string, mtimeMs: number, isChanged: boolean): void {
    this.enter(parentOf(path))
    const above = this.#inWork.at(-1)
    if (above) above.openParts += 1
    this.#inWork.push({ path, mtimeMs, above, openParts: 1, isChanged })
  }

  /** The list goes on in this folder: those that are not above it are left. */
  enter(path: string): void {
    for (let last = this.#inWork.at(-1); last && !isAtOrAbove(last.path, path); last = this.#inWork.at(-1)) {
      this.#inWork.pop()
      this.#closePart(last)
    }
  }

  /** The list has ended. */
  end(): void {
    for (const folder of this.#inWork.splice(0).reverse()) this.#closePart(folder)
  }

  /** Something was made in this folder. */
  changed(path: string): void {
    this.enter(path)
    const folder = this.#inWork.at(-1)
    if (folder?.path === path) folder.isChanged = true
  }

  /** A file of this folder was asked for. */
  expect(path: string): void {
    this.enter(path)
    const folder = this.#inWork.at(-1)
    if (folder?.path !== path) return
    folder.isChanged = true
    const waiting = this.#waiting.get(path)
    if (waiting) {
      waiting.files += 1
      return
    }
    folder.openParts += 1
    this.#waiting.set(path, { folder, files: 1 })
  }

  /** A file that was asked for is there, or will not come. */
  fileSettled(path: string): void {
    const waiting = this.#waiting.get(path)
    if (!waiting) return
    waiting.files -= 1
    if (waiting.files > 0) return
    this.#waiting.delete(path)
    this.#closePart(waiting.folder)
  }

  #closePart(closed: ListedFolder): void {
    for (let folder: ListedFolder | undefined = closed; folder; folder = folder.above) {
      folder.openParts -= 1
      if (folder.openParts > 0) return
      if (folder.isChanged) this.#setTime(folder.path, folder.mtimeMs)
    }
  }
}

function isAtOrAbove(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}
