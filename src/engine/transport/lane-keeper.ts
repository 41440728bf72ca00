import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '../../platform/clock.ts'
import type { Logger } from '../../platform/logger.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { DialledAhead } from './dialled-ahead.ts'
import { isFinal } from './final-errors.ts'
import type { PeerSession } from './peer-session.ts'
import { firstRedialMs, nextRedialMs } from './redial.ts'
import type { SecureStream } from './tls.ts'
import type { Lane } from './types.ts'

const leaseMs = 30_000
/** A lane that lasted this long was no failure: it comes back at once. */
const lastingMs = 1000

interface LaneKeeperOptions {
  readonly session: PeerSession
  /**
   * One data lane, proven. Settles without one, after its life, where the peer's hello brings it in. `made`: a
   * connection that was made ahead.
   */
  readonly open: (number: number, attempt: number, made: Promise<SecureStream> | undefined) => Promise<Lane | undefined>
  /** Connections that were made while the control lane was; absent: none were. */
  readonly ahead: DialledAhead | undefined
  readonly logger: Logger
}

/** Keeps as many data lanes of a session open as it wants: a lost one is opened again until nothing helps any more. */
export class LaneKeeper {
  readonly #options: LaneKeeperOptions
  readonly #kept = new Set<number>()
  readonly #attempts = new Map<number, number>()

  constructor(options: LaneKeeperOptions) {
    this.#options = options
  }

  start(): void {
    const { session, ahead } = this.#options
    session.ending.addEventListener('abort', () => ahead?.[Symbol.dispose](), { once: true })
    session.onLaneCount((count) => {
      for (let number = 1; number <= count; number += 1) {
        if (!this.#kept.has(number)) void this.#keep(number)
      }
    })
    ahead?.dropRest()
  }

  async #keep(number: number): Promise<void> {
    const { session, open, ahead, logger } = this.#options
    const { ending } = session
    this.#kept.add(number)
    let lostAtMs = monotonicMs()
    for (let redialMs = firstRedialMs; !ending.aborted && number <= session.laneCount; ) {
      const startedAtMs = monotonicMs()
      try {
        const attempt = this.#attempts.get(number) ?? 0
        this.#attempts.set(number, attempt + 1)
        const lane = await open(number, attempt, ahead?.take())
        if (lane) {
          session.addLane({ lane, number, attempt })
          await lane.ended
          lostAtMs = monotonicMs()
        }
        if (monotonicMs() - startedAtMs >= lastingMs) {
          redialMs = firstRedialMs
          continue
        }
      } catch (thrown) {
        if (ending.aborted) break
        const error = TernError.from(thrown)
        logger.debug({ lane: number, error: error.toEnvelope() }, 'lane failed')
        const isHopeless = monotonicMs() - lostAtMs > leaseMs && session.openLanes === 0
        if (isFinal(error) || isHopeless) {
          session.destroy(error)
          break
        }
      }
      await wait(redialMs, undefined, { signal: ending }).catch(() => undefined)
      redialMs = nextRedialMs(redialMs)
    }
    this.#kept.delete(number)
  }
}
