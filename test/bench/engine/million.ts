import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startTernPair } from './tern-pair.ts'
import { writeFiles } from './trees.ts'

export interface MemoryResult {
  readonly work: 'million'
  readonly files: number
  readonly seconds: number
  /** How much more each side held at most than with `fewFiles`. */
  readonly fewFiles: number
  readonly senderGrowthBytes: number
  readonly receiverGrowthBytes: number
  readonly maxGrowthBytes: number
}

const mebibyte = 1024 ** 2
const fewFiles = 10_000
const filesPerFolder = 200

/** What both engines hold at most while they move many files, beside what they hold for few. Fresh engines for each. */
export async function measureMillion(bundleFolder: string, root: string, files: number): Promise<MemoryResult> {
  const few = await measureFiles(bundleFolder, root, fewFiles)
  const many = await measureFiles(bundleFolder, root, files)
  return {
    work: 'million',
    files,
    seconds: many.seconds,
    fewFiles,
    senderGrowthBytes: many.sender.peakBytes - few.sender.peakBytes,
    receiverGrowthBytes: many.receiver.peakBytes - few.receiver.peakBytes,
    maxGrowthBytes: 64 * mebibyte,
  }
}

async function measureFiles(bundleFolder: string, root: string, files: number) {
  const folder = join(root, `${files}`)
  const [source, target] = [join(folder, 'source'), join(folder, 'target')]
  mkdirSync(source, { recursive: true })
  mkdirSync(target)
  writeFiles(source, files, Math.ceil(files / filesPerFolder), 0)
  try {
    await using tern = await startTernPair(bundleFolder, folder)
    const startedMs = performance.now()
    await tern.copy({ source, target })
    return { seconds: (performance.now() - startedMs) / 1000, ...tern.memory() }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
