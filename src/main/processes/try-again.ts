import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../../platform/logger.ts'
import { TernError } from '../../shared/domain/errors.ts'

const delaysMs = [300, 1000, 3000, 10_000]
/** Their cause stays until a person does something: trying again would only fill the log. */
const hopeless = new Set(['STORE_TOO_NEW', 'STORE_CORRUPT', 'NOT_FOUND'])

/**
 * Does something that may fail for a while, such as listening on a port that a process of the last run still holds.
 * Tries until it succeeds, is hopeless, or is aborted; throws the last failure then.
 */
export async function tryAgain<Value>(
  what: string,
  attempt: () => Promise<Value>,
  options: { readonly signal: AbortSignal; readonly logger: Logger },
): Promise<Value> {
  for (let count = 0; ; count += 1) {
    try {
      return await attempt()
    } catch (thrown) {
      options.logger.error({ err: thrown, count }, `${what} did not start`)
      if (options.signal.aborted || hopeless.has(TernError.from(thrown).code)) throw thrown
      const delayMs = delaysMs[Math.min(count, delaysMs.length - 1)] ?? 0
      // An abort while waiting is the end of trying, and its failure is the last one.
      await sleep(delayMs, undefined, { signal: options.signal }).catch(() => {
        throw thrown
      })
    }
  }
}
