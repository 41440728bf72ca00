import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readTextFile, writeFileAtomic } from '../../platform/atomic-file.ts'

/** The mail server's password: beside the database and not in it, so that no list, log, audit or query can show it. */
export class MailPassword {
  readonly #file: string

  constructor(folder: string) {
    this.#file = join(folder, 'mail-password')
  }

  read(): Promise<string | undefined> {
    return readTextFile(this.#file)
  }

  /** `null` forgets it. */
  async write(password: string | null): Promise<void> {
    if (password === null) await rm(this.#file, { force: true })
    else await writeFileAtomic(this.#file, password, { mode: 0o600 })
  }
}
