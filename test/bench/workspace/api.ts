import { Agent, request } from 'node:https'
import { WebSocket } from 'ws'
import type { OperationInput, OperationName, OperationOutput } from '../../../src/shared/contract/operations.ts'
import { operationPath, type ServerFrame, streamPath } from '../../../src/shared/contract/stream.ts'

export interface RawAnswer {
  readonly status: number
  readonly bytes: number
  readonly text: string
}

/** A script that keeps its connections, as a bench has to: it measures the server and no handshakes. */
export class BenchApi {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32, rejectUnauthorized: false })
  readonly #hostname: string
  readonly #port: number
  token = ''

  constructor(address: string) {
    const [hostname = '', port = ''] = address.split(':')
    this.#hostname = hostname
    this.#port = Number(port)
  }

  async call<Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>> {
    const { status, text } = await this.post(name, JSON.stringify(input))
    if (status !== 200) throw new Error(`${name}: ${status} ${text.slice(0, 300)}`)
    return (JSON.parse(text) as { value: OperationOutput<Name> }).value
  }

  post(name: string, body: string): Promise<RawAnswer> {
    return this.send(
      'POST',
      operationPath + name,
      body,
      this.token === '' ? {} : { authorization: `Bearer ${this.token}` },
    )
  }

  send(method: string, path: string, body: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          hostname: this.#hostname,
          port: this.#port,
          path,
          method,
          agent: this.#agent,
          headers: {
            ...(body !== '' && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const whole = Buffer.concat(chunks)
            resolve({ status: response.statusCode ?? 0, bytes: whole.length, text: whole.toString() })
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  /** A subscribed stream; `onFrame` sees each of its frames. */
  async stream(token: string, onFrame: (frame: ServerFrame) => void): Promise<WebSocket> {
    const socket = new WebSocket(`wss://${this.#hostname}:${this.#port}${streamPath}`, {
      rejectUnauthorized: false,
      headers: { authorization: `Bearer ${token}` },
    })
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data)) as ServerFrame
        onFrame(frame)
        if (frame.type === 'welcome') {
          socket.send(JSON.stringify({ type: 'subscribe' }))
          resolve()
        }
      })
    })
    return socket
  }

  close(): void {
    this.#agent.destroy()
  }
}
