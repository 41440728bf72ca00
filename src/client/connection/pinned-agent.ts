import { Agent, type AgentOptions, type RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { connectPinned, type PinnedAddress } from './pinned-tls.ts'

/** Keeps connections to one pinned server; a request is written only to a socket whose key was compared. */
export class PinnedAgent extends Agent {
  readonly #server: PinnedAddress

  constructor(server: PinnedAddress, options: AgentOptions = {}) {
    super({ keepAlive: true, maxSockets: 8, ...options })
    this.#server = server
  }

  override createConnection(
    _options: RequestOptions,
    onSocket?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const fail = onSocket as ((error: Error) => void) | undefined
    connectPinned(this.#server).then(
      (socket) => onSocket?.(null, socket),
      (error) => fail?.(error),
    )
  }
}
