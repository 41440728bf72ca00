import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { secure, secureContextOf } from '../../../../src/engine/transport/tls.ts'
import { TlsLane } from '../../../../src/engine/transport/tls-lane.ts'
import { createHostIdentity } from '../../../../src/platform/certificate.ts'

test('who only writes notices as well that nobody is there any more', async () => {
  const { near, farSocket } = await connection()
  const lane = new TlsLane(near, { stallAfterMs: 300 })
  // As if the cable was pulled: nothing is read, nothing is said.
  farSocket.pause()
  const message = Buffer.alloc(256 * 1024)
  const writing = async () => {
    for (;;) await lane.send(message)
  }
  await expect(writing()).rejects.toMatchObject({ code: 'STALLED' })
})

async function connection() {
  const identity = await createHostIdentity('test')
  const context = secureContextOf({ ...identity, keyHash: '' })
  const { signal } = new AbortController()
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const arrived = once(server, 'connection') as Promise<[Socket]>
  const nearSocket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [farSocket] = await arrived
  onTestFinished(() => {
    farSocket.destroy()
    nearSocket.destroy()
    server.close()
  })
  const far = secure(farSocket, 'server', context, signal)
  const near = await secure(nearSocket, 'client', context, signal)
  await far
  return { near, farSocket }
}
