import { PeerSession } from '../../../src/engine/transport/peer-session.ts'
import type { Meets } from '../../../src/engine/transport/types.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import { connectLanes, type LaneWorld, type MemoryLane } from './memory-lane.ts'

type Side = 'sender' | 'receiver'

/** The lanes of one run: they come up one by one, are lost by a cut, and come back while both sides want them. */
export class Network {
  readonly #world: LaneWorld
  readonly #dialler: Side
  #laneCount: number
  readonly #sessions = new Map<Side, PeerSession>()
  readonly #control: Record<Side, MemoryLane>
  readonly #open = new Map<number, MemoryLane>()
  readonly #waiting = new Map<Side, () => void>()

  constructor(world: LaneWorld, laneCount: number) {
    this.#world = world
    this.#laneCount = laneCount
    this.#dialler = world.random.onceIn(2) ? 'sender' : 'receiver'
    this.#control = connectLanes(world, 0)
  }

  /** Lane 0 is the control lane, and its loss the end of the session. */
  cut(number: number): void {
    const lane = number === 0 ? this.#control.sender : this.#open.get(number)
    lane?.cut()
  }

  /** One side's process is gone: its ends are dead at once, the other's a moment later. */
  leave(side: Side): void {
    for (const lane of [this.#control.sender, ...this.#open.values()]) {
      const [own, other] = lane.side === side ? [lane, lane.peer] : [lane.peer, lane]
      own?.die()
      if (other) this.#world.events.after(this.#world.random.integer(60), () => other.cut())
    }
  }

  /** Both must be there; then each has the session at a time of its own. */
  meet(side: Side, signal: AbortSignal): Promise<PeerSession> {
    const { events, random } = this.#world
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason as Error)
      signal.addEventListener('abort', onAbort)
      if (signal.aborted) return onAbort()
      this.#waiting.set(side, () => {
        const session = new PeerSession(this.#control[side], 'direct', this.#laneCount, Buffer.alloc(16, 7))
        this.#sessions.set(side, session)
        resolve(session)
        if (side === this.#dialler) session.onLaneCount((count) => this.#keepLanes(count))
      })
      events.after(5000, () => reject(new TernError('PEER_UNREACHABLE')))
      if (this.#waiting.size < 2) return
      for (const begin of this.#waiting.values()) events.after(random.integer(20), begin)
    })
  }

  #keepLanes(count: number): void {
    this.#laneCount = count
    for (let number = 1; number <= count; number += 1) if (!this.#open.has(number)) this.#openLane(number, 0)
  }

  #openLane(number: number, attempt: number): void {
    const { events, random } = this.#world
    const lanes = connectLanes(this.#world, number)
    this.#open.set(number, lanes.sender)
    // Each side knows of it at a time of its own.
    for (const side of ['sender', 'receiver'] as const) {
      events.after(20 + random.integer(15), () => {
        const session = this.#sessions.get(side)
        if (session) session.addLane({ lane: lanes[side], number, attempt })
        else lanes[side].destroy()
      })
    }
    void lanes.sender.ended.then(() => {
      const isWanted = [...this.#sessions.values()].every((session) => !session.ending.aborted)
      const again = (): void => {
        if (number <= this.#laneCount) this.#openLane(number, attempt + 1)
        else this.#open.delete(number)
      }
      if (isWanted) events.after(20 + random.integer(100), again)
    })
  }
}

let networkOf: ((transferId: string) => Network) | undefined

/** From now on the engines of each transfer meet where this says. */
export function setNetworks(next: (transferId: string) => Network): void {
  networkOf = next
}

/** A stand-in for `transport/meeting.ts`: whoever meets here has proven itself. */
export function modelledMeeting(): Record<string, unknown> {
  class Meeting implements Meets {
    readonly transferId: string
    readonly #side: Side

    constructor({ transferId, ownRole }: { transferId: string; ownRole: 'send' | 'receive' }) {
      this.transferId = transferId
      this.#side = ownRole === 'send' ? 'sender' : 'receiver'
    }

    meet(signal: AbortSignal): Promise<PeerSession> {
      if (!networkOf) throw new Error('a meeting outside of a simulation')
      return networkOf(this.transferId).meet(this.#side, signal)
    }
  }
  return { Meeting }
}
