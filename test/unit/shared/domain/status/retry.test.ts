import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorTable } from '../../../../../src/shared/domain/errors.ts'
import {
  defaultInterruption,
  defaultRetry,
  interruptionPauseMs,
  isWorthRetrying,
  nextTry,
  retryableErrors,
  retryFromSettings,
} from '../../../../../src/shared/domain/status/retry.ts'

describe('automatic retries', () => {
  test('three by default, from 15 s on, doubled', () => {
    const delays = [0, 1, 2].map((attempt) => nextTry(['IO_ERROR'], attempt, defaultRetry))
    expect(delays).toEqual([
      { kind: 'retry', attempt: 1, maxAttempts: 3, delayMs: 15_000 },
      { kind: 'retry', attempt: 2, maxAttempts: 3, delayMs: 30_000 },
      { kind: 'retry', attempt: 3, maxAttempts: 3, delayMs: 60_000 },
    ])
    expect(nextTry(['IO_ERROR'], 3, defaultRetry)).toEqual({ kind: 'final' })
  })

  test('never later than ten minutes, however often', () => {
    const rules = { ...defaultRetry, maxRetries: 999_999 }
    expect(nextTry(['STALLED'], 5, rules)).toMatchObject({ delayMs: 480_000 })
    expect(nextTry(['STALLED'], 6, rules)).toMatchObject({ delayMs: 600_000 })
    expect(nextTry(['STALLED'], 999_998, rules)).toMatchObject({ attempt: 999_999, delayMs: 600_000 })
  })

  test.each<[string, (string | undefined)[], boolean]>([
    ['an error that may pass', ['PEER_LOST'], true],
    ['what somebody may change', ['DISK_FULL'], true],
    ['what can never work', ['SPECIAL_FILE'], false],
    ['one that may pass among others', ['SPECIAL_FILE', 'DISK_FULL'], true],
    ['what a person has to look at first', ['SYNC_GUARD'], false],
    ['one that may pass beside what a person has to look at', ['SYNC_GUARD', 'IO_ERROR'], true],
    ['several that cannot work', ['SPECIAL_FILE', 'CONSENT_REFUSED'], false],
    ['a task that a person wrote failed', [undefined], false],
    ['a code of a newer program', ['UNHEARD_OF'], false],
    ['nothing at all', [], false],
  ])('%s', (_case, codes, isTried) => {
    expect(nextTry(codes, 0, defaultRetry).kind).toBe(isTried ? 'retry' : 'final')
  })

  test('the list of errors to try again and the table of errors agree', () => {
    for (const [code, { retry }] of Object.entries(errorTable)) {
      expect(isWorthRetrying(code)).toBe(retry !== 'never')
      expect((retryableErrors as readonly string[]).includes(code)).toBe(retry !== 'never')
    }
  })

  test.each<[string, Record<string, string>, { maxRetries: number; retryDelayMs: number }]>([
    ['nothing set', {}, { maxRetries: 3, retryDelayMs: 15_000 }],
    ['none', { job_max_retries: '0' }, { maxRetries: 0, retryDelayMs: 15_000 }],
    ['both', { job_max_retries: '10', job_autoretry_delay_s: '1' }, { maxRetries: 10, retryDelayMs: 1000 }],
    ['nonsense', { job_max_retries: '-1', job_autoretry_delay_s: '1e9' }, { maxRetries: 3, retryDelayMs: 15_000 }],
  ])('settings: %s', (_case, settings, expected) => {
    expect(retryFromSettings(settings, defaultRetry)).toMatchObject(expected)
  })

  test('never more tries than asked for, and delays only grow', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(700_000), (maxRetries, retryDelayMs) => {
        const rules = { ...defaultRetry, maxRetries, retryDelayMs }
        let [attempt, lastMs] = [0, 0]
        for (;;) {
          const next = nextTry(['IO_ERROR'], attempt, rules)
          if (next.kind === 'final') break
          expect(next.attempt).toBe(attempt + 1)
          expect(next.delayMs).toBeGreaterThanOrEqual(lastMs)
          attempt = next.attempt
          lastMs = next.delayMs
        }
        expect(attempt).toBe(maxRetries)
      }),
    )
  })
})

test('an interrupted job runs again soon, then more slowly', () => {
  const pauses = [0, 1, 2, 5, 1_000_000].map((count) => interruptionPauseMs(count, defaultInterruption))
  expect(pauses).toEqual([500, 1000, 2000, 10_000, 10_000])
})
