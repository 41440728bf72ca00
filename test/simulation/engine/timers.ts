import type { Events } from './events.ts'

/** A turn takes its time, or whoever only waits for turns would stop the clock. */
const turnMs = 0.05

let events: Events | undefined

function current(): Events {
  if (!events) throw new Error('a timer outside of a simulation')
  return events
}

interface WaitOptions {
  readonly signal?: AbortSignal
}

function wait<T>(delayMs: number, value: T, { signal }: WaitOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel()
      reject(Object.assign(new Error('aborted'), { name: 'AbortError', code: 'ABORT_ERR' }))
    }
    const cancel = current().after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve(value)
    })
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort)
  })
}

/** A stand-in for `node:timers/promises`. */
export function modelledTimers(): Record<string, unknown> {
  return {
    setTimeout: (delayMs = 0, value?: unknown, options: WaitOptions = {}) => wait(delayMs, value, options),
    setImmediate: (value?: unknown, options: WaitOptions = {}) => wait(turnMs, value, options),
  }
}

/** A stand-in for `platform/clock.ts`. */
export function modelledClock(): Record<string, unknown> {
  return { monotonicMs: () => events?.nowMs ?? 0, nowMs: () => 1_700_000_000_000 + (events?.nowMs ?? 0) }
}

class VirtualTimer {
  readonly cancel: () => void

  constructor(cancel: () => void) {
    this.cancel = cancel
  }

  unref(): this {
    return this
  }

  ref(): this {
    return this
  }
}

/** Until disposed all timers run in virtual time. */
export function runTimersIn(next: Events): Disposable {
  const real = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate }
  events = next
  const clear = (timer: unknown): void => {
    if (timer instanceof VirtualTimer) timer.cancel()
  }
  const later = (work: () => void, delayMs = 0): VirtualTimer => new VirtualTimer(next.after(delayMs, work))
  const repeat = (work: () => void, everyMs = 0): VirtualTimer => {
    let cancel: () => void = () => undefined
    const again = (): void => {
      cancel = next.after(everyMs, () => {
        again()
        work()
      })
    }
    again()
    return new VirtualTimer(() => cancel())
  }
  Object.assign(globalThis, {
    setTimeout: later,
    clearTimeout: clear,
    setInterval: repeat,
    clearInterval: clear,
    setImmediate: (work: () => void) => later(work, turnMs),
  })
  return {
    [Symbol.dispose]: () => {
      events = undefined
      Object.assign(globalThis, real)
    },
  }
}
