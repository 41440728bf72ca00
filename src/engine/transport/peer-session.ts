import type { TernError } from '../../shared/domain/errors.ts'
import type { DataLane, Lane, Session } from './types.ts'

/** A session over whatever lanes are put into it. */
export class PeerSession implements Session {
  readonly control: Lane
  readonly route: 'direct' | 'relay'
  readonly digestKey: Uint8Array
  readonly #lanes = new Map<number, DataLane>()
  #handler: ((lane: DataLane) => void) | undefined
  #laneCount: number
  #keepLanes: ((count: number) => void) | undefined
  #isClosed = false
  readonly #ending = new AbortController()

  constructor(control: Lane, route: 'direct' | 'relay', laneCount: number, digestKey: Uint8Array) {
    this.control = control
    this.route = route
    this.#laneCount = laneCount
    this.digestKey = digestKey
    void control.ended.then(() => this.#ending.abort())
  }

  /** Aborts when the session is over. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  get openLanes(): number {
    return this.#lanes.size
  }

  get laneCount(): number {
    return this.#laneCount
  }

  wantLanes(count: number): void {
    this.#laneCount = count
    if (!this.#isClosed) this.#keepLanes?.(count)
  }

  /** Who opens lanes hears how many there should be, now and whenever that changes. */
  onLaneCount(keepLanes: (count: number) => void): void {
    this.#keepLanes = keepLanes
    keepLanes(this.#laneCount)
  }

  /** Calls for each data lane that is open or will be. */
  onLane(handler: (lane: DataLane) => void): void {
    this.#handler = handler
    for (const lane of this.#lanes.values()) handler(lane)
  }

  /** A lane that has proven itself; an older one of the same number is gone for its peer. */
  addLane(added: DataLane): void {
    const older = this.#lanes.get(added.number)
    if (this.#isClosed || (older && older.attempt >= added.attempt)) {
      added.lane.destroy()
      return
    }
    older?.lane.destroy()
    this.#lanes.set(added.number, added)
    void added.lane.ended.then(() => {
      if (this.#lanes.get(added.number) === added) this.#lanes.delete(added.number)
    })
    this.#handler?.(added)
  }

  /** Makes whoever reads the control lane fail with this error; it can still be written to. */
  interrupt(error: Error): void {
    this.control.interrupt(error)
  }

  /** No content any more, neither way; the control lane stays. */
  endData(): void {
    this.#isClosed = true
    this.#ending.abort()
    for (const { lane } of this.#lanes.values()) lane.destroy()
  }

  /** Ends all lanes in order: what was sent still goes out. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#ending.abort()
    await Promise.all([this.control.close(), ...[...this.#lanes.values()].map(({ lane }) => lane.close())])
  }

  destroy(error: TernError): void {
    this.#isClosed = true
    this.#ending.abort()
    this.control.destroy(error)
    for (const { lane } of this.#lanes.values()) lane.destroy(error)
  }
}
