// Files for the demo's own upload, and the comparison that decides whether something really arrived.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, open, readdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const blockBytes = 1 << 20

const noise = (sizeBytes, seed) => {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4))
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0 || 1
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  return new Uint8Array(words.buffer, 0, sizeBytes)
}

const writeNoise = async (path, sizeBytes, seed) => {
  await mkdir(dirname(path), { recursive: true })
  if (sizeBytes <= blockBytes) return writeFile(path, noise(sizeBytes, seed))
  const handle = await open(path, 'w')
  try {
    for (let offset = 0; offset < sizeBytes; offset += blockBytes) {
      await handle.write(noise(Math.min(blockBytes, sizeBytes - offset), seed + offset))
    }
  } finally {
    await handle.close()
  }
}

/** A folder as people have them: one large file, many small ones, names of all kinds, deep, empty, zero bytes. */
export const makeUpload = async (root) => {
  const files = [
    ['Hangar master.mov', 240_000_000],
    ...Array.from({ length: 180 }, (_, index) => [
      `textures/tile ${String(index + 1).padStart(3, '0')}.exr`,
      3000 + index * 97,
    ]),
    ['notes/Übergänge für Mia.txt', 2048],
    ['notes/第3話 コンフォーム.txt', 777],
    ['notes/for  Sam.txt', 12],
    ['notes/zero bytes.log', 0],
    [`${Array.from({ length: 12 }, (_, level) => `level ${level + 1}`).join('/')}/deep.txt`, 333],
  ]
  for (const [index, [path, sizeBytes]] of files.entries()) {
    await writeNoise(join(root, path), sizeBytes, index)
    const time = 1_760_000_000 + index * 61
    await utimes(join(root, path), time, time)
  }
  await mkdir(join(root, 'empty folder'), { recursive: true })
}

const digestOf = async (path) => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: blockBytes }), hash)
  return hash.digest('hex')
}

/** Every file and empty folder below `root`: path → what must be the same on both sides. */
const readTree = async (root, relative = '', found = new Map()) => {
  const names = await readdir(join(root, relative))
  if (names.length === 0 && relative !== '') found.set(relative, 'an empty folder')
  for (const name of names.sort()) {
    const path = relative === '' ? name : `${relative}/${name}`
    const stats = await lstat(join(root, path))
    if (stats.isDirectory()) await readTree(root, path, found)
    else
      found.set(path, `${stats.size} bytes of ${Math.floor(stats.mtimeMs / 1000)}, ${await digestOf(join(root, path))}`)
  }
  return found
}

/** Compares every name, size, time and content. Answers what was compared; throws at the first difference. */
export const verifyTrees = async (source, target) => {
  const [expected, actual] = await Promise.all([readTree(source), readTree(target)])
  for (const path of new Set([...expected.keys(), ...actual.keys()])) {
    if (expected.get(path) === actual.get(path)) continue
    throw new Error(`${path} differs: ${expected.get(path) ?? 'nothing'} here, ${actual.get(path) ?? 'nothing'} there`)
  }
  const sizes = [...expected.values()].map((what) => Number.parseInt(what, 10) || 0)
  return {
    files: [...expected.values()].filter((what) => what !== 'an empty folder').length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  }
}
