import type { z } from 'zod'
import { readJsonFile, writeJsonFile } from '../platform/atomic-file.ts'
import { TernError } from '../shared/domain/errors.ts'

/**
 * One small JSON file of this profile: read and checked at the start, replaced atomically, held in memory. Writes follow
 * each other, the last value wins.
 */
export class StateFile<Value> {
  readonly #path: string
  #value: Value
  #written: Promise<void> = Promise.resolve()

  private constructor(path: string, value: Value) {
    this.#path = path
    this.#value = value
  }

  /** Fails with STORE_CORRUPT `{path}` rather than start from nothing over what a person has set. */
  static async open<Value>(path: string, schema: z.ZodType<Value>, initial: Value): Promise<StateFile<Value>> {
    const content = await readJsonFile(path)
    if (content === undefined) return new StateFile(path, initial)
    const version =
      typeof content === 'object' && content !== null && 'version' in content ? content.version : undefined
    if (typeof version === 'number' && version > 1) throw new TernError('STORE_TOO_NEW', { path })
    const parsed = schema.safeParse(content)
    if (!parsed.success) throw new TernError('STORE_CORRUPT', { path }, { cause: parsed.error })
    return new StateFile(path, parsed.data)
  }

  get value(): Value {
    return this.#value
  }

  /** Answers when the value is durable. */
  replace(value: Value): Promise<void> {
    this.#value = value
    const write = async () => {
      if (this.#value === value) await writeJsonFile(this.#path, value)
    }
    this.#written = this.#written.then(write, write)
    return this.#written
  }

  async settled(): Promise<void> {
    await this.#written.catch(() => undefined)
  }
}
