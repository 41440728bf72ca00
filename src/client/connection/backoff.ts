import { TernError } from '../../shared/domain/errors.ts'

const firstDelayMs = 500
const longestDelayMs = 10_000

/** Delay before try `attempt` (0 is the first repetition): doubled, capped, and spread so that clients do not return as one. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10))
  return delayMs * (0.75 + random() * 0.5)
}

/** Ends early when `wake` fires; rejects with the signal's reason. */
export function pause(delayMs: number, signal: AbortSignal, onWake?: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve()
    }
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(done, delayMs)
    signal.addEventListener('abort', onAbort, { once: true })
    onWake?.(done)
  })
}

/** What a call to the workspace may meet that another try can heal. */
function isPassing(error: unknown): boolean {
  return error instanceof TernError && ['WORKSPACE_UNREACHABLE', 'TOO_MANY_REQUESTS', 'INTERNAL'].includes(error.code)
}

/** The one place that repeats calls: until it works, fails for good, or the signal ends it. INTERNAL is given up in time. */
export async function untilAcknowledged<Value>(call: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  let internalLeft = 5
  for (let attempt = 0; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (!isPassing(error)) throw error
      if (error instanceof TernError && error.code === 'INTERNAL' && --internalLeft === 0) throw error
      await pause(backoffMs(attempt), signal)
    }
  }
}
