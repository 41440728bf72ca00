import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { measureLatencies, snapshotName } from './latencies.ts'
import { measureConstant, measureLoad } from './load.ts'
import { type SeedSize, seedWorkspace } from './seed.ts'

const mebibyte = 1024 * 1024
const tasksPerJob = 10
const fewJobs = 1000

/** A large workspace may take this many times as long as a small one, or grow by less than anybody notices. */
const maxGrowth = 3
const unnoticedMs = 10
const maxResidentBytes = 400 * mebibyte
/** Of what a bare server reaches that answers a constant. */
const minShare = 1 / 3

/** Prints each figure, and answers 0 when all are as they have to be. */
export async function benchWorkspace(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { jobs: { type: 'string', default: '100000' }, seconds: { type: 'string', default: '60' } },
    strict: false,
  })
  const checks: boolean[] = []
  const check = (isMet: boolean, text: string) => {
    checks.push(isMet)
    console.log(`${isMet ? 'ok    ' : 'FAILED'} ${text}`)
  }
  await using few = await seeded({ jobs: fewJobs, tasksPerJob })
  await using many = await seeded({ jobs: Number(values.jobs), tasksPerJob })
  await checkLatencies(few, many, check)
  await checkLoad(many, Number(values.seconds), check)
  return checks.every(Boolean) ? 0 : 1
}

type Check = (isMet: boolean, text: string) => void
type Seeded = SeedSize & { readonly folder: string }

async function checkLatencies(few: Seeded, many: Seeded, check: Check): Promise<void> {
  const { figures, residentBytes } = await measureLatencies([few.folder, many.folder])
  for (const { name, p95Ms } of figures) {
    const [fewMs = Number.NaN, manyMs = Number.NaN] = p95Ms
    const growth = manyMs / fewMs
    if (name === snapshotName) {
      console.log(`       ${name}: p95 ${fewMs.toFixed(1)} ms and ${manyMs.toFixed(1)} ms, not compared`)
      continue
    }
    check(
      growth <= maxGrowth || manyMs - fewMs <= unnoticedMs,
      `${name}: p95 ${fewMs.toFixed(1)} ms at ${few.jobs} jobs, ${manyMs.toFixed(1)} ms at ${many.jobs}, ${growth.toFixed(2)} times`,
    )
  }
  const resident = residentBytes.at(-1) ?? Number.NaN
  check(resident < maxResidentBytes, `memory: ${inMebibytes(resident)} MiB resident`)
}

async function checkLoad({ folder }: Seeded, seconds: number, check: Check): Promise<void> {
  const load = await measureLoad(folder, seconds)
  const constant = await measureConstant(folder, Math.min(seconds, 15), load.meanBytes)
  const share = load.perCoreSecond / constant.perCoreSecond
  console.log(
    `mixed reads: ${load.requests} in ${seconds} s beside 200 streams, ${load.meanBytes.toFixed(0)} bytes each`,
  )
  check(
    share >= minShare,
    `reads for a second of one core: ${load.perCoreSecond.toFixed(0)}, a bare server that answers a constant of that size: ${constant.perCoreSecond.toFixed(0)}, share ${share.toFixed(2)}`,
  )
  check(load.errors === 0, `errors: ${load.errors}`)
  const [early = 0, late = 0] = [load.residentBytes[2], load.residentBytes.at(-1)]
  check(late < early * 1.15, `memory while read: ${load.residentBytes.map(inMebibytes).join(' ')} MiB`)
}

function inMebibytes(bytes: number): string {
  return (bytes / mebibyte).toFixed(0)
}

async function seeded(size: SeedSize): Promise<Seeded & AsyncDisposable> {
  const startedMs = performance.now()
  const { folder } = await seedWorkspace(size)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0)
  console.log(`${size.jobs} jobs, ${size.jobs * size.tasksPerJob} tasks: seeded in ${seconds} s`)
  return { ...size, folder, [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }) }
}
