import { parentOf } from '../storage/index.ts'

interface ListedFolder {
  readonly path: string
  readonly mtimeMs: number
  /** Files on their way into it. */
  openFiles: number
  /** The list may still bring something for it. */
  isInWork: boolean
  /** It has another time than it is to have, or will have. */
  isChanged: boolean
}

/**
 * Folders get their times once nothing more is placed in them, since each file placed would change them again: when the
 * list has left a folder and what it asked for is there. Only the folders above the current entry and those that wait
 * for files are remembered. Paths are relative to the target's root.
 */
export class ListedFolders {
  readonly #setTime: (path: string, mtimeMs: number) => void
  /** The folders above the latest entry, outermost first. */
  readonly #inWork: ListedFolder[] = []
  readonly #waiting = new Map<string, ListedFolder>()

  /** What `setTime` throws goes to whoever made the step that was the last for a folder. */
  constructor(setTime: (path: string, mtimeMs: number) => void) {
    this.#setTime = setTime
  }

  /** The list comes to a folder. `isChanged`: it was made just now, or has another time. */
  begin(path: string, mtimeMs: number, isChanged: boolean): void {
    this.enter(parentOf(path))
    this.#inWork.push({ path, mtimeMs, openFiles: 0, isInWork: true, isChanged })
  }

  /** The list goes on in this folder: those that are not above it are left. */
  enter(path: string): void {
    for (let last = this.#inWork.at(-1); last && !isAtOrAbove(last.path, path); last = this.#inWork.at(-1)) {
      this.#inWork.pop()
      last.isInWork = false
      this.#settle(last)
    }
  }

  /** The list has ended. */
  end(): void {
    for (const folder of this.#inWork.splice(0).reverse()) {
      folder.isInWork = false
      this.#settle(folder)
    }
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
    folder.openFiles += 1
    if (folder.openFiles === 1) this.#waiting.set(path, folder)
  }

  /** A file that was asked for is there, or will not come. */
  fileSettled(path: string): void {
    const folder = this.#waiting.get(path)
    if (!folder) return
    folder.openFiles -= 1
    if (folder.openFiles > 0) return
    this.#waiting.delete(path)
    this.#settle(folder)
  }

  #settle({ path, mtimeMs, openFiles, isInWork, isChanged }: ListedFolder): void {
    if (isChanged && !isInWork && openFiles === 0) this.#setTime(path, mtimeMs)
  }
}

function isAtOrAbove(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}
