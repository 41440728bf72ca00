import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { createEnginePair } from '../../helpers/engine-pair.ts'
import { type PacedTransfer, startPaced, Watch, writeFiles } from '../../helpers/paced-transfer.ts'

const mebibyte = 1024 * 1024
const packBytes = 4 * mebibyte

/** Bytes of each while together they moved so many, and how long that took. */
async function measure(watch: Watch, transfers: readonly PacedTransfer[], bytes: number) {
  await watch.until(() => transfers.every((each) => each.wireBytes() > packBytes))
  const startedAtMs = performance.now()
  const before = transfers.map((each) => each.wireBytes())
  const moved = () => transfers.map((each, index) => each.wireBytes() - (before[index] ?? 0))
  await watch.until(() => moved().reduce((sum, each) => sum + each, 0) >= bytes)
  const seconds = (performance.now() - startedAtMs) / 1000
  const each = moved()
  return { each, bytesPerSecond: each.reduce((sum, one) => sum + one, 0) / seconds }
}

test.each([
  { what: 'one lane and sixteen', one: { files: 1, size: 60, lanes: 1 }, other: { files: 1, size: 60, lanes: 16 } },
  {
    what: 'small files and a large one',
    one: { files: 8000, size: 0, lanes: 2 },
    other: { files: 1, size: 60, lanes: 2 },
  },
])('two transfers under the limit of an engine get half of it each: $what', async ({ one, other }) => {
  await using pair = await createEnginePair()
  writeFiles(join(pair.source, 'one'), one.files, one.size * mebibyte || 8192)
  writeFiles(join(pair.source, 'other'), other.files, other.size * mebibyte || 8192)
  pair.sender.setLimit(12_000_000)
  const watch = new Watch()
  await using first = await startPaced(pair, { name: 'one', laneCount: one.lanes }, watch.look)
  await using second = await startPaced(pair, { name: 'other', laneCount: other.lanes }, watch.look)
  const { each, bytesPerSecond } = await measure(watch, [first, second], 20_000_000)
  expect(bytesPerSecond / 12_000_000).toBeGreaterThan(0.6)
  expect(bytesPerSecond / 12_000_000).toBeLessThan(1.15)
  const [ofFirst = 0, ofSecond = 0] = each
  expect(ofFirst / (ofFirst + ofSecond)).toBeGreaterThan(0.4)
  expect(ofFirst / (ofFirst + ofSecond)).toBeLessThan(0.6)
})

test('what a machine sends and what it receives share its limit', async () => {
  await using pair = await createEnginePair()
  await using back = await createEnginePair()
  for (const { source } of [pair, back]) writeFiles(join(source, 'one'), 1, 60 * mebibyte)
  // The same engine receives in one pair and sends in the other.
  const both = { ...back, sender: pair.receiver, senderKeyHash: pair.receiverKeyHash }
  pair.receiver.setLimit(10_000_000)
  const watch = new Watch()
  await using coming = await startPaced(pair, { name: 'one', laneCount: 2 }, watch.look)
  await using going = await startPaced(both, { name: 'one', laneCount: 2 }, watch.look)
  const { each, bytesPerSecond } = await measure(watch, [coming, going], 14_000_000)
  expect(bytesPerSecond / 10_000_000).toBeGreaterThan(0.6)
  expect(bytesPerSecond / 10_000_000).toBeLessThan(1.2)
  for (const own of each) expect(own).toBeGreaterThan(4_500_000)
})

test('the limit of a group holds over its transfers together, and not over others', async () => {
  await using pair = await createEnginePair()
  for (const name of ['a', 'b', 'c']) writeFiles(join(pair.source, name), 1, 60 * mebibyte)
  pair.sender.setLimit(24_000_000)
  pair.sender.setGroupLimit('studio', 6_000_000)
  const watch = new Watch()
  const request = { limitGroup: 'studio' }
  await using a = await startPaced(pair, { name: 'a', laneCount: 2, request }, watch.look)
  await using b = await startPaced(pair, { name: 'b', laneCount: 2, request }, watch.look)
  await using c = await startPaced(pair, { name: 'c', laneCount: 2 }, watch.look)
  await watch.until(() => c.wireBytes() > mebibyte)
  const startedAtMs = performance.now()
  const before = [a, b, c].map((each) => each.wireBytes())
  await watch.until(() => c.wireBytes() - (before[2] ?? 0) > 24_000_000)
  const seconds = (performance.now() - startedAtMs) / 1000
  const [ofA = 0, ofB = 0, ofC = 0] = [a, b, c].map(
    (each, index) => (each.wireBytes() - (before[index] ?? 0)) / seconds,
  )
  expect((ofA + ofB) / 6_000_000).toBeGreaterThan(0.6)
  expect((ofA + ofB) / 6_000_000).toBeLessThan(1.2)
  expect(ofA / (ofA + ofB)).toBeGreaterThan(0.35)
  expect(ofA / (ofA + ofB)).toBeLessThan(0.65)
  expect(ofC / 18_000_000).toBeGreaterThan(0.6)
})

test('a limit that is set, raised and lifted in flight holds within a second', async () => {
  await using pair = await createEnginePair()
  writeFiles(join(pair.source, 'one'), 1, 120 * mebibyte)
  const watch = new Watch()
  await using transfer = await startPaced(pair, { name: 'one', laneCount: 2 }, watch.look)
  const bytesIn = async (seconds: number) => {
    const [startedAtMs, before] = [performance.now(), transfer.wireBytes()]
    await watch.until(() => performance.now() - startedAtMs >= seconds * 1000)
    return ((transfer.wireBytes() - before) * 1000) / (performance.now() - startedAtMs)
  }
  await watch.until(() => transfer.wireBytes() > mebibyte)
  transfer.sending.setLimit(4_000_000)
  // What was in the system's buffers still arrives.
  await bytesIn(0.7)
  expect((await bytesIn(0.7)) / 4_000_000).toBeLessThan(1.3)
  transfer.sending.setLimit(16_000_000)
  await bytesIn(0.3)
  expect((await bytesIn(0.7)) / 16_000_000).toBeGreaterThan(0.6)
  pair.sender.setLimit(2_000_000)
  await bytesIn(0.8)
  expect((await bytesIn(0.7)) / 2_000_000).toBeLessThan(1.5)
  pair.sender.setLimit(undefined)
  transfer.sending.setLimit(undefined)
  expect((await transfer.sending.outcome).status).toBe('done')
})
