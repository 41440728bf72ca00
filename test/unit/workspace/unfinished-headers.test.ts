import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { expect, it } from 'vitest'
import { createHostIdentity } from '../../../src/platform/certificate.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import { createHttpServer } from '../../../src/workspace/api/http-server.ts'

const kilobyte = 1024

it('headers that do not end are cut once they take too much together, the oldest first', async () => {
  const identity = await createHostIdentity('a test')
  const { app, server } = createHttpServer(identity, silentLogger, 100, 600 * kilobyte)
  app.get('/', () => 'here')
  await app.ready()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const open = async (): Promise<TLSSocket> => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.on('error', () => {})
    await once(socket, 'secureConnect')
    return socket
  }
  try {
    const quiet = await open()
    const slow: TLSSocket[] = []
    const closed: number[] = []
    for (let index = 0; index < 5; index += 1) {
      const socket = await open()
      socket.on('close', () => closed.push(index))
      socket.write(`GET /${'a'.repeat(250 * kilobyte)}`)
      slow.push(socket)
    }
    await Promise.all(slow.slice(0, 3).map((socket) => once(socket, 'close')))
    expect(closed.sort()).toEqual([0, 1, 2])
    quiet.write('GET / HTTP/1.1\r\n\r\n')
    expect(String((await once(quiet, 'data'))[0])).toContain('200 OK')
    for (const socket of [quiet, ...slow]) socket.destroy()
  } finally {
    server.closeAllConnections()
    await app.close()
  }
})
