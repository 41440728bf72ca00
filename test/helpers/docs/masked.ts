/**
 * What is told in a page of an answer: ids, secrets, times and addresses differ with each run and are replaced, the same
 * one by the same each time; long lists keep their beginning.
 */
export class Mask {
  readonly #ids = new Map<string, string>()
  readonly #texts: readonly (readonly [RegExp, string])[]

  readonly #mostShown: number
  readonly #mostMembers: number

  constructor(texts: readonly (readonly [RegExp, string])[], { mostShown = 2, mostMembers = 24 } = {}) {
    this.#texts = texts
    this.#mostShown = mostShown
    this.#mostMembers = mostMembers
  }

  of(value: unknown): unknown {
    return this.#of(value, '')
  }

  #of(value: unknown, key: string): unknown {
    if (Array.isArray(value)) return this.#list(value, key)
    if (typeof value === 'object' && value !== null) return this.#object(value)
    if (typeof value === 'number') return /Ms$/.test(key) && value > 1e12 ? noon : value
    return typeof value === 'string' ? this.#text(value, key) : value
  }

  #list(value: readonly unknown[], key: string): unknown {
    const shown = (unordered.has(key) ? byName(value) : value)
      .slice(0, this.#mostShown)
      .map((each) => this.#of(each, key))
    return value.length > this.#mostShown ? [...shown, `… ${value.length - this.#mostShown} more`] : shown
  }

  #object(value: object): unknown {
    const entries = Object.entries(value).filter(([key]) => !unshown.has(key))
    const shown = entries.length > this.#mostMembers ? entries.slice(0, 4) : entries
    const masked = shown.map(([key, each]) => [this.#id(key), this.#of(each, key)])
    const rest = entries.length - shown.length
    return Object.fromEntries(rest > 0 ? [...masked, ['…', `${rest} more`]] : masked)
  }

  #text(value: string, key: string): string {
    if (secretKeys.has(key)) return '…'
    if (key === 'epoch') return 'k3v9x2'
    if (/^[A-Za-z0-9_-]{32}$/.test(value)) return '…'
    let text = value
    for (const [pattern, shown] of this.#texts) text = text.replace(pattern, shown)
    text = text.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/, '2026-01-22T12:00:00')
    return text.replace(anyId, (id) => this.#id(id)).replace(/[0-9a-f]{64}/g, 'c0ffee…')
  }

  #id(id: string): string {
    if (!wholeId.test(id)) return id
    const known = this.#ids.get(id)
    if (known !== undefined) return known
    const number = String(this.#ids.size + 1)
    const shown =
      id.length === 24 ? `65f2a0${number.padStart(18, '0')}` : `65f2a000-0000-4000-8000-${number.padStart(12, '0')}`
    this.#ids.set(id, shown)
    return shown
  }
}

/** Says nothing to anybody: always false, and there because scripts may ask for it. */
const unshown: ReadonlySet<string> = new Set(['accsyn'])

/** Lists in the order of their ids, which is another one each time. */
const unordered: ReadonlySet<string> = new Set(['clients', 'users', 'shares', 'sites'])

function byName(values: readonly unknown[]): unknown[] {
  const nameOf = (value: unknown) => String((value as { name?: string } | null)?.name)
  return [...values].sort((one, other) => nameOf(one).localeCompare(nameOf(other)))
}

const noon = Date.UTC(2026, 0, 22, 12)
const secretKeys: ReadonlySet<string> = new Set(['sessionToken', 'key', 'ticket', 'session_id', 'api_key', 'last8'])
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}'
const anyId = new RegExp(`${uuid}|(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])`, 'g')
const wholeId = new RegExp(`^(?:${uuid}|[0-9a-f]{24})$`)
