import { closeSync, fstatSync, fsync, fsyncSync, openSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { errnoOf } from '../../../platform/errno.ts'
import { targetError } from '../target-error.ts'
import type { Folder, FolderTree } from './folder-tree.ts'
import { parentOf } from './relative-path.ts'

const syncAsync = promisify(fsync)

/** What a folder says where folders cannot be synced: some network and FUSE drives, and folders without read rights. */
const cannotSync = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES', 'EPERM', 'EBADF'])
const inFlight = 8
const maxAdded = 4096

/** Makes one folder's entries durable within this call, where the system can; for what is removed by itself. */
export function syncFolderNow(folder: Folder): void {
  if (process.platform === 'win32') return
  let fd: number | undefined
  try {
    fd = openSync(folder.self, 'r')
    fsyncSync(fd)
  } catch (thrown) {
    if (!cannotSync.has(errnoOf(thrown) ?? '')) throw thrown
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** Folders whose entries have changed since they were last made durable. */
export class FolderSyncs {
  readonly #folders: FolderTree
  #changed = new Set<string>()
  /** Added before, with all above them. The oldest do not matter: it is a saving only. */
  #added = new Set<string>()
  #latest: Promise<void> = Promise.resolve()

  constructor(folders: FolderTree) {
    this.#folders = folders
  }

  /**
   * With all folders above it, once: one that is there may have been made by a run that was killed, or by anybody, and
   * its name not be durable yet.
   */
  add(path: string): void {
    this.#changed.add(path)
    if (this.#added.size > maxAdded) this.#added = new Set()
    for (let above = path; above !== '' && !this.#added.has(above); above = parentOf(above)) {
      this.#added.add(above)
      this.#changed.add(parentOf(above))
    }
  }

  /**
   * Answers once all folders added before are durable, those that another call is busy with included. When it fails,
   * the folders stay due.
   */
  flush(): Promise<void> {
    return this.flushWith(async () => false)
  }

  /**
   * The same together with something else that is made durable: where `sync` answers true, all that was written to the
   * root's own file system before it began is durable as well, and only folders of other file systems remain.
   */
  flushWith(sync: () => Promise<boolean>): Promise<void> {
    const flushed = this.#latest.then(() => this.#flushDue(sync))
    this.#latest = flushed.catch(() => undefined)
    return flushed
  }

  async #flushDue(sync: () => Promise<boolean>): Promise<void> {
    const due = [...this.#changed]
    this.#changed = new Set()
    try {
      const isRootDone = await sync()
      if (process.platform === 'win32') return
      for (let start = 0; start < due.length; start += inFlight) {
        const syncs = due.slice(start, start + inFlight).map((path) => this.#sync(path, isRootDone))
        // None of them may still be under way when this has failed.
        for (const ended of await Promise.allSettled(syncs)) if (ended.status === 'rejected') throw ended.reason
      }
    } catch (thrown) {
      for (const path of due) this.#changed.add(path)
      throw targetError(thrown, this.#folders, '')
    }
  }

  async #sync(path: string, isRootDone: boolean): Promise<void> {
    const folder = this.#folders.freshFolder(path)
    // Moved or removed by someone else since: nothing of ours is left there to be made durable.
    if (!folder) return
    let fd: number | undefined
    try {
      // At once, not in the pool: by then the handle behind this path may belong to another folder.
      fd = openSync(folder.self, 'r')
      if (isRootDone && fstatSync(fd).dev === this.#rootDevice()) return
      await syncAsync(fd)
    } catch (thrown) {
      if (!cannotSync.has(errnoOf(thrown) ?? '')) throw thrown
    } finally {
      if (fd !== undefined) closeSync(fd)
    }
  }

  #rootDevice(): number | undefined {
    const root = this.#folders.freshFolder('')
    return root && statSync(root.self).dev
  }
}
