import { setTimeout as sleep } from 'node:timers/promises'
import { app, type BrowserWindow, dialog, type MessageBoxOptions, powerMonitor } from 'electron'
import type { Disposer } from '../../platform/disposer.ts'
import type { Logger } from '../../platform/logger.ts'
import { say } from '../../shared/words/index.ts'
import { endForCertain } from './exit-guard.ts'

/** Quitting takes this long at most, whatever waits for whom. */
const quitPatienceMs = 5000
/** What has not ended in order by then is ended by its id; the rest of the time is for main's own exit. */
const orderlyPatienceMs = 4250

export interface LifecycleOptions {
  readonly disposer: Disposer
  /** Ends at once what is left of the processes that main started. */
  readonly killChildren: () => void
  /** People who lose a workspace that is hosted here. */
  readonly peopleCutOff: () => number
  /** Where a question belongs, when there is something to see. */
  readonly visibleWindow: () => BrowserWindow | undefined
  /** Whether a call into the system waits for a person: an orderly exit would wait with it. */
  readonly isExitBlocked: () => boolean
  readonly logger: Logger
}

/** Ends the app in order: asks once when others would be cut off, stops everything, then exits. */
export class Lifecycle {
  readonly #options: LifecycleOptions
  /** Of the question that is being asked: withdraws it. */
  #question: AbortController | undefined
  #isEnding = false

  constructor(options: LifecycleOptions) {
    this.#options = options
    app.on('before-quit', (event) => {
      event.preventDefault()
      void this.quit()
    })
    // Closing the window is not quitting.
    app.on('window-all-closed', () => undefined)
    // Whoever ends the app in one of these ways reads no questions.
    powerMonitor.on('shutdown', () => void this.#end())
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      // A library listened before Electron took the signal for itself: only a first listener takes it back.
      process.removeAllListeners(signal)
      process.on(signal, () => void this.#end())
    }
  }

  get isEnding(): boolean {
    return this.#isEnding
  }

  async quit(): Promise<void> {
    if (this.#isEnding || this.#question) return
    if (await this.#isQuitAgreed()) await this.#end()
  }

  /** People came or went: a question about nobody answers itself, for quitting is what was wanted. */
  peopleChanged(): void {
    if (this.#question && this.#options.peopleCutOff() === 0) this.#question.abort()
  }

  async #isQuitAgreed(): Promise<boolean> {
    const people = this.#options.peopleCutOff()
    if (people === 0) return true
    const question = new AbortController()
    this.#question = question
    this.#options.logger.info({ people }, 'asking whether to quit and cut people off')
    const answered = ask(people, this.#options.visibleWindow(), question.signal)
    const withdrawn = new Promise<true>((resolve) => question.signal.addEventListener('abort', () => resolve(true)))
    const isAgreed = await Promise.race([withdrawn, answered])
    this.#question = undefined
    this.#options.logger.info({ isAgreed, isWithdrawn: question.signal.aborted }, 'quitting was answered')
    return isAgreed
  }

  async #end(): Promise<void> {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#question?.abort()
    const { disposer, killChildren, isExitBlocked, logger } = this.#options
    endForCertain(quitPatienceMs, (err) => logger.warn({ err }, 'nobody guards the exit'))
    const orderly = disposer.dispose().catch((err) => logger.error({ err }, 'something did not end cleanly'))
    const late = sleep(orderlyPatienceMs).then(() => logger.error('not everything ended in time'))
    await Promise.race([orderly, late])
    killChildren()
    // An exit joins all threads, also one that waits for a password for ever.
    if (isExitBlocked()) process.kill(process.pid, 'SIGKILL')
    app.exit(0)
  }
}

async function ask(people: number, parent: BrowserWindow | undefined, signal: AbortSignal): Promise<boolean> {
  const options: MessageBoxOptions = {
    type: 'question',
    message: say('dialog.quitHosting.message', { count: people }),
    buttons: [say('dialog.quitHosting.quit'), say('dialog.quitHosting.keep')],
    defaultId: 1,
    cancelId: 1,
    signal,
  }
  const { response } = parent ? await dialog.showMessageBox(parent, options) : await dialog.showMessageBox(options)
  return response === 0
}
