import { connect, type Socket } from 'node:net'
import { type BusReply, busCall, readReply } from './session-bus-message.ts'

const patienceMs = 2000

/**
 * Whether a program on the session bus owns `name`. False where there is no bus. A question of two messages, so it is
 * asked here rather than through a library.
 */
export async function busNameHasOwner(name: string, address = process.env.DBUS_SESSION_BUS_ADDRESS): Promise<boolean> {
  const path = socketPath(address)
  if (path === undefined) return false
  const socket = connect(path)
  const timer = setTimeout(() => socket.destroy(new Error('the session bus did not answer')), patienceMs)
  try {
    return await ask(socket, name)
  } catch {
    return false
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

/** `unix:path=/run/user/1000/bus,guid=…` or `unix:abstract=/tmp/dbus-…`; other transports do not occur on desktops. */
function socketPath(address: string | undefined): string | undefined {
  for (const part of (address ?? '').split(';')) {
    const [transport, pairs = ''] = part.split(':', 2)
    if (transport !== 'unix') continue
    const values = new Map(pairs.split(',').map((pair) => pair.split('=', 2) as [string, string]))
    const path = values.get('path')
    if (path !== undefined) return decodeURIComponent(path)
    const abstract = values.get('abstract')
    if (abstract !== undefined) return `\0${decodeURIComponent(abstract)}`
  }
  return undefined
}

async function ask(socket: Socket, name: string): Promise<boolean> {
  const received = new ByteReader(socket)
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')
  socket.write(`\0AUTH EXTERNAL ${user}\r\n`)
  const greeting = await received.until((bytes) => (bytes.includes('\r\n') ? bytes.indexOf('\r\n') + 2 : undefined))
  if (!greeting.toString('latin1').startsWith('OK ')) return false
  socket.write('BEGIN\r\n')
  socket.write(busCall(1, 'Hello'))
  socket.write(busCall(2, 'NameHasOwner', name))
  for (;;) {
    let reply: BusReply | undefined
    await received.until((bytes) => {
      reply = readReply(bytes)
      return reply?.sizeBytes
    })
    if (reply?.replySerial === 2) return reply.isReturn && reply.firstWord === 1
  }
}

/** Collects what a socket receives until a reader says how much of it is one piece. */
class ByteReader {
  #bytes: Buffer = Buffer.alloc(0)
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  until(measure: (bytes: Buffer) => number | undefined): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        const size = measure(this.#bytes)
        if (size === undefined) return false
        this.#socket.off('data', onData).off('error', reject).off('close', onClose)
        resolve(this.#bytes.subarray(0, size))
        this.#bytes = this.#bytes.subarray(size)
        return true
      }
      const onData = (chunk: Buffer) => {
        this.#bytes = Buffer.concat([this.#bytes, chunk])
        settle()
      }
      const onClose = () => reject(new Error('the session bus closed the connection'))
      if (settle()) return
      this.#socket.on('data', onData).on('error', reject).on('close', onClose)
    })
  }
}
