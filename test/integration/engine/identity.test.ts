import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { directRoute } from '../../../src/engine/index.ts'
import { encodeHandshake } from '../../../src/engine/protocol/handshake.ts'
import { protocolVersion } from '../../../src/engine/protocol/limits.ts'
import { laneProof, ticketKeyOf } from '../../../src/engine/transport/proofs.ts'
import { Reception } from '../../../src/engine/transport/reception.ts'
import { exporterOf, secure, secureContextOf } from '../../../src/engine/transport/tls.ts'
import { createHostIdentity } from '../../../src/platform/certificate.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import { createEnginePair, type EnginePair, move, newTicket, requestsOf } from '../../helpers/engine-pair.ts'
import { writeRandomFile } from '../../helpers/tree.ts'

const never = new AbortController().signal

/** A TLS 1.3 server with a key of its own that counts what reaches it. */
async function startImpostor() {
  const secureContext = secureContextOf(await createHostIdentity('impostor'))
  const seen = { bytes: 0 }
  const server = createServer((stream) => {
    const socket = new TLSSocket(stream, {
      isServer: true,
      requestCert: true,
      rejectUnauthorized: false,
      secureContext,
    })
    socket.on('data', (chunk) => {
      seen.bytes += chunk.length
    })
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { seen, route: directRoute({ host: '127.0.0.1', port }), close: () => server.close() }
}

test('a dialled peer with another key gets not one byte', async () => {
  await using pair = await createEnginePair({ connectTimeoutMs: 800 })
  const impostor = await startImpostor()
  const { sent } = await move(pair, { send: { routes: [impostor.route] } })
  impostor.close()
  expect(sent).toMatchObject({ status: 'ended', error: { code: 'PEER_KEY_MISMATCH' } })
  expect(impostor.seen.bytes).toBe(0)
})

test('a peer that comes in with the right ticket and another key ends the transfer, unanswered', async () => {
  await using pair = await createEnginePair({ connectTimeoutMs: 800 })
  const { received, sent } = await move(pair, { receive: { peerKeyHash: 'ab'.repeat(32) } })
  expect(received).toMatchObject({
    status: 'ended',
    error: { code: 'PEER_KEY_MISMATCH', params: { actual: pair.senderKeyHash } },
  })
  expect(sent.status).toBe('ended')
})

test('a stranger with neither ticket nor key does not disturb a transfer that waits', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'f', sizeBytes: 1 })
  const { send, receive } = requestsOf(pair)
  const receiving = pair.receiver.start(receive)
  const stranger = await hello(pair, await createHostIdentity('stranger'), receive.transferId, newTicket())
  expect(await stranger.answer).toBe(0)
  const sending = pair.sender.start(send)
  expect((await receiving.outcome).status).toBe('done')
  expect((await sending.outcome).status).toBe('done')
})

test('a ticket opens one session: neither later nor beside it does it open another', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'f', sizeBytes: 4 * 1024 * 1024 })
  pair.sender.setLimit(6 * 1024 * 1024)
  const { send, receive } = requestsOf(pair)
  let beside: Promise<number> | undefined
  const receiving = pair.receiver.start(receive, {
    onProgress: ({ bytesReceived }) => {
      if (bytesReceived === 0 || beside) return
      beside = hello(pair, pair.senderIdentity, send.transferId, send.ticket).then(({ answer }) => answer)
    },
  })
  await Promise.all([pair.sender.start(send).outcome, receiving.outcome])
  expect(await beside).toBe(0)
  const later = await hello(pair, pair.senderIdentity, send.transferId, send.ticket)
  expect(await later.answer).toBe(0)
  expect(() => pair.receiver.start(receive)).toThrow('FENCED')
})

test('a hello made for one connection is worth nothing on another', async () => {
  await using pair = await createEnginePair()
  const { receive } = requestsOf(pair)
  const receiving = pair.receiver.start(receive)
  const { bytes } = await hello(pair, pair.senderIdentity, 'another transfer', receive.ticket)
  const replayed = await hello(pair, pair.senderIdentity, receive.transferId, receive.ticket, bytes)
  replayed.socket.destroy()
  const foreign = await hello(pair, pair.senderIdentity, receive.transferId, newTicket())
  // The pinned peer may hear why: refused, with TICKET_INVALID.
  expect(await foreign.answer).toBeGreaterThan(0)
  receiving.stop()
  expect((await receiving.outcome).status).toBe('ended')
})

test.each([
  ['the sender’s', { send: { epoch: 0 } }],
  ['the receiver’s', { receive: { epoch: 0 } }],
])('an older epoch is fenced off: %s', async (_whose, older) => {
  await using pair = await createEnginePair({ connectTimeoutMs: 1000 })
  const { sent, received } = await move(pair, older)
  expect(sent).toMatchObject({ status: 'ended', error: { code: 'FENCED' } })
  expect(received).toMatchObject({ status: 'ended' })
})

test('TLS below 1.3 is refused', async () => {
  await using pair = await createEnginePair()
  const { listening } = pair.receiver
  const { connect: connectTls } = await import('node:tls')
  const socket = connectTls({ ...listening, maxVersion: 'TLSv1.2', rejectUnauthorized: false })
  const [error] = (await once(socket, 'error').catch((thrown) => [thrown])) as [Error]
  expect(String(error)).toMatch(/alert|protocol|reset/i)
})

test('who connects and says nothing is shown out, and holds no more than its place', async () => {
  const identity = await createHostIdentity('x')
  const reception = new Reception({
    secureContext: secureContextOf(identity),
    stallAfterMs: 60_000,
    logger: silentLogger,
    handshakeMs: 200,
    maxPending: 3,
  })
  const at = await reception.listen({ host: '127.0.0.1', port: 0 })
  const silent: Socket[] = []
  for (let index = 0; index < 3; index += 1) {
    const socket = connect(at)
    await once(socket, 'connect')
    silent.push(socket)
  }
  const closed = silent.map((socket) => once(socket, 'close'))
  const oneTooMany = connect(at)
  await once(oneTooMany, 'close')
  await Promise.all(closed)
  // After the handshake too: a hello must follow.
  const { socket } = await secure(connect(at), 'client', secureContextOf(identity), never)
  socket.resume()
  await once(socket, 'close')
  await reception.close()
})

// macOS answers at one loopback address only.
test.runIf(process.platform !== 'darwin')('who comes from one address leaves room for the others', async () => {
  const reception = new Reception({
    secureContext: secureContextOf(await createHostIdentity('x')),
    stallAfterMs: 60_000,
    logger: silentLogger,
    maxPendingOfAddress: 2,
  })
  const at = await reception.listen({ host: '0.0.0.0', port: 0 })
  const from = async (localAddress: string) => {
    const socket = connect({ host: '127.0.0.1', port: at.port, localAddress })
    await once(socket, 'connect')
    return socket
  }
  const silent = [await from('127.0.0.1'), await from('127.0.0.1')]
  await once(await from('127.0.0.1'), 'close')
  const other = await from('127.0.0.2')
  silent[0]?.destroy()
  const { socket: secured } = await secure(other, 'client', secureContextOf(await createHostIdentity('y')), never)
  for (const socket of [...silent, secured]) socket.destroy()
  await reception.close()
})

/** Says hello to the receiver by hand; `answer` is how many bytes came back before the end. */
async function hello(
  pair: EnginePair,
  identity: Awaited<ReturnType<typeof createHostIdentity>>,
  transferId: string,
  ticket: string,
  replay?: Buffer,
): Promise<{ socket: TLSSocket; bytes: Buffer; answer: Promise<number> }> {
  const { listening } = pair.receiver
  if (!listening) throw new Error('not listening')
  const { socket } = await secure(connect(listening), 'client', secureContextOf(identity), never)
  const claim = { transferId, epoch: 1, role: 'send', lane: 0, attempt: 0 } as const
  const proof = laneProof(ticketKeyOf(ticket), claim, exporterOf(socket))
  const bytes = replay ?? encodeHandshake({ type: 'hello', version: protocolVersion, ...claim, proof })
  let received = 0
  socket.on('data', (chunk) => {
    received += chunk.length
  })
  const answer = once(socket, 'close').then(() => received)
  socket.write(bytes)
  return { socket, bytes, answer }
}
