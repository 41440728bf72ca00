import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { busNameHasOwner } from '../../../src/main/tray/session-bus.ts'
import { busCall, readReply } from '../../../src/main/tray/session-bus-message.ts'

const servers: Server[] = []
const folders: string[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

/** Something at the other end of a socket that answers each message with `answer`. */
async function listen(answer: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tern-bus-'))
  folders.push(folder)
  const path = join(folder, 'bus')
  const server = createServer((socket) => {
    socket.on('data', () => (answer === undefined ? socket.destroy() : socket.write(answer)))
    socket.on('error', () => undefined)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return `unix:path=${path},guid=0`
}

describe('a name on the session bus', () => {
  it.each([undefined, '', 'disabled:', 'unix:path=/nowhere/bus', 'tcp:host=127.0.0.1,port=1'])(
    'has no owner at %j',
    async (address) => {
      expect(await busNameHasOwner('org.example.Name', address ?? '')).toBe(false)
    },
  )

  it.each([undefined, 'REJECTED EXTERNAL\r\n', 'OK 1234\r\nnot a message at all'])(
    'has no owner when the other end says %j',
    async (answer) => {
      expect(await busNameHasOwner('org.example.Name', await listen(answer))).toBe(false)
    },
  )
})

describe('a message of the bus', () => {
  it('is eight bytes aligned before its body', () => {
    for (const argument of [undefined, 'a', 'org.kde.StatusNotifierWatcher']) {
      const message = busCall(7, 'NameHasOwner', argument)
      const bodyBytes = message.readUInt32LE(4)
      expect((message.length - bodyBytes) % 8).toBe(0)
      expect(readReply(message)).toMatchObject({ sizeBytes: message.length, isReturn: false, replySerial: undefined })
      for (let cut = 0; cut < message.length; cut += 1) expect(readReply(message.subarray(0, cut))).toBeUndefined()
    }
  })

  it('that claims to be endless is none', () => {
    const message = busCall(1, 'Hello')
    message.writeUInt32LE(0xffff_ff00, 4)
    expect(() => readReply(message)).toThrow('not a bus message')
  })
})
