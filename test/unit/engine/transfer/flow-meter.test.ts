import { beforeEach, expect, test } from 'vitest'
import { FlowMeter } from '../../../../src/engine/transfer/flow-meter.ts'
import { Limiter } from '../../../../src/engine/transport/limiter.ts'
import { ManualClock } from '../../../helpers/limiter-clock.ts'

let clock: ManualClock
let workedMs: number
let crowdedMs: number
let limiter: Limiter

beforeEach(() => {
  clock = new ManualClock()
  workedMs = 0
  crowdedMs = 0
  limiter = new Limiter(undefined, clock)
})

function meter(role: 'send' | 'receive' = 'send'): FlowMeter {
  return new FlowMeter(role, limiter, {
    nowMs: () => clock.nowMs(),
    processor: () => ({ usedMs: workedMs, waitedMs: crowdedMs }),
    processTimeMs: () => workedMs,
  })
}

const shares = (flow: FlowMeter, lanes = 1) => flow.sample(lanes).shares

test('what a call stands still is the disk, what it works is the processor', async () => {
  const flow = meter()
  await flow.onDisk(async () => {
    clock.jump(800)
    workedMs += 300
  })
  await clock.pass(200)
  expect(shares(flow)).toEqual({ cpu: 0.3, disk: 0.5, limit: 0, line: 0 })
  await clock.pass(1000)
  expect(shares(flow)).toEqual({ cpu: 0, disk: 0, limit: 0, line: 0 })
})

test('what others took of the processors is no wait for the disk', async () => {
  const flow = meter()
  await flow.onDisk(async () => {
    clock.jump(1000)
    workedMs += 600
    crowdedMs += 400
  })
  expect(shares(flow)).toEqual({ cpu: 1, disk: 0, limit: 0, line: 0 })
})

test('waiting counts for each lane, also while it is not over', async () => {
  const flow = meter('receive')
  const endless = new Promise(() => undefined)
  void flow.onDisk(() => endless)
  void flow.onLine(endless)
  await clock.pass(1000)
  expect(shares(flow, 2)).toEqual({ cpu: 0, disk: 0.5, limit: 0, line: 0.5 })
  expect(shares(flow, 2)).toEqual({ cpu: 0, disk: 0, limit: 0, line: 0 })
  await clock.pass(500)
  expect(shares(flow, 4)).toEqual({ cpu: 0, disk: 0.25, limit: 0, line: 0.25 })
})

test('a reader that waits for something to do does not wait for the disk', async () => {
  const flow = meter()
  void flow.onDisk(
    () => new Promise(() => undefined),
    () => true,
  )
  await clock.pass(1000)
  expect(shares(flow).disk).toBe(0)
})

test('what waits for the limit does not wait for the line', async () => {
  const flow = meter()
  limiter.setLimit(1000)
  void flow.onLine(limiter.take(10_000, new AbortController().signal) ?? Promise.resolve())
  await clock.pass(1000)
  expect(flow.sample(1)).toEqual({
    type: 'flow',
    shares: { cpu: 0, disk: 0, limit: 1, line: 0 },
    limitBytesPerSecond: 1000,
  })
})

test('a failure of what is measured is passed on', async () => {
  const flow = meter()
  await expect(flow.onDisk(() => Promise.reject(new Error('disk')))).rejects.toThrow('disk')
  await expect(flow.onLine(Promise.reject(new Error('line')))).rejects.toThrow('line')
  await clock.pass(1000)
  expect(shares(flow)).toEqual({ cpu: 0, disk: 0, limit: 0, line: 0 })
})

test('both sides say the same, and of a limit which one holds', async () => {
  const [sender, receiver] = [meter('send'), meter('receive')]
  limiter.setLimit(5_000_000)
  for (let second = 0; second < 3; second += 1) {
    sender.takePeer({ type: 'flow', shares: { cpu: 0, disk: 0, limit: 0.9, line: 0 }, limitBytesPerSecond: 2_000_000 })
    receiver.takePeer({
      type: 'flow',
      shares: { cpu: 0, disk: 0, limit: 0.9, line: 0 },
      limitBytesPerSecond: 7_000_000,
    })
    await clock.pass(1000)
    sender.sample(1)
    receiver.sample(1)
  }
  expect(sender.said()).toEqual({ bottleneck: 'limit', limitBytesPerSecond: 2_000_000 })
  expect(receiver.said()).toEqual({ bottleneck: 'limit', limitBytesPerSecond: 7_000_000 })
})

test('nothing is said before it was measured', () => {
  expect(meter().said()).toEqual({})
})
