import type { WebSocket } from 'ws'
import { offlineAfterMs, type ServerFrame } from '../../shared/contract/stream.ts'
import type { Caller } from '../access/caller.ts'
import { StreamWindow } from './stream-window.ts'

export interface ConnectionLimits {
  /** A consumer that has this much unread is cut: it comes back and takes what it missed by revision. */
  readonly maxUnreadBytes: number
  readonly offlineAfterMs: number
}

export const defaultConnectionLimits: ConnectionLimits = {
  maxUnreadBytes: 8 * 1024 * 1024,
  offlineAfterMs,
}

/** Close codes of the stream. */
export const closeCode = {
  sessionEnded: 4001,
  replaced: 4002,
  slow: 4003,
  silent: 4004,
  malformed: 4005,
  shuttingDown: 1001,
} as const

/** One WebSocket of one session. */
export class Connection {
  /** As of the last change of the person's rights. */
  caller: Caller
  /** Set by `subscribe`: only then are changes sent. */
  isSubscribed = false
  window = new StreamWindow()
  readonly #socket: WebSocket
  readonly #limits: ConnectionLimits
  #silence: NodeJS.Timeout | undefined

  constructor(socket: WebSocket, caller: Caller, limits: ConnectionLimits) {
    this.#socket = socket
    this.caller = caller
    this.#limits = limits
    this.heard()
  }

  get clientId() {
    return this.caller.client?.id
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  get unreadBytes(): number {
    return this.#socket.bufferedAmount
  }

  /** Whether it keeps up; what can be left out (progress) is left out when it does not. */
  get isBehind(): boolean {
    return this.unreadBytes > this.#limits.maxUnreadBytes / 8
  }

  send(frame: ServerFrame): void {
    this.sendText(JSON.stringify(frame))
  }

  sendText(text: string): void {
    if (!this.isOpen) return
    if (this.unreadBytes > this.#limits.maxUnreadBytes) {
      this.cut(closeCode.slow)
      return
    }
    this.#socket.send(text)
  }

  /** Anything heard proves that the other side lives. */
  heard(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.cut(closeCode.silent), this.#limits.offlineAfterMs)
    this.#silence.unref()
  }

  /** Says why, if it can still be said, and ends at once: the other side may never answer. */
  cut(code: number): void {
    clearTimeout(this.#silence)
    if (this.isOpen && code !== closeCode.slow) this.#socket.close(code)
    const end = setTimeout(
      () => this.#socket.terminate(),
      code === closeCode.slow || code === closeCode.silent ? 0 : 1000,
    )
    end.unref()
    this.#socket.once('close', () => clearTimeout(end))
  }

  closed(): void {
    clearTimeout(this.#silence)
  }
}
