import { createHash } from 'node:crypto'
import { mkdir, open, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** One thing of the demo's delivery: a file with a size, or an empty folder. */
interface DemoEntry {
  readonly path: string
  readonly sizeBytes?: number
}

const plateFrames = 240
const largeSizeBytes = 200_000_000
/** 12 September 2026, 09:30 UTC: files that look as if somebody made them over a day. */
const firstMtimeMs = 1_789_205_400_000

/** The same every time, on every computer: paths, sizes, times and bytes. */
export function demoEntries(): readonly DemoEntry[] {
  const frames = Array.from({ length: plateFrames }, (_, index) => ({
    path: `LFM 114 plates/frames/LFM_114.${1001 + index}.dpx`,
    sizeBytes: 8_000 + ((index * 7919) % 24_000),
  }))
  const stems = ['Dialogue', 'Music', 'Effects', 'Ambience'].flatMap((name) =>
    Array.from({ length: 12 }, (_, index) => ({
      path: `Score stems/${name}/${name} ${String(index + 1).padStart(2, '0')}.wav`,
      sizeBytes: 40_000 + index * 1_357,
    })),
  )
  return [
    { path: 'LFM 114 plates/Episode 3 conform.mov', sizeBytes: largeSizeBytes },
    ...frames,
    ...stems,
    { path: 'Notes/Übergänge für Mia.txt', sizeBytes: 2_113 },
    { path: 'Notes/第3話 コンフォーム.txt', sizeBytes: 1_024 },
    { path: 'Notes/자막 검토.srt', sizeBytes: 4_404 },
    { path: 'Notes/for Sam – colour.txt', sizeBytes: 640 },
    { path: 'Notes/empty.log', sizeBytes: 0 },
    { path: 'LFM 114 plates/to do' },
  ]
}

/** Writes the delivery below `root` and answers what a person would pick: the things directly in it. */
export async function writeDemoFiles(root: string): Promise<readonly { path: string; kind: 'file' | 'folder' }[]> {
  const entries = demoEntries()
  for (const [index, entry] of entries.entries()) {
    const path = join(root, entry.path)
    if (entry.sizeBytes === undefined) {
      await mkdir(path, { recursive: true })
      continue
    }
    await mkdir(dirname(path), { recursive: true })
    await writeGenerated(path, entry.path, entry.sizeBytes)
    const mtimeMs = firstMtimeMs + index * 97_000
    await utimes(path, mtimeMs / 1000, mtimeMs / 1000)
  }
  const tops = new Set(entries.map((entry) => entry.path.split('/')[0] ?? ''))
  return [...tops].map((name) => ({ path: join(root, name), kind: 'folder' as const }))
}

const blockBytes = 1 << 20

/** Bytes that no two blocks share, fast enough to make 200 MB in well under a second of work. */
async function writeGenerated(path: string, seed: string, sizeBytes: number): Promise<void> {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0) || 1
  const words = new Uint32Array(Math.min(blockBytes, Math.ceil(sizeBytes / 4) * 4) / 4)
  const bytes = new Uint8Array(words.buffer)
  if (sizeBytes <= blockBytes) {
    fillWords(words, state)
    await writeFile(path, bytes.subarray(0, sizeBytes))
    return
  }
  const handle = await open(path, 'w')
  try {
    for (let offset = 0; offset < sizeBytes; offset += blockBytes) {
      state = fillWords(words, state)
      await handle.write(bytes, 0, Math.min(blockBytes, sizeBytes - offset))
    }
  } finally {
    await handle.close()
  }
}

/** xorshift32; not for secrets. */
function fillWords(words: Uint32Array, start: number): number {
  let state = start
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  return state >>> 0 || 1
}
