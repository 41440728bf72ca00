import { monotonicMs } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import { type Caller, openCalls } from '../platform/message-rpc.ts'
import { TernError } from '../shared/domain/errors.ts'
import { CrashHistory } from './crash-history.ts'
import type { ForkedChild } from './forked-child.ts'

export type ChildState = 'stopped' | 'starting' | 'running' | 'restarting'

export interface SupervisorOptions<Calls, Events, Started> {
  readonly name: string
  readonly fork: () => ForkedChild
  /** First words to a new process: its setup and secrets. */
  readonly setup: (call: Caller<Calls>) => Promise<Started>
  /** Last words; the process is ended by its id when it does not obey in time. */
  readonly shutdown: (call: Caller<Calls>) => Promise<unknown>
  readonly onEvent: <Name extends keyof Events & string>(name: Name, payload: Events[Name]) => void
  readonly onState?: (state: ChildState, crashes: number) => void
  /** Nobody is there to start it again: after the five it goes on, slowly, once it has run. */
  readonly isUnattended?: boolean
  /** Unattended, and nothing works without it: told when it ends right after every start, and is not started again. */
  readonly onHopeless?: (failure: TernError) => void
  readonly logger: Logger
}

interface Run<Calls> {
  readonly child: ForkedChild
  readonly call: Caller<Calls>
  readonly exited: Promise<void>
}

const callPatienceMs = 15_000
const shutdownPatienceMs = 3500
const unattendedDelayMs = 30_000
/** A process that once ran for so long can run here; one that ended this often before never will. */
const lastingMs = 60_000
const hopelessCrashes = 4

/**
 * Keeps one process running: starts it again after a crash, with growing delays, and gives up after five crashes in ten
 * minutes. Ends that were asked for do not count. Calls made between two runs wait for the next one.
 */
export class Supervisor<Calls extends object, Events, Started> implements AsyncDisposable {
  readonly #options: SupervisorOptions<Calls, Events, Started>
  readonly #crashes = new CrashHistory()
  #state: ChildState = 'stopped'
  #run: Run<Calls> | undefined
  #started: Started | undefined
  #runningSinceMs: number | undefined
  #hasLasted = false
  #restartTimer: NodeJS.Timeout | undefined
  #waiters: { resolve(started: Started): void; reject(failure: TernError): void }[] = []

  constructor(options: SupervisorOptions<Calls, Events, Started>) {
    this.#options = options
  }

  get state(): ChildState {
    return this.#state
  }

  get crashes(): number {
    return this.#crashes.count
  }

  /** Answers once the process is set up. A refusal of the very first setup is thrown and ends the process. */
  start(): Promise<Started> {
    if (this.#state === 'running' && this.#started !== undefined) return Promise.resolve(this.#started)
    const started = this.#nextStart()
    if (this.#state === 'stopped') {
      this.#crashes.clear()
      this.#setState('starting')
      this.#launch(true)
    }
    return started
  }

  /** Fails with PROCESS_LOST when the process is not running and does not come back in time. */
  readonly call: Caller<Calls> = async (name, input) => {
    if (this.#state === 'stopped') throw new TernError('PROCESS_LOST')
    if (this.#state !== 'running') await withPatience(this.#nextStart(), callPatienceMs)
    const run = this.#run
    if (!run) throw new TernError('PROCESS_LOST')
    return run.call(name, input)
  }

  async stop(): Promise<void> {
    clearTimeout(this.#restartTimer)
    const run = this.#run
    this.#run = undefined
    this.#setState('stopped')
    this.#failWaiters(new TernError('PROCESS_LOST'))
    if (!run) return
    await withPatience(this.#options.shutdown(run.call), shutdownPatienceMs).catch((thrown) =>
      this.#options.logger.warn({ process: this.#options.name, err: thrown }, 'a process did not end when asked'),
    )
    run.child.kill()
    await run.exited
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #launch(isFirst: boolean): void {
    const child = this.#options.fork()
    const { call, lost } = openCalls<Calls, Events>(child.endpoint, this.#options.onEvent)
    const exited = new Promise<void>((resolve) =>
      child.onExit((code) => {
        lost()
        resolve()
        if (this.#run?.child === child) this.#onCrash(code)
      }),
    )
    const run = { child, call, exited }
    this.#run = run
    void this.#setUp(run, isFirst)
  }

  async #setUp(run: Run<Calls>, isFirst: boolean): Promise<void> {
    try {
      const started = await this.#options.setup(run.call)
      if (this.#run !== run) return
      this.#started = started
      this.#runningSinceMs = monotonicMs()
      this.#setState('running')
      for (const waiter of this.#waiters.splice(0)) waiter.resolve(started)
    } catch (thrown) {
      if (this.#run !== run) return
      const failure = TernError.from(thrown)
      // Its end is reported by itself.
      if (failure.code === 'PROCESS_LOST') return
      // What stands in the way of the first start is told to whoever starts it, who need not read it twice.
      const level = isFirst && failure.code !== 'INTERNAL' ? 'debug' : 'error'
      this.#options.logger[level]({ process: this.#options.name, err: thrown }, 'a process could not be set up')
      if (isFirst) this.#giveUp(failure)
      run.child.kill()
    }
  }

  #onCrash(code: number): void {
    this.#run = undefined
    const delayMs = this.#delayAfterCrash(monotonicMs())
    this.#options.logger.error(
      { process: this.#options.name, exitCode: code, crashes: this.#crashes.count, delayMs },
      'a process ended unasked',
    )
    if (delayMs === undefined) {
      const failure = new TernError('PROCESS_LOST', { crashes: this.#crashes.count })
      this.#giveUp(failure)
      this.#options.onHopeless?.(failure)
      return
    }
    this.#setState('restarting')
    this.#restartTimer = setTimeout(() => this.#launch(false), delayMs)
  }

  #delayAfterCrash(atMs: number): number | undefined {
    this.#hasLasted ||= this.#runningSinceMs !== undefined && atMs - this.#runningSinceMs >= lastingMs
    this.#runningSinceMs = undefined
    const { isUnattended, onHopeless } = this.#options
    const delayMs = this.#crashes.add(atMs)
    if (!isUnattended || this.#started === undefined) return delayMs
    if (onHopeless && !this.#hasLasted && this.#crashes.count >= hopelessCrashes) return undefined
    return delayMs ?? unattendedDelayMs
  }

  #giveUp(failure: TernError): void {
    this.#run = undefined
    this.#setState('stopped')
    this.#failWaiters(failure)
  }

  #nextStart(): Promise<Started> {
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }))
  }

  #failWaiters(failure: TernError): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(failure)
  }

  #setState(state: ChildState): void {
    if (state === this.#state) return
    this.#state = state
    this.#options.onState?.(state, this.#crashes.count)
  }
}

async function withPatience<Value>(promise: Promise<Value>, patienceMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const impatience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TernError('PROCESS_LOST')), patienceMs)
  })
  try {
    return await Promise.race([promise, impatience])
  } finally {
    clearTimeout(timer)
  }
}
