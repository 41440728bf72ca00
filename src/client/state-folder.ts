import { join } from 'node:path'
import type { z } from 'zod'
import { StateFile } from './state-file.ts'

/** The small files of one profile, written to the end before the host is gone. */
export class StateFolder implements AsyncDisposable {
  readonly path: string
  readonly #files: { settled(): Promise<void> }[] = []

  constructor(path: string) {
    this.path = path
  }

  /** Fails with STORE_CORRUPT, STORE_TOO_NEW. */
  async open<Value>(name: string, schema: z.ZodType<Value>, initial: Value): Promise<StateFile<Value>> {
    const file = await StateFile.open(join(this.path, name), schema, initial)
    this.#files.push(file)
    return file
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#files.map((file) => file.settled()))
  }
}
