import { Worker } from 'node:worker_threads'

const longestText = 1_000_000

/*
 * A parser that never returns stops its thread and everything that could report it, so another thread watches: it prints
 * what was being read and ends the process, which the test program reports as a crash of this file.
 */
const watching = `
const { workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const state = new Int32Array(workerData.state)
const text = new Uint16Array(workerData.text)
let seen = -1
for (;;) {
  Atomics.wait(state, 2, 0, workerData.limitMs)
  if (Atomics.load(state, 2) !== 0) break
  const count = Atomics.load(state, 0)
  if (count !== seen || count % 2 === 0) { seen = count; continue }
  const length = Math.min(Atomics.load(state, 1), 2000)
  let shown = ''
  for (let index = 0; index < length; index += 1) shown += String.fromCharCode(text[index])
  writeSync(2, '\\n' + workerData.name + ' hangs on (first 2,000 characters) ' + JSON.stringify(shown) + '\\n')
  process.kill(process.pid, 'SIGKILL')
}
`

/** Ends this process, with the input printed, when one call takes longer than `limitMs`. */
export class Watchdog implements AsyncDisposable {
  readonly #state = new Int32Array(new SharedArrayBuffer(12))
  readonly #text = new Uint16Array(new SharedArrayBuffer(2 * longestText))
  readonly #worker: Worker

  constructor(name: string, limitMs: number) {
    const workerData = { name, limitMs, state: this.#state.buffer, text: this.#text.buffer }
    this.#worker = new Worker(watching, { eval: true, workerData })
  }

  watch<T>(text: string, call: () => T): T {
    const length = Math.min(text.length, longestText)
    for (let index = 0; index < length; index += 1) this.#text[index] = text.charCodeAt(index)
    Atomics.store(this.#state, 1, length)
    Atomics.add(this.#state, 0, 1)
    try {
      return call()
    } finally {
      Atomics.add(this.#state, 0, 1)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Atomics.store(this.#state, 2, 1)
    Atomics.notify(this.#state, 2)
    await this.#worker.terminate()
  }
}
