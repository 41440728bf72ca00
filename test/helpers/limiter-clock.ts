import type { LimiterClock } from '../../src/engine/transport/limiter.ts'

/** Time that passes when it is told to; timers go off at their very moment. */
export class ManualClock implements LimiterClock {
  #nowMs = 0
  readonly #timers = new Set<{ readonly atMs: number; readonly act: () => void }>()

  nowMs(): number {
    return this.#nowMs
  }

  after(ms: number, act: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, act }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** As a call that does not return for so long: no timer goes off meanwhile. */
  jump(ms: number): void {
    this.#nowMs += ms
  }

  /** Lets the time pass; whoever is woken has had its say before the next timer goes off. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await settled()
    for (;;) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (!due) break
      this.#timers.delete(due)
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      due.act()
      await settled()
    }
    this.#nowMs = untilMs
    await settled()
  }
}

/** What waits for promises that are settled already has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
