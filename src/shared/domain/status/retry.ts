import { type ErrorCode, errorTable, isErrorCode } from '../errors.ts'

export interface AutomaticRetry {
  /** First delay; doubled each time (setting `job_autoretry_delay_s`). */
  readonly retryDelayMs: number
  readonly maxRetryDelayMs: number
  /** Tries by itself before it is failed for good (setting `job_max_retries`). */
  readonly maxRetries: number
}

export interface InterruptionRules {
  readonly interruptionDelayMs: number
  readonly maxInterruptionDelayMs: number
}

/** The reference's settings `job_max_retries` and `job_autoretry_delay_s`; the cap is ours. */
export const defaultRetry: AutomaticRetry = { retryDelayMs: 15_000, maxRetryDelayMs: 600_000, maxRetries: 3 }

export const defaultInterruption: InterruptionRules = { interruptionDelayMs: 500, maxInterruptionDelayMs: 10_000 }

export type NextTry =
  | { readonly kind: 'retry'; readonly attempt: number; readonly maxAttempts: number; readonly delayMs: number }
  | { readonly kind: 'final' }

/** The errors that may pass: by themselves, or when somebody changes something. */
export const retryableErrors: readonly ErrorCode[] = Object.keys(errorTable)
  .filter(isErrorCode)
  .filter((code) => errorTable[code].retry !== 'never')

/** Of these, what time alone does not mend: a person decides whether it is right. */
const decidedByPeople: ReadonlySet<string> = new Set<ErrorCode>(['SYNC_GUARD'])

/** Whether trying again can help. A task that somebody set to failed has no error, and stays as it is. */
export function isWorthRetrying(code: string | undefined): boolean {
  return isErrorCode(code) && retryableErrors.includes(code)
}

function mayPassByItself(code: string | undefined): boolean {
  return isWorthRetrying(code) && !decidedByPeople.has(code as ErrorCode)
}

/**
 * What follows when tasks of a job have failed and nothing else is left to do.
 * @param codes the errors of the failed tasks; undefined for one that has none
 * @param attempt how often it was tried again by itself since a person last touched it
 */
export function nextTry(codes: readonly (string | undefined)[], attempt: number, rules: AutomaticRetry): NextTry {
  if (attempt >= rules.maxRetries || !codes.some(mayPassByItself)) return { kind: 'final' }
  return {
    kind: 'retry',
    attempt: attempt + 1,
    maxAttempts: rules.maxRetries,
    delayMs: doubled(rules.retryDelayMs, attempt, rules.maxRetryDelayMs),
  }
}

/** The job's own settings over the workspace's; what is no whole number counts as not set. */
export function retryFromSettings(
  settings: Readonly<Record<string, string>>,
  defaults: AutomaticRetry,
): AutomaticRetry {
  const delayS = wholeNumber(settings.job_autoretry_delay_s)
  return {
    ...defaults,
    maxRetries: wholeNumber(settings.job_max_retries) ?? defaults.maxRetries,
    retryDelayMs: delayS === undefined ? defaults.retryDelayMs : delayS * 1000,
  }
}

/** How long an interrupted job waits before it runs again; costs no try. */
export function interruptionPauseMs(interruptions: number, rules: InterruptionRules): number {
  return doubled(rules.interruptionDelayMs, interruptions, rules.maxInterruptionDelayMs)
}

function doubled(firstMs: number, times: number, maxMs: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(times, 40))
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined
}
