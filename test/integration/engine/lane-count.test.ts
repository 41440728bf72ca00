import { expect, test } from 'vitest'
import { directRoute } from '../../../src/engine/index.ts'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import { FaultProxy } from '../../helpers/fault-proxy.ts'
import { writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024

test.each([
  { dials: 'receiver', laneCount: undefined, most: 16, least: 4 },
  { dials: 'sender', laneCount: 3, most: 3, least: 3 },
])('where each connection is slow there are more of them, up to $most: the $dials dials', async (one) => {
  await using pair = await createEnginePair({ listen: { host: '127.0.0.1', port: 0 } })
  const listening = one.dials === 'sender' ? pair.receiver.listening : pair.sender.listening
  if (!listening) throw new Error('not listening')
  await using proxy = await FaultProxy.start(listening)
  proxy.throttle(3 * mebibyte)
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 30 * mebibyte })
  let seen = 0
  const [routes, none] = [[directRoute(proxy)], []]
  const { received } = await move(pair, {
    send: {
      ...(one.dials === 'sender' ? { routes } : { routes: none, acceptsIncoming: true }),
      ...(one.laneCount !== undefined && { laneCount: one.laneCount }),
    },
    receive: one.dials === 'receiver' ? { routes, acceptsIncoming: false } : {},
    receiveEvents: {
      onProgress: ({ lanes }) => {
        seen = Math.max(seen, lanes)
      },
    },
  })
  expect(received.status).toBe('done')
  expect(received.progress.bytesReceived).toBe(received.progress.bytesTotal)
  expect(seen).toBeGreaterThanOrEqual(one.least)
  expect(seen).toBeLessThanOrEqual(one.most)
})
