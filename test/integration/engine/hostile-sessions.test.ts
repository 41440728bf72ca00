import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { frame } from '../../../src/engine/protocol/frames.ts'
import { encodeHandshake } from '../../../src/engine/protocol/handshake.ts'
import { protocolVersion } from '../../../src/engine/protocol/limits.ts'
import type { SenderMessage } from '../../../src/engine/protocol/messages.ts'
import type { NameTraits } from '../../../src/engine/protocol/name-traits.ts'
import { laneProof, ticketKeyOf } from '../../../src/engine/transport/proofs.ts'
import { exporterOf, secure, secureContextOf } from '../../../src/engine/transport/tls.ts'
import { createHostIdentity } from '../../../src/platform/certificate.ts'
import { singleLine } from '../../../src/shared/words/fill.ts'
import { createEnginePair, type EnginePair, move, newTicket, requestsOf } from '../../helpers/engine-pair.ts'
import { batch, begin, end, file, folder, mebibyte, playReceiver, playSender } from '../../helpers/hostile-peer.ts'
import { listingOf } from '../../helpers/listing.ts'
import { writeRandomFile } from '../../helpers/tree.ts'

const protocolError = { status: 'ended', error: { code: 'PROTOCOL_ERROR' } }
const listed = [begin, batch([folder(''), file('large', 2 * mebibyte), file('small', 5)]), ...end]
const half = Buffer.alloc(mebibyte, 7)
const placedIn = (pair: EnginePair) =>
  readdirSync(join(pair.target, 'source')).filter((name) => !name.startsWith('.tern-'))

describe('class 9: lengths', () => {
  /** Of a frame, all that stands behind its header, with eight bytes overwritten. */
  const withNumber = (bytes: Buffer, at: number, number: bigint) => {
    bytes.writeBigUInt64BE(number, at)
    return bytes
  }

  test.each([
    ['beyond what a number holds', 2n ** 53n],
    ['that is negative to who reads it so', 2n ** 64n - 1n],
    ['at half of all', 2n ** 63n],
  ])('an offset %s', async (_what, offset) => {
    await using pair = await createEnginePair()
    const outcome = await playSender(pair, async (peer) => {
      await peer.say(...listed)
      await peer.hear('wantBatch')
      await peer.content(withNumber(peer.block(1, 0, half), 10, offset))
    })
    expect(outcome).toMatchObject(protocolError)
    expect(placedIn(pair)).toEqual([])
  })

  test.each([
    ['a size of 2^64 - 1', (bytes: Buffer) => withNumber(bytes, bytes.length - 20, 2n ** 64n - 1n)],
    ['a time of 2^62 seconds', (bytes: Buffer) => withNumber(bytes, bytes.length - 12, 2n ** 62n)],
    [
      'seconds of more than a billion nanoseconds',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -4), Buffer.alloc(4, 0xff)]),
    ],
  ])('%s', async (_what, change) => {
    await using pair = await createEnginePair()
    const { encodeControl } = await import('../../../src/engine/protocol/codec.ts')
    const outcome = await playSender(pair, async (peer) => {
      await peer.say(begin)
      await peer.raw(change(encodeControl(batch([folder(''), file('x', 5)]))))
    })
    expect(outcome).toMatchObject(protocolError)
  })

  test.each([
    ['a block of no bytes', (peer: Peer) => peer.block(1, 0, Buffer.alloc(0))],
    [
      'a packed file said to be longer than its pack',
      (peer: Peer) => longer(peer.pack([{ entry: 2, bytes: Buffer.alloc(5) }])),
    ],
    ['more content than its pack names', () => frame(0x41, Buffer.alloc(100))],
  ])('%s', async (_what, content) => {
    await using pair = await createEnginePair()
    const outcome = await playSender(pair, async (peer) => {
      await peer.say(...listed)
      await peer.hear('wantBatch')
      await peer.content(content(peer))
    })
    expect(outcome).toMatchObject(protocolError)
    expect(placedIn(pair)).toEqual([])
  })

  test('less than was announced is never placed, however its end is told', async () => {
    await using pair = await createEnginePair()
    const outcome = await playSender(pair, async (peer) => {
      await peer.say(...listed)
      await peer.hear('wantBatch')
      await peer.content(peer.block(1, 0, half))
      await peer.say({ ...peer.fileEnd(1, Buffer.concat([half, half])), blocks: 1 } as SenderMessage)
    })
    expect(outcome).toMatchObject(protocolError)
    expect(placedIn(pair)).toEqual([])
  })
})

type Peer = Parameters<Parameters<typeof playSender>[1]>[0]

/** The length of the only file of a pack, as its table says it. */
function longer(pack: Buffer): Buffer {
  pack.writeUInt32BE(100, pack.length - 18 - 4)
  return pack
}

describe('class 12: who takes its time', () => {
  test('a peer that falls silent once it has met is shown out in our time, not in its own', async () => {
    await using pair = await createEnginePair({ stallAfterMs: 400 })
    const outcome = await playSender(pair, () => Promise.resolve())
    expect(outcome).toMatchObject({ status: 'ended', error: { code: 'STALLED' } })
  })

  test('one that goes on pinging and never sends what was asked for as well', async () => {
    await using pair = await createEnginePair({ stallAfterMs: 400 })
    let pinging: NodeJS.Timeout | undefined
    const outcome = await playSender(pair, async (peer) => {
      await peer.say(...listed)
      pinging = setInterval(() => void peer.raw(frame(0x80, Buffer.alloc(0))), 100)
    })
    clearInterval(pinging)
    expect(outcome).toMatchObject({ status: 'ended', error: { code: 'STALLED', params: { what: 'transfer' } } })
  })
  // Before anybody has proven anything: places and time are bounded (identity.test.ts).
})

describe('class 13: what was said before, elsewhere, or of another version', () => {
  test('content that was made for one session is none in another', async () => {
    await using pair = await createEnginePair()
    const recorded: Buffer[] = []
    const small = { entry: 2, bytes: Buffer.from('hello') }
    await playSender(pair, async (peer) => {
      recorded.push(peer.block(1, 0, half), peer.pack([small]))
      peer.leave()
    })
    const outcome = await playSender(
      pair,
      async (peer) => {
        await peer.say(...listed)
        await peer.hear('wantBatch')
        await peer.content(...recorded)
      },
      { finishes: true },
    )
    const codes = outcome.items[0]?.failures?.map(({ path, error }) => `${path} ${error.code}`).sort()
    expect(codes).toEqual(['large INTEGRITY', 'small INTEGRITY'])
    expect(placedIn(pair)).toEqual([])
  })

  test('a file that changed is of its second version alone', async () => {
    await using pair = await createEnginePair()
    const again = Buffer.alloc(mebibyte, 9)
    const outcome = await playSender(
      pair,
      async (peer) => {
        await peer.say(begin, batch([folder(''), file('large', 2 * mebibyte)]), ...end)
        await peer.hear('wantBatch')
        await peer.content(peer.block(1, 0, half))
        await peer.say({
          type: 'fileRelist',
          entry: 1,
          attempt: 1,
          sizeBytes: 2 * mebibyte,
          mtimeMs: 1000,
          mode: 0o644,
        })
        await peer.hear('wantAgain')
        await peer.content(peer.block(1, mebibyte, half), peer.block(1, mebibyte, again, 1), peer.block(1, 0, again, 1))
        await peer.say({ ...peer.fileEnd(1, Buffer.concat([again, again])), attempt: 1 } as SenderMessage)
      },
      { finishes: true },
    )
    expect(outcome.status).toBe('done')
    expect(readFileSync(join(pair.target, 'source/large')).every((byte) => byte === 9)).toBe(true)
  })

  test('what an earlier run has taken is of no use where the source is another by now, though it seems the same', async () => {
    await using pair = await createEnginePair()
    const spec = { path: 'f', sizeBytes: 24 * mebibyte }
    writeRandomFile(pair.source, spec)
    pair.sender.setLimit(16 * mebibyte)
    const { send, receive } = requestsOf(pair)
    const first = pair.receiver.start(receive, {
      onProgress: ({ bytesReceived }) => {
        if (bytesReceived >= 4 * mebibyte) first.stop()
      },
    })
    await Promise.all([first.outcome, pair.sender.start(send).outcome])
    pair.sender.setLimit(undefined)
    // Of the same size and time.
    writeRandomFile(pair.source, spec)
    const { received } = await move(pair)
    expect(received.status).toBe('done')
    expect(readFileSync(join(pair.target, 'source/f')).equals(readFileSync(join(pair.source, 'f')))).toBe(true)
  })
})

/** Says hello by hand, with the right key and the right ticket unless told otherwise; how many bytes came back. */
async function hello(
  pair: EnginePair,
  over: { version?: number; ticket: string; transferId: string },
): Promise<Buffer> {
  const listening = pair.receiver.listening as { host: string; port: number }
  const context = secureContextOf(pair.senderIdentity)
  const { socket } = await secure(connect(listening), 'client', context, new AbortController().signal)
  const claim = { transferId: over.transferId, epoch: 1, role: 'send', lane: 0, attempt: 0 } as const
  const proof = laneProof(ticketKeyOf(over.ticket), claim, exporterOf(socket))
  const heard: Buffer[] = []
  socket.on('data', (chunk: Buffer) => heard.push(chunk))
  socket.write(encodeHandshake({ type: 'hello', version: over.version ?? protocolVersion, ...claim, proof }))
  await once(socket, 'close')
  return Buffer.concat(heard)
}

describe('class 14: downgrades', () => {
  test.each([0, 1, protocolVersion + 1, 65_535])(
    'version %i is told that it is none, and opens nothing',
    async (version) => {
      await using pair = await createEnginePair()
      writeRandomFile(pair.source, { path: 'f', sizeBytes: 5 })
      const { send, receive } = requestsOf(pair)
      const receiving = pair.receiver.start(receive)
      expect((await hello(pair, { ...receive, version })).toString()).toContain('VERSION_MISMATCH')
      // Nothing was spent: the real one still comes in.
      await pair.sender.start(send).outcome
      expect((await receiving.outcome).status).toBe('done')
    },
  )

  test('without TLS nothing is said, also not to who speaks the protocol', async () => {
    await using pair = await createEnginePair()
    const socket = connect(pair.receiver.listening as { host: string; port: number })
    const heard: Buffer[] = []
    socket.on('data', (chunk: Buffer) => heard.push(chunk)).on('error', () => undefined)
    const { receive } = requestsOf(pair)
    const claim = { transferId: receive.transferId, epoch: 1, role: 'send', lane: 0, attempt: 0 } as const
    socket.write(encodeHandshake({ type: 'hello', version: protocolVersion, ...claim, proof: new Uint8Array(32) }))
    await once(socket, 'close')
    // At most a TLS alert.
    expect(Buffer.concat(heard).length).toBeLessThanOrEqual(7)
  })
  // TLS below 1.3: identity.test.ts; ciphers: cipher.test.ts; another key on a lane that comes back: proofs.test.ts.
})

describe('class 15: who stands in the middle', () => {
  test('a relay that ends TLS itself gets not one byte', async () => {
    await using pair = await createEnginePair({ connectTimeoutMs: 800 })
    const secureContext = secureContextOf(await createHostIdentity('relay'))
    let bytes = 0
    const server = createServer((stream) => {
      const socket = new TLSSocket(stream, {
        isServer: true,
        requestCert: true,
        rejectUnauthorized: false,
        secureContext,
      })
      socket
        .on('error', () => undefined)
        .on('data', (chunk) => {
          bytes += chunk.length
        })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const open = async () => connect(port, '127.0.0.1')
    const { sent } = await move(pair, {
      send: { routes: [{ kind: 'relay', label: 'relay', tlsRole: 'client', open }] },
    })
    server.close()
    expect(sent).toMatchObject({ status: 'ended', error: { code: 'PEER_KEY_MISMATCH' } })
    expect(bytes).toBe(0)
  })
})

describe('class 16: guesses and leaks', () => {
  test('guesses at a ticket are refused each, spend nothing, and the ticket is in no log', async () => {
    const lines: string[] = []
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
    await using pair = await createEnginePair({ logger })
    writeRandomFile(pair.source, { path: 'f', sizeBytes: 5 })
    const { send, receive } = requestsOf(pair)
    const receiving = pair.receiver.start(receive)
    for (let guess = 0; guess < 20; guess += 1) {
      const answer = await hello(pair, { transferId: receive.transferId, ticket: newTicket() })
      expect(answer.toString()).toContain('TICKET_INVALID')
    }
    await pair.sender.start(send).outcome
    expect((await receiving.outcome).status).toBe('done')
    expect(lines.length).toBeGreaterThan(0)
    const key = ticketKeyOf(send.ticket)
    for (const secret of [send.ticket, key.toString('hex'), key.toString('base64')]) {
      expect(lines.filter((line) => line.includes(secret))).toEqual([])
    }
  })
})

describe('class 17: in another’s name', () => {
  test('an item that this transfer does not have is refused, whatever is sent of it', async () => {
    await using pair = await createEnginePair()
    const foreign = { ...begin, itemId: 'of-another-job' } as SenderMessage
    const ended: SenderMessage = { type: 'itemEnd', item: 0, itemId: 'of-another-job' }
    let answer: unknown
    const outcome = await playSender(
      pair,
      async (peer) => {
        await peer.say(foreign, batch([folder(''), file('x', 5)]), ended, { type: 'listEnd' })
        expect(await peer.hear('wantBatch')).toMatchObject({ wanted: 'nothing' })
        answer = await peer.hear('itemResult')
      },
      { finishes: true },
    )
    expect(answer).toMatchObject({ isDone: false, error: { code: 'NOT_FOUND' } })
    expect(outcome.items).toMatchObject([{ itemId: '0', status: 'failed' }])
    expect(readdirSync(pair.target)).toEqual([])
  })

  test.each(['../outside', 'in/../../outside', '/outside', 'in/./../../outside'])(
    'a dispatch whose path is %j is refused on both sides',
    async (path) => {
      await using pair = await createEnginePair()
      mkdirSync(join(pair.folder, 'outside'))
      writeFileSync(join(pair.folder, 'outside/secret'), 'secret')
      mkdirSync(join(pair.source, 'in'))
      const out = await move(pair, { send: { items: [{ itemId: '0', root: pair.source, path }] } })
      expect(out.received.status).not.toBe('done')
      writeFileSync(join(pair.source, 'secret'), 'new')
      const into = await move(pair, { receive: { items: [{ itemId: '0', root: pair.target, path, placement: 'as' }] } })
      expect(into.received.status).not.toBe('done')
      expect(readdirSync(pair.target)).toEqual([])
      expect(readFileSync(join(pair.folder, 'outside/secret'), 'utf8')).toBe('secret')
    },
  )

  test.each([
    ['of an item that is not sent', [9]],
    ['twice of one', [0, 0]],
  ])('the names %s are not looked through for a receiver', async (_what, items) => {
    await using pair = await createEnginePair()
    const traits: NameTraits = {
      rules: 'posix',
      foldsCase: true,
      foldsUnicode: true,
      unit: 'bytes',
      longestName: 255,
      longestPath: 4096,
    }
    const outcome = await playReceiver(pair, (peer) =>
      peer.say(...items.map((item) => ({ type: 'nameSurvey', item, policy: 'map', traits }) as const)),
    )
    expect(outcome).toMatchObject(protocolError)
  })
})

describe('classes 18 and 20: names that play with whoever reads them', () => {
  const names = [
    'gpj\u202eexe',
    '\u001b[2J\u001b[31mred',
    'line\nINFO forged',
    '=cmd()',
    '<img src=x onerror=alert(1)>',
    '\u2066x\u2069',
    '\u0007\u0008',
  ]

  test('come as they are, in texts that cannot be taken for anything else', async () => {
    const lines: string[] = []
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
    await using pair = await createEnginePair({ logger })
    const entries = names
      .map((name) => file(name, 5))
      .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
    for (const name of names) mkdirSync(join(pair.target, 'source', name), { recursive: true })
    const outcome = await playSender(pair, (peer) => peer.say(begin, batch([folder(''), ...entries]), ...end), {
      finishes: true,
    })
    const failures = outcome.items[0]?.failures ?? []
    // Data stays data: nobody on the way shortens or cleans what a person may have to look for.
    expect(failures.map(({ path }) => path).sort()).toEqual([...names].sort())
    // Where it becomes a sentence it is one line, written in one direction.
    for (const { path } of failures) expect(singleLine(path)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    for (const line of lines) expect(line.trimEnd()).not.toMatch(/[\p{Cc}]/u)
  })

  test('a peer’s own words are parameters of an error that is known here, or nothing', async () => {
    await using pair = await createEnginePair()
    const params = {
      path: 'x\n\u202e',
      __proto__: { a: 1 },
      deep: { a: 1 },
      ...Object.fromEntries(names.map((name) => [name, 1])),
    }
    const outcome = await playSender(pair, async (peer) => {
      const text = Buffer.from(JSON.stringify({ code: '<script>', params }))
      await peer.raw(frame(0x30, Buffer.concat([Buffer.of(1, text.length >> 8, text.length & 255), text])))
    })
    expect(outcome).toMatchObject({ status: 'ended', error: { code: 'INTERNAL' } })
    expect(JSON.stringify(outcome.error)).not.toContain('script')
  })
})

test('a batch that says nothing is no batch', async () => {
  await using pair = await createEnginePair()
  expect(await playSender(pair, (peer) => peer.say(begin, batch([], { listing: listingOf([]) })))).toMatchObject(
    protocolError,
  )
})
