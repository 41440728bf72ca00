import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directRoute } from '../../../src/engine/index.ts'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import { FaultProxy } from '../../helpers/fault-proxy.ts'
import { readTree, writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024
const control = 0
const firstLane = 1

test.each([
  { fault: 'cut', harm: (proxy: FaultProxy) => proxy.cut(firstLane) },
  { fault: 'corrupted', harm: (proxy: FaultProxy) => proxy.corrupt(firstLane) },
])('a data lane that is $fault comes back, and nothing is missing', async ({ harm }) => {
  await using pair = await createEnginePair()
  if (!pair.receiver.listening) throw new Error('not listening')
  await using proxy = await FaultProxy.start(pair.receiver.listening)
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 40 * mebibyte })
  for (let index = 0; index < 300; index += 1) writeRandomFile(pair.source, { path: `s/${index}`, sizeBytes: 20_000 })
  pair.sender.setLimit(40 * mebibyte)
  let isHarmed = false
  const { sent, received } = await move(pair, {
    send: { routes: [directRoute(proxy)], laneCount: 2 },
    receiveEvents: {
      onProgress: ({ bytesReceived }) => {
        if (isHarmed || bytesReceived < 10 * mebibyte) return
        isHarmed = true
        harm(proxy)
        pair.sender.setLimit(undefined)
      },
    },
  })
  expect(isHarmed).toBe(true)
  expect(sent.status).toBe('done')
  expect(received.status).toBe('done')
  expect(readTree(join(pair.target, 'source'))).toEqual(readTree(pair.source))
  expect(received.progress.bytesReceived).toBe(received.progress.bytesTotal)
})

test('without its control lane the session ends with PEER_LOST on both sides', async () => {
  await using pair = await createEnginePair()
  if (!pair.receiver.listening) throw new Error('not listening')
  await using proxy = await FaultProxy.start(pair.receiver.listening)
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 40 * mebibyte })
  pair.sender.setLimit(20 * mebibyte)
  const { sent, received } = await move(pair, {
    send: { routes: [directRoute(proxy)] },
    receiveEvents: { onProgress: ({ bytesReceived }) => bytesReceived > 4 * mebibyte && proxy.cut(control) },
  })
  expect(sent).toMatchObject({ status: 'ended', error: { code: 'PEER_LOST' } })
  expect(received).toMatchObject({ status: 'ended', error: { code: 'PEER_LOST' } })
})

test('a network that falls silent ends the attempt with STALLED', async () => {
  await using pair = await createEnginePair({ stallAfterMs: 600 })
  if (!pair.receiver.listening) throw new Error('not listening')
  await using proxy = await FaultProxy.start(pair.receiver.listening)
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 40 * mebibyte })
  pair.sender.setLimit(20 * mebibyte)
  const { sent, received } = await move(pair, {
    send: { routes: [directRoute(proxy)] },
    receiveEvents: { onProgress: ({ bytesReceived }) => bytesReceived > 4 * mebibyte && proxy.freeze() },
  })
  expect(sent).toMatchObject({ status: 'ended', error: { code: 'STALLED' } })
  expect(received).toMatchObject({ status: 'ended', error: { code: 'STALLED' } })
})

test('lanes with nothing to say are not taken for stalled', async () => {
  await using pair = await createEnginePair({ stallAfterMs: 400 })
  writeRandomFile(pair.source, { path: 'f.bin', sizeBytes: 100_000 })
  // So slow that single slices take longer than the stall time; only signs of life pass in between.
  pair.sender.setLimit(60_000)
  const { received } = await move(pair)
  expect(received.status).toBe('done')
})

test('of several routes the first that works wins, the dead ones do no harm', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'f.bin', sizeBytes: 10 })
  const dead = directRoute({ host: '127.0.0.1', port: 1 })
  const { sent, received } = await move(pair, {
    send: { routes: [dead, { ...pair.route, delayMs: 20 }, { ...pair.route, delayMs: 25 }] },
  })
  expect([sent.status, received.status]).toEqual(['done', 'done'])
})

test('nobody there: PEER_UNREACHABLE after the time for connecting', async () => {
  await using pair = await createEnginePair({ connectTimeoutMs: 500 })
  const { sent, received } = await move(pair, {
    send: { routes: [directRoute({ host: '127.0.0.1', port: 1 })] },
  })
  expect(sent).toMatchObject({ status: 'ended', error: { code: 'PEER_UNREACHABLE' } })
  expect(received).toMatchObject({ status: 'ended', error: { code: 'PEER_UNREACHABLE' } })
})
