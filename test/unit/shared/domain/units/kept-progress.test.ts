import { expect, it } from 'vitest'
import type { JobProgress } from '../../../../../src/shared/domain/job.ts'
import {
  bytesVerifiedOf,
  type KeptFigures,
  keptProgress,
} from '../../../../../src/shared/domain/units/kept-progress.ts'

const megabyte = 1_000_000
const result = { filesDone: 0, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 0 }
const job = { sizeBytes: 240 * megabyte, result }

function figures(megabytes: number, changes: Partial<JobProgress> = {}): JobProgress {
  return {
    jobId: 'a'.repeat(24) as JobProgress['jobId'],
    phase: 'transferring',
    filesScanned: 1,
    filesCompared: 1,
    filesTotal: 1,
    filesDone: 0,
    filesAlreadyThere: 0,
    bytesVerified: Math.round(megabytes * megabyte),
    bytesTotal: 240 * megabyte,
    bytesPerSecond: 1,
    ...changes,
  }
}

const checking = (megabytes: number, changes: Partial<JobProgress> = {}) =>
  figures(megabytes, { isChecking: true, ...changes })

/** What is shown of one after the other, in megabytes. */
function shown(from: number, runs: readonly JobProgress[], of = job): number[] {
  let kept: KeptFigures = { bytes: from * megabyte }
  return runs.map((each) => {
    kept = { bytes: bytesVerifiedOf(of, keptProgress(of, kept, each)) }
    return kept.bytes / megabyte
  })
}

it('stays at what was verified while a new run looks at it again, and goes on from there', () => {
  const listing = checking(0, { phase: 'connecting', bytesTotal: 0 })
  const runs = [listing, checking(0), checking(4.19), checking(6.29), checking(75.5), checking(80), figures(90)]
  expect(shown(77.6, runs)).toEqual([77.6, 77.6, 77.6, 77.6, 77.6, 80, 90])
})

it('falls once the run knows that less is there', () => {
  expect(shown(165.7, [checking(0), checking(4), figures(12.6), figures(20)])).toEqual([165.7, 165.7, 12.6, 20])
})

it('counts what earlier runs reported once', () => {
  const partly = { ...job, result: { ...result, bytesVerified: 60 * megabyte } }
  const listing = checking(0, { phase: 'scanning', bytesTotal: 0 })
  const rest = { bytesTotal: 180 * megabyte }
  expect(shown(100, [listing, checking(10, rest), checking(50, rest), figures(50, rest)], partly)).toEqual([
    100, 100, 110, 110,
  ])
})

it('says that it looks again only while that is behind, and tells no time left then', () => {
  const kept = { bytes: 10 * megabyte }
  expect(keptProgress(job, kept, checking(5, { etrSeconds: 9 }))).toMatchObject({ isChecking: true })
  expect(keptProgress(job, kept, checking(5, { etrSeconds: 9 }))).not.toHaveProperty('etrSeconds')
  expect(keptProgress(job, kept, checking(11, { etrSeconds: 9 }))).toEqual(figures(11, { etrSeconds: 9 }))
  expect(keptProgress(job, undefined, checking(5))).toEqual(figures(5))
})

it('keeps the figures of the tasks as well', () => {
  const task = (uri: string, bytesVerified: number) => ({ uri, bytesVerified, bytesTotal: 100 })
  const kept = { bytes: 10 * megabyte, tasks: [task('0', 60), task('1', 10)] }
  const tasks = [task('0', 5), task('1', 20), task('2', 1)]
  expect(keptProgress(job, kept, checking(5, { tasks })).tasks).toEqual([task('0', 60), task('1', 20), task('2', 1)])
  expect(keptProgress(job, kept, figures(5, { tasks })).tasks).toEqual(tasks)
})
