import { monotonicMs } from '../../platform/clock.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { settingOf } from '../../shared/domain/settings/merge-settings.ts'
import { settingsAt } from '../settings/setting-store.ts'

export interface RateLimit {
  /** How many at once. */
  readonly burst: number
  /** And how fast they come back. */
  readonly perSecond: number
}

interface Bucket {
  tokens: number
  atMs: number
}

const maxKeys = 20_000

/** Token buckets by key (an address, an account), in bounded memory: the longest unused one makes room. */
export class RateLimiter {
  readonly #limit: RateLimit
  readonly #clockMs: () => number
  readonly #buckets = new Map<string, Bucket>()

  constructor(limit: RateLimit, clockMs: () => number = monotonicMs) {
    this.#limit = limit
    this.#clockMs = clockMs
  }

  /** Takes one; `limit`: another one than usual, for this time. @throws TernError TOO_MANY_REQUESTS `{retryAfterSeconds}` */
  take(key: string, limit = this.#limit): void {
    const bucket = this.#bucketOf(key, limit)
    if (bucket.tokens < 1) throw refusal(bucket, limit)
    bucket.tokens -= 1
  }

  /** Puts one back, for limits that only count failures: taken first, so that many tries at once are counted too. */
  giveBack(key: string): void {
    const bucket = this.#bucketOf(key, this.#limit)
    bucket.tokens = Math.min(this.#limit.burst, bucket.tokens + 1)
  }

  #bucketOf(key: string, { burst, perSecond }: RateLimit): Bucket {
    const now = this.#clockMs()
    const known = this.#buckets.get(key)
    this.#buckets.delete(key)
    const tokens = known ? Math.min(burst, known.tokens + ((now - known.atMs) / 1000) * perSecond) : burst
    const bucket = { tokens, atMs: now }
    if (this.#buckets.size >= maxKeys) this.#buckets.delete(this.#buckets.keys().next().value ?? '')
    this.#buckets.set(key, bucket)
    return bucket
  }
}

function refusal({ tokens }: Bucket, { perSecond }: RateLimit): TernError {
  const retryAfterSeconds = Math.max(1, Math.ceil((1 - tokens) / perSecond))
  return new TernError('TOO_MANY_REQUESTS', { retryAfterSeconds })
}

/**
 * Whom an address stands for: itself, and for IPv6 its network of 64 bits, since whoever has one address there has all
 * of them.
 */
export function networkOf(address: string): string {
  const four = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1]
  if (four !== undefined) return four
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::', 2)
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [left, right] = [groups(head), groups(tail ?? '')]
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array<string>(missing).fill('0'), ...right].slice(0, 4).join(':')
}

/**
 * How many calls each key of a script may make: so many a second as the workspace's setting says, twice as many at once.
 * The same for all, from wherever they come; undefined where the setting lifts it.
 */
export function callLimit(database: SqliteDatabase): RateLimit | undefined {
  const perSecond = Number(settingOf(settingsAt(database, 'workspace'), 'api_calls_per_second'))
  return perSecond === -1 ? undefined : { burst: 2 * perSecond, perSecond }
}
