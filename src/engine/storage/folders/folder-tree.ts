import type { FileSide } from '../../../platform/errno.ts'

/** One folder below a root, good for synchronous file calls right away. */
export interface Folder {
  /** What to hand to a file call for this folder. */
  readonly self: string
  /** What to hand to a file call for a name in this folder. */
  child(name: string): string
}

/**
 * The only way from a path below a root to a file call. Nothing below the root is ever followed through a link.
 * All paths are `/`-separated and already checked by `checkRelativePath`.
 */
export interface FolderTree extends Disposable {
  readonly root: string
  readonly side: FileSide
  /**
   * The folder, or undefined when it is not there. What was looked at in the last 100 ms may be taken from memory,
   * which suits looking, not changing. Fails with LINK_IN_PATH; with FOLDER_OVER_FILE where a component is a file.
   */
  folder(path: string): Folder | undefined
  /** The same, proven in this very call to be what the path names; for anything that changes the disk. */
  freshFolder(path: string): Folder | undefined
  /** The same for runs of many small changes: proven in this call or, where handles make that safe, 2 ms before. */
  runFolder(path: string): Folder | undefined
  /** To be called after this program itself has moved or replaced what lay at a path. */
  forget(path: string): void
  /** To be called after a file was opened or made by path: fails with LINK_IN_PATH when it lies elsewhere. */
  confirmOpened(folderPath: string, name: string, fd: number): void
  /** Fails with DRIVE_GONE when the root is no longer the folder that was opened. */
  assertRoot(): void
  [Symbol.dispose](): void
}

export interface FolderTreeOptions {
  readonly side: FileSide
  /** False forces the way of systems without `/proc`; for tests. */
  readonly useHandles?: boolean
}
