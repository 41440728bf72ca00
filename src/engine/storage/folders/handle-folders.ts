import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } from 'node:fs'
import { monotonicMs } from '../../../platform/clock.ts'
import { errnoOf, type FileSide, fileError } from '../../../platform/errno.ts'
import { isSameFolder, linkInPath, notAFolder, rootError, rootGone } from './folder-errors.ts'
import type { Folder, FolderTree } from './folder-tree.ts'
import { nameOf, parentOf } from './relative-path.ts'

/** Linux only and absent from Node's constants: a handle that names a folder without the right to read it. */
const O_PATH = 0o10000000
const openFolderFlags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW
const maxOpenFolders = 256
const trustedForLookingMs = 100
/** A handle that was in place a moment ago still is the folder that was meant; a run of small files asks once. */
const trustedInRunsMs = 2

class FolderHandle implements Folder {
  readonly fd: number
  readonly self: string
  readonly #prefix: string
  checkedAtMs = monotonicMs()
  #isClosed = false

  constructor(fd: number) {
    this.fd = fd
    this.self = `/proc/self/fd/${fd}`
    this.#prefix = `${this.self}/`
  }

  child(name: string): string {
    // A closed number may already name another folder: using it would be worse than failing.
    if (this.#isClosed) throw new Error('folder handle used after it was closed')
    return this.#prefix + name
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    closeSync(this.fd)
  }
}

/**
 * Every step is relative to an open handle (`/proc/self/fd/N/name`) and refuses links, so no swap of a folder for a
 * link, at any moment, leads out of the root. Handles of recently used folders stay open.
 */
export class HandleFolders implements FolderTree {
  readonly root: string
  readonly side: FileSide
  readonly #rootHandle: FolderHandle
  readonly #rootDevice: bigint
  readonly #rootInode: bigint
  /** Least recently used first. */
  readonly #handles = new Map<string, FolderHandle>()
  #latestPath = ''
  #latest: FolderHandle | undefined

  constructor(root: string, side: FileSide) {
    this.root = root
    this.side = side
    try {
      this.#rootHandle = new FolderHandle(openSync(root, O_PATH | constants.O_DIRECTORY))
    } catch (thrown) {
      throw rootError(thrown, side, root)
    }
    const stats = fstatSync(this.#rootHandle.fd, { bigint: true })
    this.#rootDevice = stats.dev
    this.#rootInode = stats.ino
  }

  folder(path: string): Folder | undefined {
    return this.#find(path, trustedForLookingMs)
  }

  freshFolder(path: string): Folder | undefined {
    return this.#find(path, 0)
  }

  runFolder(path: string): Folder | undefined {
    return this.#find(path, trustedInRunsMs)
  }

  forget(path: string): void {
    this.#forgetFrom(path)
  }

  confirmOpened(): void {
    // Opened relative to a handle and without following links: it cannot lie elsewhere.
  }

  assertRoot(): void {
    if (!isSameFolder(this.root, this.#rootDevice, this.#rootInode)) throw rootGone(this.root)
  }

  [Symbol.dispose](): void {
    this.#forgetFrom('')
    this.#rootHandle.close()
  }

  #find(path: string, trustMs: number): FolderHandle | undefined {
    if (path === '') return this.#rootHandle
    const cached = path === this.#latestPath ? this.#latest : this.#handles.get(path)
    if (cached) {
      const now = monotonicMs()
      if (now - cached.checkedAtMs < trustMs || this.#isInPlace(cached, path)) {
        if (now - cached.checkedAtMs >= trustMs) cached.checkedAtMs = now
        this.#remember(path, cached)
        return cached
      }
      this.#forgetFrom(path)
    }
    const parent = this.#find(parentOf(path), trustMs)
    if (!parent) return undefined
    const opened = this.#open(parent, path)
    if (opened) this.#remember(path, opened)
    return opened
  }

  /** The kernel knows where an open folder lies now: a moved, deleted or swapped one no longer lies at its path. */
  #isInPlace(handle: FolderHandle, path: string): boolean {
    try {
      return readlinkSync(handle.self) === `${rootPrefix(readlinkSync(this.#rootHandle.self))}${path}`
    } catch {
      // Longer than the kernel can tell: walk again from the root.
      return false
    }
  }

  #open(parent: FolderHandle, path: string): FolderHandle | undefined {
    const at = parent.child(nameOf(path))
    try {
      return new FolderHandle(openSync(at, openFolderFlags))
    } catch (thrown) {
      const errno = errnoOf(thrown)
      if (errno === 'ENOENT') return undefined
      if (errno !== 'ENOTDIR' && errno !== 'ELOOP') throw fileError(thrown, this.side, { path })
      if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) throw linkInPath(path)
      throw notAFolder(path, this.side)
    }
  }

  #remember(path: string, handle: FolderHandle): void {
    if (path === this.#latestPath && this.#latest === handle) return
    this.#handles.delete(path)
    this.#handles.set(path, handle)
    this.#latestPath = path
    this.#latest = handle
    if (this.#handles.size > maxOpenFolders) this.#closeOldest()
  }

  #closeOldest(): void {
    for (const [path, handle] of this.#handles) {
      if (this.#handles.size <= maxOpenFolders) return
      this.#handles.delete(path)
      handle.close()
    }
  }

  /** Whatever was found through a folder that is no longer in place goes with it. */
  #forgetFrom(path: string): void {
    const prefix = path === '' ? '' : `${path}/`
    // Without a pair and a text for each handle: every folder that is placed as a whole comes by here.
    for (const knownPath of this.#handles.keys()) {
      if (knownPath !== path && !knownPath.startsWith(prefix)) continue
      this.#handles.get(knownPath)?.close()
      this.#handles.delete(knownPath)
    }
    this.#latestPath = ''
    this.#latest = undefined
  }
}

function rootPrefix(rootPath: string): string {
  return rootPath.endsWith('/') ? rootPath : `${rootPath}/`
}
