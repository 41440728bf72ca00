import { expect, it } from 'vitest'
import type { JobId } from '../../../../../src/shared/domain/ids.ts'
import type { JobProgress } from '../../../../../src/shared/domain/job.ts'
import { addedProgress, bytesBefore } from '../../../../../src/shared/domain/units/added-progress.ts'

const run = (changes: Partial<JobProgress> = {}): JobProgress => ({
  jobId: 'a'.repeat(24) as JobId,
  phase: 'transferring',
  filesScanned: 3,
  filesCompared: 3,
  filesTotal: 3,
  filesDone: 1,
  filesAlreadyThere: 0,
  bytesVerified: 100,
  bytesTotal: 300,
  bytesPerSecond: 50,
  etrSeconds: 4,
  lanes: 2,
  route: 'direct',
  ...changes,
})

it('one run is what it is', () => {
  expect(addedProgress(run(), [])).toEqual(run())
})

it('runs at once are added up, and take as long as the longest', () => {
  const other = run({ phase: 'connecting', etrSeconds: 9, bytesPerSecond: 10, lanes: 1, route: 'relay' })
  expect(addedProgress(other, [run()])).toEqual({
    ...run(),
    filesScanned: 6,
    filesCompared: 6,
    filesTotal: 6,
    filesDone: 2,
    bytesVerified: 200,
    bytesTotal: 600,
    bytesPerSecond: 60,
    etrSeconds: 9,
    lanes: 3,
    route: 'relay',
    runs: 2,
  })
})

it('the time left is unknown while that of one run is', () => {
  const { etrSeconds: _, ...without } = run()
  expect(addedProgress(run(), [without])).not.toHaveProperty('etrSeconds')
})

it('what holds them up is what holds up the run with most to do', () => {
  const limited = run({ bottleneck: 'limit', limitBytesPerSecond: 5_000_000 })
  const large = run({ bytesTotal: 9000, bottleneck: 'target-disk' })
  expect(addedProgress(limited, [large])).toMatchObject({ bottleneck: 'target-disk' })
  expect(addedProgress(limited, [large])).not.toHaveProperty('limitBytesPerSecond')
  expect(addedProgress(limited, [run({ bytesTotal: 200 })])).toMatchObject({ limitBytesPerSecond: 5_000_000 })
})

it.each([
  ['nothing ended before', 0, 300, 0],
  ['tasks that the running ones have reported are not counted twice', 80, 1000, 0],
  ['what another run finished is', 700, 300, 700],
  ['and no more than it can have been', 780, 300, 700],
])('%s', (_, bytesVerified, bytesTotal, before) => {
  const job = { sizeBytes: 1000, result: { bytesVerified } } as Parameters<typeof bytesBefore>[0]
  expect(bytesBefore(job, run({ bytesTotal }))).toBe(before)
})
