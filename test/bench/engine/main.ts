import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type BenchResult, measureWork } from './measure-work.ts'
import { type MemoryResult, measureMillion } from './million.ts'
import { keepMemoryWarm } from './warm-memory.ts'
import { type Leg, works } from './works.ts'

const tmpfsType = 0x01021994
const mebibyte = 1024 ** 2
const million = 'million'

/** The names that `--only` knows, as they stand in the table. */
export const workNames: readonly string[] = [...new Set(works.map(({ name }) => name)), million]

export interface EngineBenchOptions {
  readonly bundleFolder: string
  readonly only: readonly string[]
  readonly args: readonly string[]
  readonly print: (line: string) => void
}

export interface EngineBench {
  readonly results: readonly BenchResult[]
  readonly memory?: MemoryResult
  /** Every figure is as good as it has to be. */
  readonly isGood: boolean
}

/** Prints each figure as it comes. */
export async function benchEngine({ bundleFolder, only, args, print }: EngineBenchOptions): Promise<EngineBench> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      leg: { type: 'string' },
      pairs: { type: 'string' },
      files: { type: 'string', default: '1000000' },
      'memory-folder': { type: 'string', default: '/dev/shm' },
      'disk-folder': { type: 'string', default: diskFolder() },
    },
  })
  const folders: Record<Leg, string> = { memory: values['memory-folder'], disk: values['disk-folder'] }
  const pairs = values.pairs === undefined ? {} : { pairs: Number(values.pairs) }
  const results: BenchResult[] = []
  const checks: boolean[] = []
  print('Their time by ours: above 1 Tern is faster. Tern encrypts and verifies; both its engines are running already.')
  const chosen = works.filter(({ name, leg }) => only.includes(name) && (values.leg ?? leg) === leg)
  await inFolder(folders.memory, async (warm) => {
    if (chosen.length > 0 && isInMemory(warm)) keepMemoryWarm(warm)
    for (const work of chosen) {
      const found = await inFolder(folders[work.leg], (root) => measureWork(work, { bundleFolder, root, ...pairs }))
      for (const result of found) {
        checks.push(result.lower >= result.floor && !takesMoreProcessor(result))
        print(lineOf(result))
      }
      results.push(...found)
    }
  })
  if (!only.includes(million)) return { results, isGood: checks.every(Boolean) }
  const memory = await inFolder(folders.memory, (root) => measureMillion(bundleFolder, root, Number(values.files)))
  const growth = [memory.senderGrowthBytes, memory.receiverGrowthBytes]
  checks.push(Math.max(...growth) < memory.maxGrowthBytes)
  print(
    `${markOf(checks.at(-1) === true)} ${memory.files} files in ${memory.seconds.toFixed(1)} s: more than for ` +
      `${memory.fewFiles} held the sender ${inMebibytes(growth[0])}, the receiver ${inMebibytes(growth[1])} MiB ` +
      `(below ${inMebibytes(memory.maxGrowthBytes)})`,
  )
  return { results, memory, isGood: checks.every(Boolean) }
}

function lineOf(result: BenchResult): string {
  const { work, leg, peer, ratio, lower, floor, goal, oursSeconds, peerSeconds, runs } = result
  const { oursProcessorSecondsPerGibibyte: ours, peerProcessorSecondsPerGibibyte: theirs } = result
  const processor =
    ours === undefined || theirs === undefined
      ? ''
      : `; CPU seconds a GiB ${ours.toFixed(2)} and ${theirs.toFixed(2)}${takesMoreProcessor(result) ? ' (MORE THAN THE PEER)' : ''}`
  return (
    `${markOf(lower >= floor)} ${`${work} (${leg})`.padEnd(18)} ${peer}: ${ratio.toFixed(2)}, at least ${lower.toFixed(2)} ` +
    `(floor ${floor}, goal ${goal}${ratio >= goal ? ' reached' : ''}); ${oursSeconds.toFixed(2)} s beside ` +
    `${peerSeconds.toFixed(2)} s, ${runs} pairs${processor}`
  )
}

function takesMoreProcessor(result: BenchResult): boolean {
  const { oursProcessorSecondsPerGibibyte: ours, peerProcessorSecondsPerGibibyte: theirs } = result
  return ours !== undefined && theirs !== undefined && ours > theirs
}

function markOf(isMet: boolean): string {
  return isMet ? 'ok    ' : 'FAILED'
}

function inMebibytes(bytes = Number.NaN): string {
  return (bytes / mebibyte).toFixed(0)
}

/** Where a folder for scratch is on a disk: some systems keep their usual one in memory. */
function diskFolder(): string {
  return isInMemory(tmpdir()) ? '/var/tmp' : tmpdir()
}

function isInMemory(folder: string): boolean {
  return statfsSync(folder).type === tmpfsType
}

async function inFolder<Result>(parent: string, action: (root: string) => Promise<Result>): Promise<Result> {
  const root = mkdtempSync(join(parent, 'tern-bench-'))
  try {
    return await action(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
