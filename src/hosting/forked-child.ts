import type { MessageEndpoint } from '../platform/message-rpc.ts'

/** A process of ours, however it was forked. */
export interface ForkedChild {
  readonly pid: number | undefined
  readonly endpoint: MessageEndpoint
  /** Called once, when the process is gone. */
  onExit(listener: (code: number) => void): void
  /** Ends it at once, by its id. */
  kill(): void
}
