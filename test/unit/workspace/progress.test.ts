import { expect, it, vi } from 'vitest'
import type { DispatchId, JobId } from '../../../src/shared/domain/ids.ts'
import type { JobProgress } from '../../../src/shared/domain/job.ts'
import type { Hub } from '../../../src/workspace/stream/hub.ts'
import { ProgressFanOut } from '../../../src/workspace/stream/progress.ts'

const job = { id: 'a'.repeat(24) as JobId, user_id: 'u', source_user: null, destination_user: null } as never
const [first, second] = ['1'.repeat(24), '2'.repeat(24)] as DispatchId[] as [DispatchId, DispatchId]
const at = (bytesVerified: number, bytesPerSecond = 10) =>
  ({ jobId: 'a'.repeat(24), phase: 'transferring', bytesVerified, bytesTotal: 100, bytesPerSecond }) as JobProgress

function fanOut() {
  const ended = new Set<DispatchId>()
  const progress = new ProgressFanOut({ connections: [] } as unknown as Hub, (id) => !ended.has(id))
  const bytes = () => progress.figuresOf('a'.repeat(24))?.bytesVerified
  return { progress, ended, bytes }
}

it('a job with two runs has the sum of their newest figures', () => {
  const { progress, bytes } = fanOut()
  progress.offer('receive', job, first, at(10))
  progress.offer('receive', job, second, at(40, 5))
  progress.offer('receive', job, first, at(20))
  expect(bytes()).toBe(60)
  expect(progress.figuresOf('a'.repeat(24))?.bytesPerSecond).toBe(15)
})

it('a run that has ended counts no more, though the other goes on', () => {
  const { progress, ended, bytes } = fanOut()
  progress.offer('receive', job, first, at(100))
  progress.offer('receive', job, second, at(40))
  ended.add(first)
  expect(bytes()).toBe(40)
})

it('a sender is heard until its own receiver speaks, whoever speaks for another run', () => {
  const { progress, bytes } = fanOut()
  progress.offer('receive', job, first, at(10))
  progress.offer('send', job, second, at(30))
  progress.offer('send', job, first, at(99))
  expect(bytes()).toBe(40)
})

it('nobody can pretend to speak for several runs, and silence is no figure', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
  const { progress, bytes } = fanOut()
  progress.offer('receive', job, first, { ...at(10), runs: 9 })
  expect(progress.figuresOf('a'.repeat(24))).not.toHaveProperty('runs')
  clock.mockReturnValue(11_000)
  expect(bytes()).toBeUndefined()
  clock.mockRestore()
})
