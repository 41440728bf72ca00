import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import { operationSchemas } from '../../shared/contract/operation-schemas.ts'
import type { OperationInput, OperationName, OperationOutput } from '../../shared/contract/operations.ts'
import { operationPath, relayPath, streamPath } from '../../shared/contract/stream.ts'
import { type ErrorEnvelope, TernError } from '../../shared/domain/errors.ts'
import { PinnedAgent } from './pinned-agent.ts'
import { connectPinned, type PinnedAddress, splitAddress } from './pinned-tls.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

const callTimeoutMs = 30_000
const maxAnswerBytes = 256 * 1024 * 1024
const maxFrameBytes = 64 * 1024 * 1024

/** All that goes to one workspace server: operations, the stream and relays, on connections pinned to its key. */
export class WorkspaceConnection implements Disposable {
  readonly server: PinnedAddress
  /** Bearer token; only ever sent to the pinned server. */
  sessionToken: string | undefined
  readonly #agent: PinnedAgent
  readonly #ended = new AbortController()

  constructor(server: PinnedAddress, sessionToken?: string) {
    splitAddress(server.address)
    this.server = server
    this.sessionToken = sessionToken
    this.#agent = new PinnedAgent(server)
  }

  /** One call to a server that there is no lasting connection to. */
  static async callOnce<Name extends OperationName>(
    server: PinnedAddress,
    name: Name,
    input: OperationInput<Name>,
    sessionToken?: string,
  ): Promise<OperationOutput<Name>> {
    const connection = new WorkspaceConnection(server, sessionToken)
    try {
      return await connection.call(name, input)
    } finally {
      connection[Symbol.dispose]()
    }
  }

  /**
   * Calls an operation. Fails with the server's own code, WORKSPACE_UNREACHABLE (also for an answer that is not one),
   * KEY_MISMATCH or the signal's reason.
   */
  async call<Name extends OperationName>(
    name: Name,
    input: OperationInput<Name>,
    options: CallOptions = {},
  ): Promise<OperationOutput<Name>> {
    const { status, body } = await this.#post(`${operationPath}${name}`, JSON.stringify(input), options)
    const answer = this.#parse(body)
    if (status >= 400 || answer.error !== undefined) throw failureOf(answer.error, status)
    const parsed = operationSchemas[name].output.safeParse(answer.value)
    if (!parsed.success) throw new TernError('PROTOCOL_ERROR', { operation: name }, { cause: parsed.error })
    return parsed.data as OperationOutput<Name>
  }

  /** Opens the push stream. The socket is open when this answers. Fails like `call`. */
  async openStream(signal: AbortSignal): Promise<WebSocket> {
    const socket = await connectPinned(this.server, signal)
    return new Promise((resolve, reject) => {
      const stream = new WebSocket(`wss://${this.server.address}${streamPath}`, {
        createConnection: () => socket,
        headers: this.#headers(),
        maxPayload: maxFrameBytes,
        perMessageDeflate: false,
        handshakeTimeout: 10_000,
      })
      const fail = (error: unknown) => {
        signal.removeEventListener('abort', onAbort)
        stream.on('error', () => undefined)
        stream.terminate()
        socket.destroy()
        reject(error)
      }
      const onAbort = () => fail(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      stream.once('unexpected-response', (_request, response: IncomingMessage) =>
        fail(failureOf(undefined, response.statusCode ?? 500)),
      )
      stream.once('error', (cause) => fail(this.#unreachable(cause)))
      stream.once('open', () => {
        signal.removeEventListener('abort', onAbort)
        stream.removeAllListeners('error')
        stream.removeAllListeners('unexpected-response')
        resolve(stream)
      })
    })
  }

  /** One lane of a running dispatch through the workspace: a blind splice towards the peer. Fails with PEER_UNREACHABLE. */
  async openRelay(dispatchId: string, lane: string, signal: AbortSignal): Promise<Duplex> {
    const socket = await connectPinned(this.server, signal)
    const query = new URLSearchParams({ dispatch: dispatchId, lane })
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        signal.removeEventListener('abort', onAbort)
        socket.destroy()
        reject(error)
      }
      const onAbort = () => fail(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      const upgrade = request({
        createConnection: () => socket,
        path: `${relayPath}?${query}`,
        headers: { ...this.#headers(), Connection: 'Upgrade', Upgrade: 'tern-relay' },
      })
      upgrade.once('error', (cause) => fail(new TernError('PEER_UNREACHABLE', {}, { cause })))
      upgrade.once('response', (response) => {
        response.resume()
        fail(new TernError('PEER_UNREACHABLE', { status: response.statusCode ?? 0 }))
      })
      upgrade.once('upgrade', (_response, splice, head) => {
        signal.removeEventListener('abort', onAbort)
        if (head.length > 0) splice.unshift(head)
        resolve(splice)
      })
      upgrade.end()
    })
  }

  [Symbol.dispose](): void {
    this.#ended.abort()
    this.#agent.destroy()
  }

  #post(path: string, body: string, options: CallOptions): Promise<{ status: number; body: Buffer }> {
    const { host, port } = splitAddress(this.server.address)
    const signals = [AbortSignal.timeout(options.timeoutMs ?? callTimeoutMs), this.#ended.signal]
    if (options.signal) signals.push(options.signal)
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) => {
        if (options.signal?.aborted) reject(options.signal.reason)
        else reject(cause instanceof TernError ? cause : this.#unreachable(cause))
      }
      const call = request({
        agent: this.#agent,
        method: 'POST',
        host,
        port,
        path,
        signal: AbortSignal.any(signals),
        headers: {
          ...this.#headers(),
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(body),
        },
      })
      call.once('error', fail)
      call.once('response', (response) => {
        const chunks: Buffer[] = []
        let sizeBytes = 0
        response.on('data', (chunk: Buffer) => {
          sizeBytes += chunk.length
          if (sizeBytes > maxAnswerBytes) response.destroy(new TernError('LIMIT_EXCEEDED', { limit: maxAnswerBytes }))
          else chunks.push(chunk)
        })
        response.once('error', fail)
        response.once('end', () => resolve({ status: response.statusCode ?? 500, body: Buffer.concat(chunks) }))
      })
      call.end(body)
    })
  }

  #headers(): Record<string, string> {
    return this.sessionToken === undefined ? {} : { Authorization: `Bearer ${this.sessionToken}` }
  }

  #parse(body: Buffer): { value?: unknown; error?: ErrorEnvelope } {
    try {
      const answer: unknown = JSON.parse(body.toString('utf8'))
      if (typeof answer === 'object' && answer !== null) return answer
    } catch (cause) {
      throw this.#unreachable(cause)
    }
    throw this.#unreachable()
  }

  #unreachable(cause?: unknown): TernError {
    if (cause instanceof TernError) return cause
    return new TernError('WORKSPACE_UNREACHABLE', { address: this.server.address }, { cause })
  }
}

function failureOf(error: ErrorEnvelope | undefined, status: number): TernError {
  if (error !== undefined) return TernError.fromEnvelope(error)
  if (status === 401) return new TernError('NOT_SIGNED_IN')
  if (status === 403) return new TernError('FORBIDDEN')
  if (status === 429) return new TernError('TOO_MANY_REQUESTS')
  return new TernError('INTERNAL', { status })
}
