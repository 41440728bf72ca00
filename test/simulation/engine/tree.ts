import type { Random } from '../../fuzz/random.ts'
import type { Disk } from './disk/disk.ts'
import { type DiskNode, FileNode, FolderNode } from './disk/nodes.ts'

export interface Version {
  readonly content: Buffer
  readonly mtimeMs: number
}

/** One file of the source, with all that it ever held and what the target had before. */
export interface TrackedFile {
  /** Relative to the source, and to where it lands. */
  readonly path: string
  /** The task it belongs to: its first name. */
  readonly itemId: string
  readonly versions: Version[]
  readonly old: Version | undefined
  isGone: boolean
}

const poolBytes = 1024 * 1024
const pool = Buffer.alloc(poolBytes)
for (let at = 0, state = 1; at < poolBytes; at += 4) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  pool.writeUInt32LE((state ^ (state >>> 13)) >>> 0, at)
}

export const blockBytes = 4096
const firstTimeMs = 1_600_000_000_000

/** Content of so many bytes; of the larger ones some have holes. */
function contentOf(random: Random, sizeBytes: number): Buffer {
  const at = random.integer(poolBytes - sizeBytes)
  const content = Buffer.from(pool.subarray(at, at + sizeBytes))
  if (sizeBytes > 4 * blockBytes && random.onceIn(4)) {
    const from = random.integer(Math.floor(sizeBytes / blockBytes)) * blockBytes
    content.fill(0, from, Math.min(sizeBytes, from + blockBytes * (1 + random.integer(8))))
  }
  return content
}

/** A later time that no comparison in whole seconds takes for an earlier one. */
function timeOf(random: Random, number: number): number {
  return firstTimeMs + number * 10_000 + random.integer(1000)
}

export function versionOf(random: Random, number: number, sizeBytes: number): Version {
  return { content: contentOf(random, sizeBytes), mtimeMs: timeOf(random, number) }
}

/** A few blocks differ, as in a file that was worked on. */
export function variantOf(random: Random, number: number, version: Version): Version {
  const content = Buffer.from(version.content)
  for (let changes = 1 + random.integer(3); changes > 0 && content.length > 0; changes -= 1) {
    const at = random.integer(content.length)
    content[at] = (content[at] ?? 0) ^ 0x5a
  }
  return { content, mtimeMs: timeOf(random, number) }
}

type Kind = 'small' | 'large' | 'mixed' | 'many' | 'heap'

/** A tree to be sent, and which of its files the target has in another or in the same version. */
export function makeTree(random: Random): TrackedFile[] {
  const kind = random.pick<Kind>(['small', 'small', 'large', 'mixed', 'mixed', 'mixed', 'many', 'heap'])
  const files: TrackedFile[] = []
  const count =
    kind === 'large'
      ? 1 + random.integer(3)
      : kind === 'many'
        ? 70 + random.integer(80)
        : kind === 'heap'
          ? 60 + random.integer(120)
          : 2 + random.integer(14)
  const folders = ['', 'a/', 'a/b/', 'c/', 'c/d/e/', 'f\u00e9/']
  for (let index = 0; index < count; index += 1) {
    const isLarge = kind === 'large' || (kind === 'mixed' && random.onceIn(4))
    const sizeBytes = isLarge ? largeSize(random) : random.onceIn(6) ? 0 : random.integer(kind === 'many' ? 40 : 2049)
    const path = `${random.pick(folders)}${index}${isLarge ? '.mov' : ''}`
    const first = versionOf(random, 2, sizeBytes)
    const old = random.integer(10)
    files.push({
      path,
      itemId: path.split('/')[0] as string,
      versions: [first],
      old:
        old < 5
          ? undefined
          : old < 8
            ? variantOf(random, 1, first)
            : old < 9
              ? versionOf(random, 0, random.integer(9000))
              : first,
      isGone: false,
    })
  }
  return files
}

function largeSize(random: Random): number {
  const bytes = 2049 + random.integer(random.onceIn(3) ? 260_000 : 60_000)
  return random.onceIn(4) ? Math.ceil(bytes / blockBytes) * blockBytes : bytes
}

/** Puts a file onto a disk as another program would: past all hooks, durable at once where it matters to nobody. */
export function putFile(disk: Disk, path: string, { content, mtimeMs }: Version): void {
  const names = path.split('/').filter(Boolean)
  const name = names.pop() as string
  let folder = disk.root
  for (const part of names) {
    const known = folder.entries.get(part)
    folder = known instanceof FolderNode ? known : disk.makeFolder(folder, part, 0o755, 0n)
  }
  const known = folder.entries.get(name)
  if (known) disk.remove(folder, name, known, 0n)
  const file = disk.makeFile(folder, name, 0o644, 0n)
  disk.changes += 1
  file.write(disk.changes, content, 0)
  file.change(disk.changes, { mtimeNs: BigInt(mtimeMs) * 1_000_000n })
}

/** Rewrites a file in place, as a program does that has it open. */
export function rewriteFile(disk: Disk, path: string, { content, mtimeMs }: Version): void {
  const file = nodeAt(disk, path)
  if (!(file instanceof FileNode)) throw new Error(`no file at ${path}`)
  disk.changes += 1
  file.resize(disk.changes, content.length)
  file.write(disk.changes, content, 0)
  file.change(disk.changes, { mtimeNs: BigInt(mtimeMs) * 1_000_000n })
}

export function removeFile(disk: Disk, path: string): void {
  const folder = nodeAt(disk, path.slice(0, path.lastIndexOf('/')))
  const name = path.slice(path.lastIndexOf('/') + 1)
  const node = nodeAt(disk, path)
  if (folder instanceof FolderNode && node) disk.remove(folder, name, node, 0n)
}

export function nodeAt(disk: Disk, path: string): DiskNode | undefined {
  let node: DiskNode | undefined = disk.root
  for (const name of path.split('/').filter(Boolean)) {
    if (!(node instanceof FolderNode)) return undefined
    node = node.entries.get(name)
  }
  return node
}

/** Every file and link below a path, by its path relative to it. */
export function* filesBelow(disk: Disk, path: string, prefix = ''): Generator<[string, DiskNode]> {
  const folder = nodeAt(disk, path)
  if (!(folder instanceof FolderNode)) return
  for (const [name, node] of folder.entries) {
    if (node instanceof FolderNode) {
      yield [`${prefix}${name}/`, node]
      yield* filesBelow(disk, `${path}/${name}`, `${prefix}${name}/`)
    } else yield [`${prefix}${name}`, node]
  }
}
