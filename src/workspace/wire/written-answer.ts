import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { safeValue } from './safe-text.ts'
import type { WireAnswer, WireRecord } from './wire-route.ts'

/** Records that are written at once, between which others of the workspace get their turn. */
const recordsAtOnce = 25

/**
 * An answer as text, or as a stream where its records come one by one. What goes wrong before the first of them still
 * becomes an error; later the connection ends early, since half a list must not look like a whole one.
 */
export async function writtenAnswer(answer: WireAnswer): Promise<string | Readable> {
  if (!(Symbol.asyncIterator in answer)) return JSON.stringify(safeValue(answer))
  const records = answer[Symbol.asyncIterator]()
  const text = new ListText()
  for (let count = 0; count < recordsAtOnce; count += 1) {
    const next = await records.next()
    if (next.done) return text.end()
    text.add(next.value)
  }
  return Readable.from(rest(text, records), { objectMode: false })
}

async function* rest(text: ListText, records: AsyncIterator<WireRecord>): AsyncGenerator<string> {
  try {
    for (;;) {
      yield text.take()
      await nextTurn()
      for (let count = 0; count < recordsAtOnce; count += 1) {
        const next = await records.next()
        if (next.done) {
          yield text.end()
          return
        }
        text.add(next.value)
      }
    }
  } finally {
    await records.return?.()
  }
}

class ListText {
  #text = '{"result": ['
  #isEmpty = true

  add(record: WireRecord): void {
    this.#text += `${this.#isEmpty ? '' : ', '}${JSON.stringify(safeValue(record))}`
    this.#isEmpty = false
  }

  /** What was written since it was last asked for. */
  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  end(): string {
    return `${this.take()}]}`
  }
}
