import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll } from 'vitest'
import type { ReceiveRequest, SendRequest, TransferOutcome, TransferProgress } from '../../../src/engine/index.ts'
import type { EngineProcessMessage, EngineProcessStart } from './main.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const outFolder = join(root, 'node_modules', '.cache', `tern-engine-process-${process.pid}`)
let built: Promise<string> | undefined
afterAll(() => rmSync(outFolder, { recursive: true, force: true }))

/** Plain Node cannot run the sources as they are: bundled once for each test file. */
function bundle(): Promise<string> {
  built ??= build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: true,
      target: 'node20.18',
      outDir: outFolder,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: { main: fileURLToPath(new URL('./main.ts', import.meta.url)) },
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  }).then(() => join(outFolder, 'main.mjs'))
  return built
}

/** An engine in a process of its own. */
export class EngineProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly listening: { readonly host: string; readonly port: number } | undefined
  latestProgress: TransferProgress | undefined
  readonly #watchers = new Set<(progress: TransferProgress) => void>()

  private constructor(child: ChildProcess, listening: { host: string; port: number } | undefined) {
    this.#child = child
    this.listening = listening
    child.on('message', (message: { kind: string; progress: TransferProgress }) => {
      if (message.kind !== 'progress') return
      this.latestProgress = message.progress
      for (const watch of this.#watchers) watch(message.progress)
    })
  }

  static async start(start: EngineProcessStart): Promise<EngineProcess> {
    const child = fork(await bundle(), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    await messageOf(child, 'ready')
    child.send({ kind: 'create', start } satisfies EngineProcessMessage)
    const { listening } = await messageOf<{ listening?: { host: string; port: number } }>(child, 'created')
    return new EngineProcess(child, listening)
  }

  run(
    request: Omit<SendRequest, 'routes'> | Omit<ReceiveRequest, 'routes'>,
    dial?: { host: string; port: number },
  ): Promise<TransferOutcome> {
    const outcome = messageOf<{ outcome: TransferOutcome }>(this.#child, 'outcome')
    this.#child.send({ kind: 'run', request, ...(dial && { dial }) } satisfies EngineProcessMessage)
    return outcome.then((message) => message.outcome)
  }

  setLimit(bytesPerSecond: number): void {
    this.#child.send({ kind: 'limit', bytesPerSecond } satisfies EngineProcessMessage)
  }

  /** Settles with the first progress of which this is true. */
  until(isReached: (progress: TransferProgress) => boolean): Promise<TransferProgress> {
    return new Promise((resolve) => {
      const watch = (progress: TransferProgress) => {
        if (!isReached(progress)) return
        this.#watchers.delete(watch)
        resolve(progress)
      }
      this.#watchers.add(watch)
    })
  }

  /** As the system would: no chance to clean up. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }
}

function messageOf<Message>(child: ChildProcess, kind: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: { kind: string } & Message) => {
      if (message.kind !== kind) return
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(message)
    }
    const onExit = () => reject(new Error(`the engine process ended before it said ${kind}`))
    child.on('message', onMessage)
    child.once('exit', onExit)
  })
}
