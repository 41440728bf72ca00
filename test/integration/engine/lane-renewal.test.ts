import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { directRoute } from '../../../src/engine/index.ts'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import { FaultProxy } from '../../helpers/fault-proxy.ts'
import { readTree, writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024

// What is 64 GiB otherwise.
vi.mock(import('../../../src/engine/protocol/limits.ts'), async (original) => ({
  ...(await original()),
  maxLaneBytes: 4 * 1024 * 1024,
}))

test('lanes that have carried enough are opened anew, and no frame is lost or sent twice', async () => {
  await using pair = await createEnginePair()
  if (!pair.receiver.listening) throw new Error('not listening')
  await using proxy = await FaultProxy.start(pair.receiver.listening)
  const sizeBytes = 40 * mebibyte
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes })
  for (let index = 0; index < 200; index += 1) writeRandomFile(pair.source, { path: `s/${index}`, sizeBytes: 20_000 })
  const { sent, received } = await move(pair, { send: { routes: [directRoute(proxy)] } })
  expect([sent.status, received.status]).toEqual(['done', 'done'])
  expect(received.progress.bytesReceived).toBe(received.progress.bytesTotal)
  const [before, after] = [readTree(pair.source), readTree(join(pair.target, 'source'))]
  for (const [path, { kind, sha256 }] of before) expect(after.get(path), path).toMatchObject({ kind, sha256 })
  // The control lane, and each data lane again and again.
  expect(proxy.connections).toBeGreaterThan(1 + sizeBytes / (8 * mebibyte))
})
