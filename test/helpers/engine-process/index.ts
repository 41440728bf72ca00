import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReceiveRequest, SendRequest, TransferOutcome, TransferProgress } from '../../../src/engine/index.ts'
import { bundleForNode } from '../bundle.ts'
import type { EngineProcessMessage, EngineProcessStart } from './main.ts'

let built: Promise<string> | undefined

async function bundle(): Promise<string> {
  built ??= bundleForNode('engine', { main: fileURLToPath(new URL('./main.ts', import.meta.url)) })
  return join(await built, 'main.mjs')
}

/** An engine in a process of its own. */
export class EngineProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly listening: { readonly host: string; readonly port: number } | undefined
  latestProgress: TransferProgress | undefined
  /** Items that were reported as done. */
  readonly doneItems: string[] = []
  readonly #watchers = new Set<(progress: TransferProgress) => void>()

  private constructor(child: ChildProcess, listening: { host: string; port: number } | undefined) {
    this.#child = child
    this.listening = listening
    child.on('message', (message: { kind: string; progress: TransferProgress; itemId: string; status: string }) => {
      if (message.kind === 'item' && message.status === 'done') this.doneItems.push(message.itemId)
      if (message.kind !== 'progress') return
      this.latestProgress = message.progress
      for (const watch of this.#watchers) watch(message.progress)
    })
  }

  /** `file`: this folder's `main.ts`, bundled by somebody already. */
  static async start(start: EngineProcessStart, file?: string): Promise<EngineProcess> {
    const child = fork(file ?? (await bundle()), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    await messageOf(child, 'ready')
    child.send({ kind: 'create', start } satisfies EngineProcessMessage)
    const { listening } = await messageOf<{ listening?: { host: string; port: number } }>(child, 'created')
    return new EngineProcess(child, listening)
  }

  get pid(): number {
    return this.#child.pid ?? 0
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
