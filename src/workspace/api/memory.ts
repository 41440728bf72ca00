import { monotonicMs } from '../../platform/clock.ts'

/** Longer texts are worked out anew each time. */
const longestText = 256 * 1024
const mostCharacters = 16 * 1024 * 1024
/** Some of what is told depends on the time of day. */
const longestMs = 1000

/**
 * What was worked out from the workspace's data, for as long as nothing changed: many scripts ask the same again and
 * again, and most of the time the answer is the same. `version` changes with every commit and with who is online.
 */
export class Memory<Value> {
  readonly #version: () => number
  readonly #charactersOf: (value: Value) => number
  readonly #clockMs: () => number
  readonly #values = new Map<string, Value>()
  #knownVersion = -1
  #sinceMs = 0
  #characters = 0

  constructor(version: () => number, charactersOf: (value: Value) => number, clockMs: () => number = monotonicMs) {
    this.#version = version
    this.#charactersOf = charactersOf
    this.#clockMs = clockMs
  }

  /** What it is known for now. */
  get version(): number {
    return this.#version()
  }

  get(key: string): Value | undefined {
    this.#forgetOld()
    return this.#values.get(key)
  }

  /** `version` as of before the value was worked out: what changed meanwhile may not be in it. */
  set(key: string, value: Value, version: number): void {
    this.#forgetOld()
    const characters = key.length + this.#charactersOf(value)
    if (version !== this.#knownVersion || characters > longestText) return
    if (this.#characters + characters > mostCharacters) this.#forget()
    this.#characters += characters
    this.#values.set(key, value)
  }

  /** The value that is known, or that `work` makes. */
  remembered(key: string, work: () => Value): Value {
    const known = this.get(key)
    if (known !== undefined) return known
    const { version } = this
    const value = work()
    this.set(key, value, version)
    return value
  }

  #forgetOld(): void {
    const { version } = this
    const now = this.#clockMs()
    if (version === this.#knownVersion && now - this.#sinceMs < longestMs) return
    this.#knownVersion = version
    this.#sinceMs = now
    this.#forget()
  }

  #forget(): void {
    this.#values.clear()
    this.#characters = 0
  }
}

/** The same for answers that take a while. What comes as it is read, and not as text, is handed on and not kept. */
export async function rememberedAnswer<Answer>(
  answers: Memory<string>,
  key: string,
  work: () => Promise<Answer>,
): Promise<Answer | string> {
  const known = answers.get(key)
  if (known !== undefined) return known
  const { version } = answers
  const answer = await work()
  if (typeof answer === 'string') answers.set(key, answer, version)
  return answer
}
