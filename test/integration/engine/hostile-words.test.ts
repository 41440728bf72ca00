import { closeSync, ftruncateSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { maxFileSizeBytes } from '../../../src/engine/protocol/limits.ts'
import type { ReceiverMessage, SenderMessage } from '../../../src/engine/protocol/messages.ts'
import { createEnginePair } from '../../helpers/engine-pair.ts'
import { batch, begin, end, file, folder, mebibyte, playReceiver, playSender } from '../../helpers/hostile-peer.ts'

const protocolError = { status: 'ended', error: { code: 'PROTOCOL_ERROR' } }
const digestBytes = 16

describe('class 10: what a receiver may have the sender remember', () => {
  test('pieces of many files are not described before any of them is needed', async () => {
    await using pair = await createEnginePair()
    const count = 200
    for (let index = 0; index < count; index += 1) {
      const fd = openSync(join(pair.source, `f${1000 + index}`), 'w')
      ftruncateSync(fd, 2 * mebibyte)
      closeSync(fd)
    }
    const outcome = await playReceiver(pair, async (peer) => {
      await peer.hear('listEnd')
      const bits = new Uint8Array(Math.ceil((count + 1) / 8)).fill(255)
      bits[0] = 254
      bits[bits.length - 1] = (1 << ((count + 1) % 8 || 8)) - 1
      const held = Array.from({ length: count }, (_, at) => ({
        index: at + 1,
        bytes: 2 * mebibyte,
        blockSizeBytes: 65_536,
      }))
      const described = held.map(({ index }): ReceiverMessage => {
        return { type: 'heldDigests', entry: index, attempt: 0, firstBlock: 0, digests: new Uint8Array(digestBytes) }
      })
      await peer.say({ type: 'wantBatch', batch: 0, wanted: bits, held }, ...described.reverse())
      await peer.say({ type: 'stop' })
    })
    expect(outcome).toMatchObject(protocolError)
  })

  test('an item is surveyed once, and who asks again is not waited for', async () => {
    await using pair = await createEnginePair()
    for (let index = 0; index < 3000; index += 1) writeFileSync(join(pair.source, `f${index}`), '')
    let looks = 0
    const includes = () => {
      looks += 1
      return true
    }
    const traits = {
      rules: 'posix',
      foldsCase: false,
      foldsUnicode: false,
      unit: 'bytes',
      longestName: 255,
      longestPath: 4096,
    } as const
    const ask: ReceiverMessage = { type: 'nameSurvey', item: 0, policy: 'map', traits }
    const outcome = await playReceiver(
      pair,
      async (peer) => {
        await peer.hear('listEnd')
        looks = 0
        await peer.say(ask, ask)
      },
      { send: { items: [{ itemId: '0', root: pair.source, path: '', includes }] } },
    )
    expect(outcome).toMatchObject(protocolError)
    expect(looks).toBeLessThan(3000)
  })
})

test('class 9: more bytes than can be counted are told to nobody', async () => {
  await using pair = await createEnginePair()
  const told: number[] = []
  const outcome = await playSender(
    pair,
    async (peer) => {
      const files = Array.from({ length: 1023 }, (_, at) => file(`f${1000 + at}`, maxFileSizeBytes))
      await peer.say(begin, batch([folder(''), ...files]))
      await peer.hear('wantBatch')
      await peer.say(batch([file('g', maxFileSizeBytes), file('h', 1)], { batch: 1, firstEntry: 1024 }), ...end)
      await peer.hear('finished')
    },
    { events: { onProgress: ({ bytesTotal }) => told.push(bytesTotal) } },
  )
  expect(outcome).toMatchObject({ status: 'ended', error: { code: 'LIMIT_EXCEEDED' } })
  expect([...told, outcome.progress.bytesTotal].every(Number.isSafeInteger)).toBe(true)
})

describe('class 17: a peer that speaks for this machine', () => {
  test.each([
    ['the end', (error: never): SenderMessage => ({ type: 'stop', error })],
    ['an item', (error: never): SenderMessage => ({ type: 'itemEnd', item: 0, itemId: '0', error })],
  ])('cannot ask its owner for consent by %s', async (_what, says) => {
    await using pair = await createEnginePair()
    const consent = { code: 'CONSENT_NEEDED', params: { path: '/home/lisa', mode: 'write' } } as never
    const outcome = await playSender(
      pair,
      (peer) => peer.say(begin, batch([folder('')]), says(consent), ...end.slice(1)),
      { finishes: true },
    )
    expect(outcome.status).not.toBe('done')
    expect(JSON.stringify(outcome)).not.toMatch(/CONSENT_NEEDED|lisa/)
  })
})
