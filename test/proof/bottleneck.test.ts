import { existsSync, linkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { directRoute, type TransferProgress } from '../../src/engine/index.ts'
import type { Bottleneck } from '../../src/shared/domain/bottleneck.ts'
import { createEnginePair, type EnginePair, requestsOf } from '../helpers/engine-pair.ts'
import { LongLine } from '../helpers/long-line.ts'
import { writeFiles } from '../helpers/paced-transfer.ts'

const mebibyte = 1024 * 1024
const disk = vi.hoisted(() => ({ readMs: 0, writeMs: 0 }))

/** A disk that makes its callers stand still without work for the processor. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const standStill = (ms: number) => {
    if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  }
  return {
    ...fs,
    readSync: (...args: Parameters<typeof fs.readSync>) => {
      standStill(disk.readMs)
      return fs.readSync(...args)
    },
    writeSync: (...args: Parameters<typeof fs.writeSync>) => {
      standStill(disk.writeMs)
      return fs.writeSync(...args)
    },
  }
})

beforeEach(() => {
  disk.readMs = 0
  disk.writeMs = 0
  // Memory, so that the disk of the machine that runs this has no say.
  if (existsSync('/dev/shm')) vi.stubEnv('TMPDIR', '/dev/shm')
})

afterEach(() => void vi.unstubAllEnvs())

/** What both sides say once both say the same. */
async function saidOf(pair: EnginePair, route = pair.route): Promise<Bottleneck | undefined> {
  writeFiles(join(pair.source, 'film'), 1, 64 * mebibyte)
  // More than can be moved until both have spoken, at the price of one.
  for (let name = 1; name < 24; name += 1) {
    linkSync(join(pair.source, 'film', '0.bin'), join(pair.source, 'film', `${name}.bin`))
  }
  const { send, receive } = requestsOf(pair, { send: { routes: [route] } })
  const said: { sender?: Bottleneck | undefined; receiver?: Bottleneck | undefined } = {}
  let agree: (bottleneck: Bottleneck) => void = () => undefined
  const agreed = new Promise<Bottleneck>((resolve) => {
    agree = resolve
  })
  const hear = (side: 'sender' | 'receiver') => ({
    onProgress: ({ bottleneck }: TransferProgress) => {
      said[side] = bottleneck
      if (bottleneck !== undefined && said.sender === said.receiver) agree(bottleneck)
    },
  })
  const receiving = pair.receiver.start(receive, hear('receiver'))
  const sending = pair.sender.start(send, hear('sender'))
  const outcomes = Promise.all([sending.outcome, receiving.outcome])
  const bottleneck = await Promise.race([agreed, outcomes.then(() => undefined)])
  sending.stop()
  await outcomes
  return bottleneck
}

test('a limit', async () => {
  await using pair = await createEnginePair()
  pair.sender.setLimit(10_000_000)
  expect(await saidOf(pair)).toBe('limit')
})

test('a limit of the receiver', async () => {
  await using pair = await createEnginePair()
  pair.receiver.setLimit(10_000_000)
  expect(await saidOf(pair)).toBe('limit')
})

test('a disk that reads slowly', async () => {
  await using pair = await createEnginePair()
  disk.readMs = 60
  expect(await saidOf(pair)).toBe('source-disk')
})

test('a disk that writes slowly', async () => {
  await using pair = await createEnginePair()
  disk.writeMs = 60
  expect(await saidOf(pair)).toBe('target-disk')
})

test('a slow network', async () => {
  await using pair = await createEnginePair()
  const { listening } = pair.receiver
  if (!listening) throw new Error('the receiver does not listen')
  await using line = await LongLine.start(listening, { roundTripMs: 1, bytesPerSecond: 10_000_000 })
  expect(await saidOf(pair, directRoute(line))).toBe('network')
})

// One process does both sides' work here, so that both are as busy: the sender is named.
test('the processor, where nothing else is in the way', async () => {
  await using pair = await createEnginePair()
  expect(await saidOf(pair)).toBe('sender-cpu')
})
