import { constants } from 'node:fs'
import type { Random } from '../../../fuzz/random.ts'
import type { Disk } from './disk.ts'
import { type Device, type DiskNode, FileNode, FolderNode, LinkNode, systemError } from './nodes.ts'
import { type Place, walk } from './paths.ts'
import { NodeStats } from './stats.ts'

const O_PATH = 0o10000000
const {
  O_ACCMODE = 3,
  O_CREAT,
  O_EXCL,
  O_TRUNC,
  O_APPEND,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
} = constants as typeof constants & { O_ACCMODE?: number }
const ext4Type = 0xef53
const bootIdPath = '/proc/sys/kernel/random/boot_id'

export interface CallHooks {
  /** Before each call, which it may refuse by throwing. What it returns is called afterwards and may throw as well. */
  enter(machine: Device['machine'], call: string, path: string): (() => void) | undefined
  readonly random: Random
  nowNs(): bigint
  bootId(): string
  /** Runs something later, as a thread of the pool would: what it throws goes to `done`. */
  later(machine: Device['machine'], work: () => void, done: (error: unknown) => void): void
}

interface OpenFile {
  readonly node: DiskNode
  readonly flags: number
  position: number
}

type Done = (error: unknown) => void
type WriteDone = (error: unknown, bytes: number) => void
type StatOptions = { bigint?: boolean; throwIfNoEntry?: boolean }

/** The calls of `node:fs` that the engine makes, on a disk in memory. */
export class FileCalls {
  readonly #disk: Disk
  readonly #hooks: CallHooks
  readonly #open = new Map<number, OpenFile>()

  constructor(disk: Disk, hooks: CallHooks) {
    this.#disk = disk
    this.#hooks = hooks
  }

  /** Handles of a machine whose process has ended. */
  closeAll(machine: Device['machine']): void {
    for (const [fd, { node }] of this.#open) if (node.device.machine === machine) this.#open.delete(fd)
  }

  openHandles(machine: Device['machine']): number {
    return [...this.#open.values()].filter(({ node }) => node.device.machine === machine).length
  }

  openSync(path: string, flags: number | string = 'r', mode = 0o666): number {
    const bits = typeof flags === 'string' ? flagBits(flags) : flags
    const follows = (bits & O_NOFOLLOW) === 0 && (bits & O_EXCL) === 0
    const place = this.#walk(path, 'open', follows)
    return this.#call(place, 'open', path, () => {
      let { node } = place
      const isMade = node === undefined
      if (node && (bits & O_CREAT) !== 0 && (bits & O_EXCL) !== 0) throw systemError('EEXIST', 'open', path)
      if (node === undefined) {
        if ((bits & O_CREAT) === 0 || !place.folder) throw systemError('ENOENT', 'open', path)
        if (place.folder.device.isFull) throw systemError('ENOSPC', 'open', path)
        node = this.#disk.makeFile(place.folder, place.name, mode & 0o7777, this.#hooks.nowNs())
      }
      if (node instanceof LinkNode && (bits & O_PATH) === 0) throw systemError('ELOOP', 'open', path)
      if ((bits & O_DIRECTORY) !== 0 && !(node instanceof FolderNode)) throw systemError('ENOTDIR', 'open', path)
      const isWriting = (bits & O_ACCMODE) !== O_RDONLY && (bits & O_PATH) === 0
      if (node instanceof FolderNode && isWriting) throw systemError('EISDIR', 'open', path)
      if (node instanceof FileNode && !isMade && (bits & O_TRUNC) !== 0 && isWriting) this.#resize(node, 0)
      let fd = 1000
      while (this.#open.has(fd)) fd += 1
      this.#open.set(fd, { node, flags: bits, position: 0 })
      return fd
    })
  }

  closeSync(fd: number): void {
    const { node } = this.#opened(fd, 'close')
    this.#callOn(node, 'close', () => void this.#open.delete(fd))
  }

  readSync(fd: number, into: Uint8Array, ...rest: unknown[]): number {
    const open = this.#opened(fd, 'read')
    const { offset, length, position } = rangeOf(into, rest)
    const { node } = open
    if (!(node instanceof FileNode)) throw systemError('EISDIR', 'read')
    return this.#callOn(node, 'read', () => {
      // A read may be short at any time; only nothing at all means the end.
      const wanted = length > 1 && this.#hooks.random.onceIn(40) ? 1 + this.#hooks.random.integer(length - 1) : length
      const count = node.read(into.subarray(offset, offset + wanted), position ?? open.position)
      if (position === undefined) open.position += count
      return count
    })
  }

  writeSync(fd: number, bytes: Uint8Array | string, ...rest: unknown[]): number {
    const open = this.#opened(fd, 'write')
    const { node } = open
    if (!(node instanceof FileNode) || (open.flags & O_ACCMODE) === O_RDONLY) throw systemError('EBADF', 'write')
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    const { offset, length, position } =
      typeof bytes === 'string' ? { offset: 0, length: buffer.length, position: undefined } : rangeOf(buffer, rest)
    const at = (open.flags & O_APPEND) !== 0 ? node.sizeBytes : (position ?? open.position)
    const grows = at + length > node.sizeBytes
    const { random } = this.#hooks
    return this.#callOn(node, 'write', () => {
      let count = length
      if (node.device.isFull && grows) count = Math.max(0, Math.min(length, node.sizeBytes - at))
      else if (length > 1 && random.onceIn(40)) count = 1 + random.integer(length - 1)
      if (count === 0 && length > 0) throw systemError('ENOSPC', 'write')
      this.#disk.changes += 1
      node.write(this.#disk.changes, buffer.subarray(offset, offset + count), at)
      node.change(this.#disk.changes, { mtimeNs: this.#hooks.nowNs() })
      if (position === undefined) open.position = at + count
      return count
    })
  }

  /** What is written is what the buffer holds by then: whoever changes it meanwhile finds nonsense. */
  write(fd: number, bytes: Uint8Array, offset: number, length: number, position: number, done: WriteDone): void {
    const { node } = this.#opened(fd, 'write')
    let count = 0
    const work = (): void => {
      count = this.writeSync(fd, bytes, offset, length, position)
    }
    this.#hooks.later(node.device.machine, work, (error) => done(error, count))
  }

  writevSync(fd: number, parts: readonly Uint8Array[], position?: number): number {
    return this.writeSync(fd, Buffer.concat(parts), 0, undefined, position)
  }

  ftruncateSync(fd: number, sizeBytes = 0): void {
    const { node } = this.#opened(fd, 'ftruncate')
    if (!(node instanceof FileNode)) throw systemError('EINVAL', 'ftruncate')
    this.#callOn(node, 'ftruncate', () => this.#resize(node, sizeBytes))
  }

  fstatSync(fd: number, options: StatOptions = {}): NodeStats {
    const { node } = this.#opened(fd, 'fstat')
    return this.#callOn(node, 'fstat', () => new NodeStats(node, options.bigint === true))
  }

  statSync(path: string, options: StatOptions = {}): NodeStats | undefined {
    return this.#stat(path, options, 'stat', true)
  }

  lstatSync(path: string, options: StatOptions = {}): NodeStats | undefined {
    return this.#stat(path, options, 'lstat', false)
  }

  existsSync(path: string): boolean {
    if (path === '/proc/self/fd') return true
    try {
      return this.#walk(path, 'access', true).node !== undefined
    } catch {
      return false
    }
  }

  statfsSync(path: string): { type: number; bsize: number; bavail: number; bfree: number; blocks: number } {
    const node = this.#there(path, 'statfs', true)
    const free = node.device.isFull ? 0 : 2 ** 40
    return this.#callOn(node, 'statfs', () => ({
      type: ext4Type,
      bsize: 4096,
      bavail: free,
      bfree: free,
      blocks: 2 ** 41,
    }))
  }

  mkdirSync(path: string, options: { recursive?: boolean; mode?: number } | number = {}): string | undefined {
    const { recursive = false, mode = 0o777 } = typeof options === 'number' ? { mode: options } : options
    if (recursive) {
      const parent = path.slice(0, path.lastIndexOf('/'))
      if (parent !== '' && !this.existsSync(parent)) this.mkdirSync(parent, options)
    }
    const place = this.#walk(path, 'mkdir', false)
    return this.#call(place, 'mkdir', path, () => {
      if (place.node && recursive && place.node instanceof FolderNode) return undefined
      if (place.node || !place.folder) throw systemError('EEXIST', 'mkdir', path)
      if (place.folder.device.isFull) throw systemError('ENOSPC', 'mkdir', path)
      this.#disk.makeFolder(place.folder, place.name, mode & 0o7777, this.#hooks.nowNs())
      return path
    })
  }

  rmdirSync(path: string): void {
    const place = this.#walk(path, 'rmdir', false)
    this.#call(place, 'rmdir', path, () => {
      const { folder, name, node } = place
      if (!node || !folder) throw systemError('ENOENT', 'rmdir', path)
      if (!(node instanceof FolderNode)) throw systemError('ENOTDIR', 'rmdir', path)
      if (node.entries.size > 0) throw systemError('ENOTEMPTY', 'rmdir', path)
      this.#disk.remove(folder, name, node, this.#hooks.nowNs())
    })
  }

  unlinkSync(path: string): void {
    const place = this.#walk(path, 'unlink', false)
    this.#call(place, 'unlink', path, () => {
      const { folder, name, node } = place
      if (!node || !folder) throw systemError('ENOENT', 'unlink', path)
      if (node instanceof FolderNode) throw systemError('EISDIR', 'unlink', path)
      this.#disk.remove(folder, name, node, this.#hooks.nowNs())
    })
  }

  renameSync(from: string, to: string): void {
    const [source, target] = [this.#walk(from, 'rename', false), this.#walk(to, 'rename', false)]
    this.#call(source, 'rename', to, () => {
      const { node } = source
      if (!node || !source.folder) throw systemError('ENOENT', 'rename', from)
      if (!target.folder) throw systemError('EBUSY', 'rename', to)
      if (target.folder.device !== node.device) throw systemError('EXDEV', 'rename', to)
      if (target.node === node) return
      if (target.node instanceof FolderNode) {
        if (!(node instanceof FolderNode)) throw systemError('EISDIR', 'rename', to)
        if (target.node.entries.size > 0) throw systemError('ENOTEMPTY', 'rename', to)
      } else if (target.node && node instanceof FolderNode) throw systemError('ENOTDIR', 'rename', to)
      this.#disk.move(source.folder, source.name, node, target.folder, target.name, this.#hooks.nowNs())
    })
  }

  linkSync(from: string, to: string): void {
    const [source, target] = [this.#walk(from, 'link', false), this.#walk(to, 'link', false)]
    this.#call(source, 'link', to, () => {
      if (!source.node) throw systemError('ENOENT', 'link', from)
      if (target.node || !target.folder) throw systemError('EEXIST', 'link', to)
      if (target.folder.device !== source.node.device) throw systemError('EXDEV', 'link', to)
      this.#disk.add(target.folder, target.name, source.node, this.#hooks.nowNs())
    })
  }

  symlinkSync(target: string, path: string): void {
    const place = this.#walk(path, 'symlink', false)
    this.#call(place, 'symlink', path, () => {
      if (place.node || !place.folder) throw systemError('EEXIST', 'symlink', path)
      this.#disk.makeLink(place.folder, place.name, target, this.#hooks.nowNs())
    })
  }

  readlinkSync(path: string): string {
    const handle = /^\/proc\/self\/fd\/(\d+)$/.exec(path)
    const node = handle ? this.#opened(Number(handle[1]), 'readlink').node : this.#there(path, 'readlink', false)
    return this.#callOn(node, 'readlink', () => {
      if (node instanceof LinkNode) return node.target
      if (handle && node instanceof FolderNode) return this.#disk.pathOf(node)
      throw systemError('EINVAL', 'readlink', path)
    })
  }

  readdirSync(path: string, options: { withFileTypes?: boolean; encoding?: string } | string = {}): unknown[] {
    const folder = this.#there(path, 'scandir', true)
    if (!(folder instanceof FolderNode)) throw systemError('ENOTDIR', 'scandir', path)
    const { withFileTypes = false, encoding = 'utf8' } = typeof options === 'string' ? { encoding: options } : options
    return this.#callOn(folder, 'scandir', () => {
      if (withFileTypes) return direntsOf(folder)
      const names = [...folder.entries.keys()]
      return encoding === 'buffer' ? names.map((name) => Buffer.from(name)) : names
    })
  }

  opendirSync(path: string): { readSync(): unknown; closeSync(): void } {
    const left = this.readdirSync(path, { withFileTypes: true })
    return { readSync: () => left.shift() ?? null, closeSync: () => undefined }
  }

  fchmodSync(fd: number, mode: number): void {
    this.#change(this.#opened(fd, 'fchmod').node, 'fchmod', { mode: mode & 0o7777 })
  }

  chmodSync(path: string, mode: number): void {
    this.#change(this.#there(path, 'chmod', true), 'chmod', { mode: mode & 0o7777 })
  }

  fchownSync(fd: number, uid: number, gid: number): void {
    this.#change(this.#opened(fd, 'fchown').node, 'fchown', { uid, gid })
  }

  lchownSync(path: string, uid: number, gid: number): void {
    this.#change(this.#there(path, 'lchown', false), 'lchown', { uid, gid })
  }

  futimesSync(fd: number, _atime: unknown, mtime: number | Date): void {
    this.#change(this.#opened(fd, 'futime').node, 'futime', { mtimeNs: nanosecondsOf(mtime) })
  }

  utimesSync(path: string, _atime: unknown, mtime: number | Date): void {
    this.#change(this.#there(path, 'utime', true), 'utime', { mtimeNs: nanosecondsOf(mtime) })
  }

  lutimesSync(path: string, _atime: unknown, mtime: number | Date): void {
    this.#change(this.#there(path, 'lutime', false), 'lutime', { mtimeNs: nanosecondsOf(mtime) })
  }

  fsyncSync(fd: number): void {
    const { node } = this.#opened(fd, 'fsync')
    this.#sync(node, this.#disk.changes)
  }

  fsync(fd: number, done: Done): void {
    this.#syncLater(fd, done)
  }

  fdatasync(fd: number, done: Done): void {
    this.#syncLater(fd, done)
  }

  /** The program `sync -f`, on the device of an open folder; it makes durable what was there when it began. */
  syncDeviceOf(fd: number, done: Done): void {
    const { node } = this.#opened(fd, 'syncfs')
    const upTo = this.#disk.changes
    const { device } = node
    this.#hooks.later(
      device.machine,
      () => this.#callOn(node, 'syncfs', () => this.#disk.syncDevice(device, upTo)),
      done,
    )
  }

  readFileSync(path: string, encoding?: BufferEncoding | { encoding?: BufferEncoding }): Buffer | string {
    if (path === bootIdPath) return `${this.#hooks.bootId()}\n`
    const node = this.#there(path, 'open', true)
    if (!(node instanceof FileNode)) throw systemError('EISDIR', 'read', path)
    const bytes = this.#callOn(node, 'read', () => Buffer.from(node.content))
    const wanted = typeof encoding === 'string' ? encoding : encoding?.encoding
    return wanted ? bytes.toString(wanted) : bytes
  }

  copyFileSync(from: string, to: string, mode = 0): void {
    const node = this.#there(from, 'copyfile', true)
    if (!(node instanceof FileNode)) throw systemError('EISDIR', 'copyfile', from)
    const flags = O_WRONLY | O_CREAT | ((mode & constants.COPYFILE_EXCL) !== 0 ? O_EXCL : O_TRUNC)
    const fd = this.openSync(to, flags, node.facts.mode)
    try {
      const bytes = Buffer.from(node.content)
      for (let written = 0; written < bytes.length; ) written += this.writeSync(fd, bytes, written, undefined, written)
    } finally {
      this.closeSync(fd)
    }
  }

  copyFile(from: string, to: string, ...rest: [number, Done] | [Done]): void {
    const [mode, done] = rest.length === 2 ? rest : [0, rest[0]]
    const { machine } = this.#there(from, 'copyfile', true).device
    this.#hooks.later(machine, () => this.copyFileSync(from, to, mode), done)
  }

  /** On any error of the disk itself what was to be synced is lost, and the next sync says nothing of it: as Linux does. */
  #syncLater(fd: number, done: Done): void {
    const { node } = this.#opened(fd, 'fsync')
    const upTo = this.#disk.changes
    this.#hooks.later(node.device.machine, () => this.#sync(node, upTo), done)
  }

  #sync(node: DiskNode, upTo: number): void {
    try {
      this.#callOn(node, 'fsync', () => this.#disk.sync(node, upTo))
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'EIO' && node instanceof FileNode) node.failSync(upTo)
      throw thrown
    }
  }

  #resize(node: FileNode, sizeBytes: number): void {
    if (node.device.isFull && sizeBytes > node.sizeBytes) throw systemError('ENOSPC', 'ftruncate')
    this.#disk.changes += 1
    node.resize(this.#disk.changes, sizeBytes)
    node.change(this.#disk.changes, { mtimeNs: this.#hooks.nowNs() })
  }

  #change(node: DiskNode, call: string, facts: Parameters<DiskNode['change']>[1]): void {
    this.#callOn(node, call, () => {
      this.#disk.changes += 1
      node.change(this.#disk.changes, facts)
    })
  }

  #stat(path: string, options: StatOptions, call: string, follows: boolean): NodeStats | undefined {
    let place: Place
    try {
      place = this.#walk(path, call, follows)
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException
      if (options.throwIfNoEntry === false && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined
      throw thrown
    }
    const { node } = place
    return this.#call(place, call, path, () => {
      if (node) return new NodeStats(node, options.bigint === true)
      if (options.throwIfNoEntry === false) return undefined
      throw systemError('ENOENT', call, path)
    })
  }

  #walk(path: string, call: string, follows: boolean): Place {
    return walk(this.#disk, path, (fd) => this.#opened(fd, call).node, call, follows)
  }

  #there(path: string, call: string, follows: boolean): DiskNode {
    const { node } = this.#walk(path, call, follows)
    if (!node) throw systemError('ENOENT', call, path)
    return node
  }

  #opened(fd: number, call: string): OpenFile {
    const open = this.#open.get(fd)
    if (!open) throw systemError('EBADF', call)
    return open
  }

  #call<T>(place: Place, call: string, path: string, work: () => T): T {
    const { device } = place.node ?? place.folder ?? this.#disk.root
    return this.#hooked(device.machine, call, path, work)
  }

  #callOn<T>(node: DiskNode, call: string, work: () => T): T {
    return this.#hooked(node.device.machine, call, '', work)
  }

  #hooked<T>(machine: Device['machine'], call: string, path: string, work: () => T): T {
    const after = this.#hooks.enter(machine, call, path)
    const result = work()
    after?.()
    return result
  }
}

function flagBits(flags: string): number {
  const known: Readonly<Record<string, number>> = {
    r: O_RDONLY,
    'r+': O_RDWR,
    w: O_WRONLY | O_CREAT | O_TRUNC,
    wx: O_WRONLY | O_CREAT | O_EXCL,
    'wx+': O_RDWR | O_CREAT | O_EXCL,
    a: O_WRONLY | O_CREAT | O_APPEND,
  }
  const bits = known[flags]
  if (bits === undefined) throw systemError('EINVAL', 'open', flags)
  return bits
}

/** The many ways to say which part of a buffer goes where. */
function rangeOf(buffer: Uint8Array, rest: readonly unknown[]): { offset: number; length: number; position?: number } {
  const named = (typeof rest[0] === 'object' && rest[0] !== null ? rest[0] : {}) as Record<string, unknown>
  const [offset, length, position] =
    typeof rest[0] === 'object' && rest[0] !== null ? [named.offset, named.length, named.position] : rest
  const from = typeof offset === 'number' ? offset : 0
  const count = typeof length === 'number' ? length : buffer.byteLength - from
  const at = typeof position === 'bigint' ? Number(position) : position
  return { offset: from, length: count, ...(typeof at === 'number' && at >= 0 && { position: at }) }
}

function direntsOf(folder: FolderNode): unknown[] {
  return [...folder.entries].map(([name, node]) => {
    const stats = new NodeStats(node, false)
    return Object.assign(stats, { name, parentPath: '', path: '' })
  })
}

function nanosecondsOf(time: number | Date): bigint {
  if (time instanceof Date) return BigInt(time.getTime()) * 1_000_000n
  return BigInt(Math.floor(time * 1e6)) * 1000n
}
