import { createHash, randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface TreeEntry {
  readonly kind: 'file' | 'folder' | 'other'
  readonly sizeBytes: number
  readonly mtimeMs: number
  readonly sha256: string
}

/** Everything below a folder by relative path: kind, size, time in whole milliseconds, content. */
export function readTree(root: string, path = '', into = new Map<string, TreeEntry>()): Map<string, TreeEntry> {
  const at = join(root, path)
  const stats = lstatSync(at)
  const kind = stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other'
  const content = kind === 'file' ? readFileSync(at) : Buffer.alloc(0)
  const sha256 = createHash('sha256').update(content).digest('hex')
  into.set(path, { kind, sizeBytes: content.length, mtimeMs: Math.floor(stats.mtimeMs), sha256 })
  if (kind === 'folder')
    for (const name of readdirSync(at)) readTree(root, path === '' ? name : `${path}/${name}`, into)
  return into
}

export interface FileSpec {
  readonly path: string
  readonly sizeBytes: number
  readonly mtimeMs?: number
}

const someTimeMs = 1_700_000_000_123

export function writeRandomFile(root: string, spec: FileSpec): void {
  const at = join(root, spec.path)
  mkdirSync(dirname(at), { recursive: true })
  writeFileSync(at, randomBytes(spec.sizeBytes))
  const seconds = (spec.mtimeMs ?? someTimeMs) / 1000
  utimesSync(at, seconds, seconds)
}

/** Sets the time of every folder below and of the root, deepest first, so that copies can be compared. */
export function setFolderTimes(root: string, mtimeMs = someTimeMs): void {
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isDirectory()) setFolderTimes(join(root, entry.name), mtimeMs)
  }
  utimesSync(root, mtimeMs / 1000, mtimeMs / 1000)
}
