import { type DiskNode, FileNode, FolderNode, LinkNode } from './nodes.ts'

/** What `stat` says of a node, in numbers or in whole ones. */
export class NodeStats {
  readonly #node: DiskNode
  readonly dev: number | bigint
  readonly ino: number | bigint
  readonly mode: number | bigint
  readonly nlink: number | bigint
  readonly uid: number | bigint
  readonly gid: number | bigint
  readonly size: number | bigint
  readonly blocks: number | bigint
  readonly mtimeMs: number | bigint
  readonly ctimeMs: number | bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint

  constructor(node: DiskNode, isBig: boolean) {
    const of = (value: number): number | bigint => (isBig ? BigInt(value) : value)
    const { mode, uid, gid, mtimeNs } = node.facts
    this.#node = node
    this.dev = of(node.device.number)
    this.ino = of(node.ino)
    this.mode = of(mode | (node instanceof FolderNode ? 0o040000 : node instanceof FileNode ? 0o100000 : 0o120000))
    this.nlink = of(node.links)
    this.uid = of(uid)
    this.gid = of(gid)
    const sizeBytes = node instanceof FileNode ? node.sizeBytes : 4096
    this.size = of(sizeBytes)
    this.blocks = of(Math.ceil(sizeBytes / 512))
    this.mtimeNs = mtimeNs
    this.ctimeNs = mtimeNs
    // As the system's seconds and nanoseconds give it, exact for whole milliseconds.
    this.mtimeMs = isBig ? mtimeNs / 1_000_000n : Number(mtimeNs / 1_000_000n) + Number(mtimeNs % 1_000_000n) / 1e6
    this.ctimeMs = this.mtimeMs
  }

  isFile(): boolean {
    return this.#node instanceof FileNode
  }

  isDirectory(): boolean {
    return this.#node instanceof FolderNode
  }

  isSymbolicLink(): boolean {
    return this.#node instanceof LinkNode
  }

  isFIFO(): boolean {
    return false
  }

  isSocket(): boolean {
    return false
  }

  isBlockDevice(): boolean {
    return false
  }

  isCharacterDevice(): boolean {
    return false
  }
}
