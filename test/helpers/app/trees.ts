import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, open, readdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

export interface TreeEntry {
  readonly path: string
  readonly kind: 'file' | 'folder'
  readonly sizeBytes: number
  readonly mtimeS: number
  readonly digest: string
}

/** Every file and every empty folder below `root`, by path: what two trees have to agree in. */
export async function readTree(root: string): Promise<readonly TreeEntry[]> {
  const found: TreeEntry[] = []
  const visit = async (relative: string): Promise<void> => {
    const names = (await readdir(join(root, relative))).sort()
    if (names.length === 0 && relative !== '') {
      found.push({ path: relative, kind: 'folder', sizeBytes: 0, mtimeS: 0, digest: '' })
    }
    for (const name of names) {
      const path = relative === '' ? name : `${relative}/${name}`
      const stats = await lstat(join(root, path))
      if (stats.isDirectory()) await visit(path)
      else {
        const digest = await digestOf(join(root, path))
        found.push({ path, kind: 'file', sizeBytes: stats.size, mtimeS: Math.floor(stats.mtimeMs / 1000), digest })
      }
    }
  }
  await visit('')
  return found.sort((left, right) => (left.path < right.path ? -1 : 1))
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

export interface TreeWish {
  readonly largeBytes: number
  readonly smallFiles: number
  readonly depth: number
}

/** The tree of the main job: one large file, many small, Unicode, CJK, spaces, empty folder, zero bytes, deep. */
export async function makeTree(root: string, wish: TreeWish): Promise<void> {
  const write = async (path: string, sizeBytes: number, index: number) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeNoise(join(root, path), sizeBytes, index + 1)
    const time = 1_700_000_000 + index * 61
    await utimes(join(root, path), time, time)
  }
  await write('large/LFM 114 master.mov', wish.largeBytes, 0)
  for (let index = 1; index <= wish.smallFiles; index += 1) {
    await write(`small/${index % 7}/frame ${String(index).padStart(4, '0')}.exr`, 500 + ((index * 977) % 20_000), index)
  }
  const named = [
    'Übergänge ß.txt',
    '第3話 コンフォーム.txt',
    '자막 검토.srt',
    'two  spaces .txt',
    'emoji 🐦.txt',
    'Ünïcode e\u0301.txt',
  ]
  for (const [index, name] of named.entries()) await write(`names/${name}`, 100 + index, 9000 + index)
  await write('names/zero bytes', 0, 9100)
  await write(`${Array.from({ length: wish.depth }, (_, level) => `level ${level + 1}`).join('/')}/deep.txt`, 321, 9200)
  await mkdir(join(root, 'empty folder'), { recursive: true })
}

/** Bytes that do not compress and do not repeat from block to block. */
export async function writeNoise(path: string, sizeBytes: number, seed: number): Promise<void> {
  const block = 1 << 20
  if (sizeBytes <= block) return writeFile(path, noise(sizeBytes, seed, 0))
  const handle = await open(path, 'w')
  try {
    for (let offset = 0; offset < sizeBytes; offset += block) {
      await handle.write(noise(Math.min(block, sizeBytes - offset), seed, offset / block))
    }
  } finally {
    await handle.close()
  }
}

function noise(sizeBytes: number, seed: number, block: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4))
  let state = (Math.imul(seed, 2_654_435_761) ^ Math.imul(block + 1, 1_597_334_677)) >>> 0 || 1
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  return new Uint8Array(words.buffer, 0, sizeBytes)
}
