import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createEnginePair, type EnginePair } from '../../helpers/engine-pair.ts'
import { batch, begin, file, folder, type HostilePeer, mebibyte, playSender } from '../../helpers/hostile-peer.ts'

const digestBytes = 16
const cutBytes = 16

describe('class 16: what a sender may learn of a file that it may replace', () => {
  function keepSecret(pair: EnginePair, sizeBytes: number): Buffer {
    const secret = randomBytes(sizeBytes)
    mkdirSync(join(pair.target, 'source'))
    writeFileSync(join(pair.target, 'source', 'f'), secret)
    return secret
  }

  function toldDigests(peer: HostilePeer): string[] {
    const told = peer.heard.flatMap((message) => (message.type === 'heldDigests' ? [Buffer.from(message.digests)] : []))
    const all = Buffer.concat(told)
    return Array.from({ length: all.length / digestBytes }, (_, at) =>
      all.toString('hex', at * digestBytes, (at + 1) * digestBytes),
    )
  }

  const asks =
    (sizeBytes: number, play: object = {}) =>
    async (pair: EnginePair) => {
      let told: string[] = []
      let guess: (bytes: Buffer) => string = () => ''
      await playSender(
        pair,
        async (peer) => {
          await peer.say(begin, batch([folder(''), file('f', sizeBytes)]))
          const answer = await peer.hear('wantBatch')
          if (answer?.held.length) await peer.hear('heldDigests')
          told = toldDigests(peer)
          guess = (bytes) => peer.digester.of(bytes).toString('hex')
          peer.leave()
        },
        play,
      )
      return { told, guess }
    }

  test('it does not choose where a piece ends: no piece is small enough to be guessed', async () => {
    await using pair = await createEnginePair()
    const secret = keepSecret(pair, 2 * mebibyte)
    const { told, guess } = await asks(mebibyte + cutBytes)(pair)
    expect(told).not.toContain(guess(secret.subarray(mebibyte, mebibyte + cutBytes)))
    expect(told).toContain(guess(secret.subarray(0, 128 * 1024)))
  })

  test('nor of what an earlier run has copied of it', async () => {
    await using pair = await createEnginePair()
    const secret = keepSecret(pair, 2 * mebibyte)
    await asks(2 * mebibyte)(pair)
    const { told, guess } = await asks(mebibyte + cutBytes)(pair)
    expect(told).not.toContain(guess(secret.subarray(mebibyte, mebibyte + cutBytes)))
  })

  test('nor where content is compared in place of size and time', async () => {
    await using pair = await createEnginePair()
    const secret = keepSecret(pair, 1000)
    const { told, guess } = await asks(1, { item: { comparesContent: true } })(pair)
    expect(told).not.toContain(guess(secret.subarray(0, 1)))
  })
})
