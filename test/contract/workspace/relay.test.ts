import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:https'
import type { Duplex } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type DispatchOrder, relayPath } from '../../../src/shared/contract/stream.ts'
import { fenceOf, type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let hq: TestClient
let john: TestClient
let order: DispatchOrder

beforeEach(async () => {
  workspace = await TestWorkspace.start({ relay: { pairTimeoutMs: 300, maxWaitingPerDispatch: 2 } })
  hq = await workspace.hq()
  john = await (await workspace.john()).connect()
  await john.call('transfer/create', { spec: { source: '/u/a', destination: 'share=projects/' } })
  await john.measure()
  order = await hq.dispatch()
})

afterEach(() => workspace[Symbol.asyncDispose]())

/** A lane, or the status that it was refused with. */
function open(client: TestClient, lane: string, dispatchId: string = order.dispatchId): Promise<Duplex | number> {
  const [hostname, port] = workspace.server.address.split(':')
  return new Promise((resolve, reject) => {
    const outgoing = request({
      hostname,
      port,
      path: `${relayPath}?dispatch=${dispatchId}&lane=${encodeURIComponent(lane)}`,
      rejectUnauthorized: false,
      agent: false,
      headers: { authorization: `Bearer ${client.token}`, connection: 'Upgrade', upgrade: 'tern-relay' },
    })
    outgoing.once('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head)
      socket.on('error', () => undefined)
      resolve(socket)
    })
    outgoing.once('response', (response) => resolve(response.statusCode ?? 0))
    outgoing.once('error', reject)
    outgoing.end()
  })
}

async function pair(lane: string): Promise<[Duplex, Duplex]> {
  const [a, b] = await Promise.all([open(john, lane), open(hq, lane)])
  if (typeof a === 'number' || typeof b === 'number') throw new Error(`refused: ${String(a)} ${String(b)}`)
  return [a, b]
}

function read(socket: Duplex, byteCount: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes >= byteCount) resolve(Buffer.concat(chunks))
    })
  })
}

it('joins the two clients lane by lane and moves every byte both ways', async () => {
  const [[a0, b0], [a1, b1]] = await Promise.all([pair('0'), pair('1')])
  const payload = randomBytes(8 * 1024 * 1024)
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  const received = Promise.all([read(b0, payload.length), read(a0, payload.length), read(b1, 5), read(a1, 5)])
  a0.write(payload)
  b0.write(payload)
  a1.write('hello')
  b1.write('world')
  const [atB, atA, hello, world] = await received
  expect([digest(atB), digest(atA)]).toEqual([digest(payload), digest(payload)])
  expect([String(hello), String(world)]).toEqual(['hello', 'world'])
  for (const socket of [a0, b0, a1, b1]) socket.destroy()
})

it('ends the other side when one ends', async () => {
  const [a, b] = await pair('0')
  b.resume()
  const closed = new Promise((resolve) => b.once('close', resolve))
  a.destroy()
  await closed
})

it('cuts all lanes when the dispatch ends', async () => {
  const [a, b] = await pair('0')
  const closed = Promise.all([a, b].map((socket) => new Promise((resolve) => socket.resume().once('close', resolve))))
  await hq.call('dispatch/end', { ...fenceOf(order), outcome: 'interrupted' })
  await closed
})

it('is for the two clients of a running dispatch only', async () => {
  const mia = await workspace.person('mia@example.com', 'Mia', 'admin', john)
  expect(await open(mia, '0')).toBe(409)
  expect(await open(john, '0', 'f'.repeat(24))).toBe(409)
  expect(await open(workspace.client('A'.repeat(43)), '0')).toBe(401)
  expect(await open(john, '../0')).toBe(400)
})

it('waits for the other side in bounds: time, number, and once for each side of a lane', async () => {
  const first = open(john, '0')
  const second = open(john, '1')
  const [again, third] = await Promise.all([open(john, '0'), open(john, '2')])
  // Which of the three came first is open; one more for the same side, or one too many, is refused.
  expect([409, 429]).toContain(again === 504 ? 409 : again)
  expect([429, 504]).toContain(third)
  expect(await first).toSatisfy((status) => status === 504 || status === 409)
  expect(await second).toSatisfy((status) => status === 504 || status === 429)
})

it('does not pair with a side that gave up', async () => {
  const [hostname, port] = workspace.server.address.split(':')
  const outgoing = request({
    hostname,
    port,
    path: `${relayPath}?dispatch=${order.dispatchId}&lane=0`,
    rejectUnauthorized: false,
    agent: false,
    headers: { authorization: `Bearer ${john.token}`, connection: 'Upgrade', upgrade: 'tern-relay' },
  })
  outgoing.on('error', () => undefined)
  const sent = new Promise<void>((resolve) =>
    outgoing.once('socket', (socket) => socket.once('secureConnect', resolve)),
  )
  outgoing.end()
  await sent
  outgoing.destroy()
  // Whether it had come in before it was gone or not: the other side never gets a dead lane.
  const lane = await open(hq, '0')
  expect(lane).toBe(504)
})
