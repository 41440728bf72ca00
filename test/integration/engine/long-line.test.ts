import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directRoute } from '../../../src/engine/index.ts'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import { LongLine } from '../../helpers/long-line.ts'
import { readTree, writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024

test('the first content leaves after three and a half round trips, wherever the sender listens', async () => {
  const roundTripMs = 500
  await using pair = await createEnginePair({ listen: { host: '127.0.0.1', port: 0 } })
  if (!pair.sender.listening) throw new Error('not listening')
  writeRandomFile(pair.source, { path: 'f.mov', sizeBytes: mebibyte })
  await using line = await LongLine.start(pair.sender.listening, { roundTripMs })
  const { received } = await move(pair, {
    send: { routes: [], acceptsIncoming: true },
    receive: { routes: [directRoute(line)], acceptsIncoming: false },
  })
  expect(received.status).toBe('done')
  // It has to get here too, which takes half of one.
  expect(firstContent(line, 'near').atRoundTrips).toBe(4)
})

test('the first content leaves after four round trips where the sender dials', async () => {
  const roundTripMs = 500
  await using pair = await createEnginePair()
  if (!pair.receiver.listening) throw new Error('not listening')
  writeRandomFile(pair.source, { path: 'f.mov', sizeBytes: mebibyte })
  await using line = await LongLine.start(pair.receiver.listening, { roundTripMs })
  const { received } = await move(pair, { send: { routes: [directRoute(line)] } })
  expect(received.status).toBe('done')
  expect(firstContent(line, 'far').atRoundTrips).toBe(4.5)
})

test('connections that were made ahead are used although the session was there before they were', async () => {
  await using pair = await createEnginePair({ listen: { host: '127.0.0.1', port: 0 } })
  if (!pair.sender.listening) throw new Error('not listening')
  writeRandomFile(pair.source, { path: 'f.mov', sizeBytes: mebibyte })
  await using line = await LongLine.start(pair.sender.listening, { roundTripMs: 20, laterMs: 400 })
  const { received } = await move(pair, {
    send: { routes: [], acceptsIncoming: true, laneCount: 2 },
    receive: { routes: [directRoute(line)], acceptsIncoming: false, laneCount: 2 },
  })
  expect(received.status).toBe('done')
  expect(line.connections).toBe(3)
})

test.each([
  { line: 'of 200 ms', roundTripMs: 200, bytesPerSecond: 50 * mebibyte, sizeBytes: 20 * mebibyte, laneCount: 16 },
  { line: 'of 1 MB/s', roundTripMs: 40, bytesPerSecond: 1_000_000, sizeBytes: 3 * mebibyte, laneCount: 16 },
])('a line $line is no stall', async ({ roundTripMs, bytesPerSecond, sizeBytes, laneCount }) => {
  await using pair = await createEnginePair({ stallAfterMs: 2000 })
  if (!pair.receiver.listening) throw new Error('not listening')
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes })
  for (let index = 0; index < 40; index += 1) writeRandomFile(pair.source, { path: `small/${index}`, sizeBytes: 3000 })
  await using line = await LongLine.start(pair.receiver.listening, { roundTripMs, bytesPerSecond })
  const { sent, received } = await move(pair, { send: { routes: [directRoute(line)], laneCount } })
  expect([sent.status, received.status]).toEqual(['done', 'done'])
  expect(received.progress.bytesReceived).toBe(received.progress.bytesTotal)
  expect(readTree(join(pair.target, 'source')).get('large.mov')).toEqual(readTree(pair.source).get('large.mov'))
})

/** When the first piece of the file passed: what comes before it is much smaller. */
function firstContent(line: LongLine, to: 'near' | 'far'): { readonly atRoundTrips: number } {
  const found = line.passed.find((piece) => piece.to === to && piece.bytes > 16_000)
  if (!found) throw new Error('no content passed')
  return found
}
