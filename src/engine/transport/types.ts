import type { TernError } from '../../shared/domain/errors.ts'
import type { FrameBound } from '../protocol/frames.ts'
import type { Limiter } from './limiter.ts'

export interface LaneFrame {
  readonly type: number
  /** Valid until the next `read` but one. */
  readonly payload: Buffer
}

/**
 * Frames between two peers, in order. Reading is by demand, so a reader that is busy slows its peer down; writing
 * settles when there is room for more.
 */
export interface Lane {
  /** Settles once the connection is gone, with why; undefined after `close`. */
  readonly ended: Promise<TernError | undefined>
  /** From now on content passes through the limiter, both ways. */
  limitBy(limiter: Limiter): void
  /** Which frames may come from now on, and how large. */
  expect(bound: FrameBound): void
  /**
   * The next frame; undefined after the peer's orderly end. One reader at a time.
   * @throws TernError PEER_LOST, STALLED, PROTOCOL_ERROR
   */
  read(): Promise<LaneFrame | undefined>
  /** Makes the reader, now or next, fail with this error; writing goes on. */
  interrupt(error: Error): void
  /** Sends a whole frame; settles when there is room for more. The buffer must not change afterwards. */
  send(bytes: Buffer): Promise<void>
  /** Sends a frame of content through the limiter, after those before; settles when the buffer may be used again. */
  sendContent(bytes: Buffer): Promise<void>
  /** Orderly end: what was sent still goes out. */
  close(): Promise<unknown>
  /** Ends at once; what was sent may be lost. */
  destroy(error?: TernError): void
}

export interface DataLane {
  readonly lane: Lane
  /** 1 to 16. */
  readonly number: number
  /** Rises each time this lane is opened anew. */
  readonly attempt: number
}

/** Two peers that have proven themselves to each other: one control lane, and data lanes as they come and go. */
export interface Session {
  readonly control: Lane
  readonly route: 'direct' | 'relay'
  /** Data lanes that there should be. */
  readonly laneCount: number
  /** 16 bytes that both sides have and nobody else: content is told apart by digests under it (transfer/digester.ts). */
  readonly digestKey: Uint8Array
  /** Aborts when the session is over. */
  readonly ending: AbortSignal
  readonly openLanes: number
  /**
   * So many data lanes there should be from now on, 1 to 16: the side that dials opens what is missing. What is open
   * stays so until someone closes it, and is then not opened again if it is too many.
   */
  wantLanes(count: number): void
  /** Calls for each data lane that is open or will be. */
  onLane(handler: (lane: DataLane) => void): void
  /** Makes whoever reads the control lane fail with this error; it can still be written to. */
  interrupt(error: Error): void
  /** No content any more, neither way; the control lane stays. */
  endData(): void
  /** Ends all lanes in order: what was sent still goes out. */
  close(): Promise<void>
  destroy(error: TernError): void
}

/** How two peers come to a session for one transfer. */
export interface Meets {
  /** @throws TernError PEER_UNREACHABLE, PEER_KEY_MISMATCH, TICKET_INVALID, FENCED, VERSION_MISMATCH; or an AbortError */
  meet(signal: AbortSignal): Promise<Session>
}
