// A TCP proxy on loopback that holds bytes back as a long line does: half a round trip each way, one more before a new
// connection's first byte, and no faster than the line. It buffers what such a line and its router would, no more.
import { connect, createServer, type Socket } from 'node:net'
import type { SlowLinkStart } from './slow-link.ts'

const unlimitedBufferBytes = 64 * 1024 * 1024

/** One way of the line, shared by all connections. */
class Line {
  readonly #bytesPerMs: number
  readonly #delayMs: number
  readonly #bufferBytes: number
  readonly #paused = new Set<Socket>()
  #freeAtMs = 0
  #heldBytes = 0

  constructor({ roundTripMs, bytesPerSecond }: SlowLinkStart) {
    this.#bytesPerMs = (bytesPerSecond ?? Number.POSITIVE_INFINITY) / 1000
    this.#delayMs = roundTripMs / 2
    // What is under way and as much again in front of the line.
    this.#bufferBytes = bytesPerSecond === undefined ? unlimitedBufferBytes : roundTripMs * this.#bytesPerMs
  }

  /** When bytes that come now are out at the other end. */
  arrivalMs(bytes: number, earliestMs: number): number {
    this.#freeAtMs = Math.max(this.#freeAtMs, performance.now(), earliestMs) + bytes / this.#bytesPerMs
    return this.#freeAtMs + this.#delayMs
  }

  hold(socket: Socket, bytes: number): void {
    this.#heldBytes += bytes
    if (this.#heldBytes <= this.#bufferBytes) return
    this.#paused.add(socket)
    socket.pause()
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes
    if (this.#heldBytes > this.#bufferBytes) return
    for (const socket of this.#paused) socket.resume()
    this.#paused.clear()
  }
}

/** One way of one connection: what came in, and when it is due. */
function join(from: Socket, to: Socket, line: Line, firstByteMs: number): void {
  const due: { readonly atMs: number; readonly chunk: Buffer | undefined }[] = []
  let timer: NodeJS.Timeout | undefined
  const forward = () => {
    timer = undefined
    for (let first = due[0]; first && first.atMs <= performance.now(); first = due[0]) {
      due.shift()
      if (!first.chunk) {
        to.end()
        return
      }
      line.release(first.chunk.length)
      to.write(first.chunk)
    }
    wait()
  }
  const wait = () => {
    const [first] = due
    if (first && !timer) timer = setTimeout(forward, Math.max(0, first.atMs - performance.now()))
  }
  from.on('data', (chunk: Buffer) => {
    due.push({ atMs: line.arrivalMs(chunk.length, firstByteMs), chunk })
    line.hold(from, chunk.length)
    wait()
  })
  from.on('end', () => {
    due.push({ atMs: line.arrivalMs(0, firstByteMs), chunk: undefined })
    wait()
  })
  from.on('close', () => {
    if (!from.readableEnded) to.destroy()
  })
  from.on('error', () => to.destroy())
}

process.once('message', (start: SlowLinkStart) => {
  const [there, back] = [new Line(start), new Line(start)]
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: start.targetPort, allowHalfOpen: true, noDelay: true })
    // The two ends of a long line know of each other after one round trip.
    const firstByteMs = performance.now() + start.roundTripMs
    join(near, far, there, firstByteMs)
    join(far, near, back, 0)
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.({ port: typeof address === 'object' && address ? address.port : 0 })
  })
})
process.on('disconnect', () => process.exit(0))
