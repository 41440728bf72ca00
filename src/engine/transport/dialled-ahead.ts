import type { SecureStream } from './tls.ts'

/**
 * Connections for data lanes that are made while the control lane is: only their hello needs to know the session, so a long
 * way costs its round trips once. They outlive the dialling, since a session may be there before their handshakes are.
 */
export class DialledAhead implements Disposable {
  readonly #abandoned = new AbortController()
  readonly #made: Promise<SecureStream>[] = []

  dial(count: number, open: (signal: AbortSignal) => Promise<SecureStream>, timeoutMs: number): void {
    for (let index = 0; index < count; index += 1) {
      const made = open(AbortSignal.any([this.#abandoned.signal, AbortSignal.timeout(timeoutMs)]))
      // Whoever takes it hears of its failure.
      made.catch(() => undefined)
      this.#made.push(made)
    }
  }

  /** One that nobody has taken, and that fails if it could not be made. */
  take(): Promise<SecureStream> | undefined {
    return this.#made.shift()
  }

  /** Ends those that nobody has taken. */
  dropRest(): void {
    for (const made of this.#made.splice(0)) {
      made.then(
        ({ socket }) => socket.destroy(),
        () => undefined,
      )
    }
  }

  /** Ends those as well that were taken and are not made yet. */
  [Symbol.dispose](): void {
    this.dropRest()
    this.#abandoned.abort()
  }
}
