import { randomBytes } from 'node:crypto'
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareNames } from './compare-names.ts'

const chunkBytes = 64 * 1024

/** Sorted runs of names in one temporary file, read back merged: a folder of millions of names costs a few MB. */
export class SpilledNames implements Disposable {
  readonly #fd: number
  readonly #path: string
  readonly #runs: { start: number; end: number }[] = []
  #sizeBytes = 0

  constructor() {
    this.#path = join(tmpdir(), `tern-names-${randomBytes(8).toString('hex')}`)
    const { O_RDWR, O_CREAT, O_EXCL } = constants
    this.#fd = openSync(this.#path, O_RDWR | O_CREAT | O_EXCL, 0o600)
    // Gone at once where the system allows it, so that a killed process leaves nothing behind.
    if (process.platform !== 'win32') unlinkSync(this.#path)
  }

  /** NUL cannot be part of a name, so it separates them. */
  addRun(sorted: readonly string[]): void {
    if (sorted.length === 0) return
    const bytes = Buffer.from(`${sorted.join('\0')}\0`)
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#fd, bytes, written, bytes.length - written, this.#sizeBytes + written)
    }
    this.#runs.push({ start: this.#sizeBytes, end: this.#sizeBytes + bytes.length })
    this.#sizeBytes += bytes.length
  }

  *merged(accepts: (name: string) => boolean): Generator<string> {
    const heads = this.#runs
      .map((run) => ({ names: this.#read(run.start, run.end), current: '' }))
      .filter((head) => advance(head))
    while (heads.length > 0) {
      // Few runs (one for each 32,768 names): a linear look is cheaper than a heap.
      let least = 0
      for (let index = 1; index < heads.length; index += 1) {
        if (compareNames(heads[index]?.current ?? '', heads[least]?.current ?? '') < 0) least = index
      }
      const head = heads[least]
      if (!head) return
      if (accepts(head.current)) yield head.current
      if (!advance(head)) heads.splice(least, 1)
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
    if (process.platform === 'win32') unlinkSync(this.#path)
  }

  *#read(start: number, end: number): Generator<string> {
    let rest = Buffer.alloc(0)
    for (let position = start; position < end; ) {
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, end - position))
      const count = readSync(this.#fd, chunk, 0, chunk.length, position)
      if (count === 0) return
      position += count
      rest = Buffer.concat([rest, chunk.subarray(0, count)])
      let from = 0
      for (let to = rest.indexOf(0, from); to >= 0; to = rest.indexOf(0, from)) {
        yield rest.toString('utf8', from, to)
        from = to + 1
      }
      rest = rest.subarray(from)
    }
  }
}

function advance(head: { names: Generator<string>; current: string }): boolean {
  const next = head.names.next()
  if (next.done) return false
  head.current = next.value
  return true
}
