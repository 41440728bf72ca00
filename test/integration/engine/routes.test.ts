import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createEngine, directRoute } from '../../../src/engine/index.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import { createEnginePair, move, requestsOf } from '../../helpers/engine-pair.ts'
import { FaultProxy } from '../../helpers/fault-proxy.ts'
import { Splice } from '../../helpers/splice.ts'
import { readTree, writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024

test.each([
  { senderSide: 'a', receiverSide: 'b' },
  { senderSide: 'b', receiverSide: 'a' },
] as const)('through a relay, the sender on its side $senderSide', async ({ senderSide, receiverSide }) => {
  await using pair = await createEnginePair()
  await using splice = await Splice.start()
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 20 * mebibyte })
  for (let index = 0; index < 100; index += 1) writeRandomFile(pair.source, { path: `s/${index}`, sizeBytes: 3000 })
  const { sent, received } = await move(pair, {
    send: { routes: [splice.route(senderSide)], laneCount: 3 },
    receive: { routes: [splice.route(receiverSide)], acceptsIncoming: false },
  })
  expect([sent.status, received.status]).toEqual(['done', 'done'])
  expect(received.progress.route).toBe('relay')
  expect(sent.progress.route).toBe('relay')
  expect(readTree(join(pair.target, 'source'))).toEqual(readTree(pair.source))
})

test('the receiver dials, the sender listens', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 20 * mebibyte })
  const { send, receive } = requestsOf(pair)
  // The engine that listens plays the sender here.
  const sending = pair.receiver.start({ ...send, peerKeyHash: pair.senderKeyHash, routes: [], acceptsIncoming: true })
  const receiving = pair.sender.start({
    ...receive,
    peerKeyHash: pair.receiverKeyHash,
    routes: [pair.route],
    acceptsIncoming: false,
  })
  expect((await receiving.outcome).status).toBe('done')
  expect((await sending.outcome).status).toBe('done')
  expect(readTree(join(pair.target, 'source'))).toEqual(readTree(pair.source))
})

test('both dial and both listen: they agree on one session', async () => {
  await using pair = await createEnginePair()
  const stateFolder = join(pair.folder, 'c')
  mkdirSync(stateFolder)
  await using sender = await createEngine({
    identity: pair.senderIdentity,
    stateFolder,
    logger: silentLogger,
    listen: { host: '127.0.0.1', port: 0 },
    connectTimeoutMs: 5000,
  })
  if (!sender.listening) throw new Error('not listening')
  writeRandomFile(pair.source, { path: 'f', sizeBytes: 2 * mebibyte })
  for (let round = 0; round < 10; round += 1) {
    const { send, receive } = requestsOf(pair)
    const item = { itemId: '0', root: pair.target, path: `round ${round}`, placement: 'as' as const }
    const receiving = pair.receiver.start({ ...receive, routes: [directRoute(sender.listening)], items: [item] })
    const sending = sender.start({ ...send, acceptsIncoming: true })
    expect((await receiving.outcome).status).toBe('done')
    expect((await sending.outcome).status).toBe('done')
  }
})

test('a peer that hears of the transfer first waits for the other', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'f', sizeBytes: 10 })
  if (!pair.receiver.listening) throw new Error('not listening')
  await using proxy = await FaultProxy.start(pair.receiver.listening)
  const { send, receive } = requestsOf(pair)
  const sending = pair.sender.start({ ...send, routes: [directRoute(proxy)] })
  await proxy.reached
  const receiving = pair.receiver.start(receive)
  expect((await receiving.outcome).status).toBe('done')
  expect((await sending.outcome).status).toBe('done')
})

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount()

function tryMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test.skipIf(!canMount)(
  'a full disk ends the transfer on both sides with DISK_FULL, and it goes on with more room',
  async () => {
    await using pair = await createEnginePair()
    const disk = join(pair.folder, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk])
    try {
      writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 40 * mebibyte })
      const items = [{ itemId: '0', root: disk, path: 'x', placement: 'as' as const }]
      const { sent, received } = await move(pair, { receive: { items } })
      const error = { code: 'DISK_FULL', params: { neededBytes: expect.any(Number) as number } }
      // Found before a byte of it is sent.
      expect(received).toMatchObject({ status: 'ended', error, progress: { bytesReceived: 0 } })
      expect(sent).toMatchObject({ status: 'ended', error: { code: 'DISK_FULL' } })
      execFileSync('mount', ['-o', 'remount,size=64m', disk])
      const again = await move(pair, { receive: { items } })
      expect(again.received.status).toBe('done')
      expect(readTree(join(disk, 'x'))).toEqual(readTree(pair.source))
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  },
)
