import { useSyncExternalStore } from 'react'
import { type ClockContext, formatClock } from '../../shared/words/index.ts'

/** Epoch milliseconds that move on once in `everyMs`, one timer for all who look. */
class Ticker {
  readonly #everyMs: number
  readonly #listeners = new Set<() => void>()
  #nowMs = Date.now()
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(everyMs: number) {
    this.#everyMs = everyMs
  }

  readonly read = (): number => this.#nowMs

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#timer ??= setInterval(() => this.#tick(), this.#everyMs)
    if (this.#listeners.size === 1) this.#nowMs = Date.now()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  #tick(): void {
    this.#nowMs = Date.now()
    for (const listener of this.#listeners) listener()
  }
}

const minute = new Ticker(60_000)
const seconds = new Ticker(5000)

/** For "since 14:02", which only changes its form at midnight. */
export function useNowMs(): number {
  return useSyncExternalStore(minute.subscribe, minute.read)
}

/** For "next try in 30 s". */
export function useNowMsOften(): number {
  return useSyncExternalStore(seconds.subscribe, seconds.read)
}

/** `14:02`, with a date when it is not today's. */
export function useClock(): (epochMs: number) => string {
  const context = { nowMs: useNowMs() } satisfies ClockContext
  return (epochMs) => formatClock(epochMs, context)
}
