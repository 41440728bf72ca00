import type { Readable, Writable } from 'node:stream'
import { errnoOf } from '../platform/errno.ts'

/** What a command ends with: scripts tell a mistake in what they wrote from a defect of Tern by it. */
export const exitCodes = { done: 0, defect: 1, mistake: 2 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The three streams of a call. Only answers go to `stdout`. */
export interface Terminal {
  readonly stdin: Readable
  readonly stdout: Output
  readonly stderr: Output
}

/** Runs the work of one command. Errors that a person can mend are told as mistakes; others are defects. */
export type Act = (work: (terminal: Terminal) => Promise<ExitCode>) => Promise<void>

/** The answer has nowhere to go: a full disk behind `>`, for example. */
export class AnswerLost extends Error {}

/** A stream to write texts to, one at a time, so that a slow reader holds the writer back and memory stays flat. */
export class Output {
  readonly #stream: Writable
  #isClosed = false

  constructor(stream: Writable) {
    this.#stream = stream
    // Each write reports its own error; without a listener the same error would end the process.
    stream.on('error', () => {})
  }

  /**
   * Writes all of `text`. Once the reader has gone (`| head`), writing does nothing: that is nobody's mistake.
   * @throws AnswerLost
   */
  async write(text: string): Promise<void> {
    if (this.#isClosed) return
    const error = await new Promise<unknown>((resolve) => this.#stream.write(text, resolve))
    if (error === undefined || error === null) return
    this.#isClosed = true
    if (errnoOf(error) !== 'EPIPE') throw new AnswerLost(errnoOf(error), { cause: error })
  }
}

export function processTerminal(): Terminal {
  return { stdin: process.stdin, stdout: new Output(process.stdout), stderr: new Output(process.stderr) }
}
