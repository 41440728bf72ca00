import { app, dialog, powerMonitor } from 'electron'
import type { Disposer } from '../../platform/disposer.ts'
import type { Logger } from '../../platform/logger.ts'
import { say } from '../../shared/words/index.ts'

/** Quitting takes this long at most; what has not ended by then is ended with main. */
const quitPatienceMs = 5000

export interface LifecycleOptions {
  readonly disposer: Disposer
  /** People who lose a workspace that is hosted here. */
  readonly peopleCutOff: () => number
  /** Whether a call into the system waits for a person: an orderly exit would wait with it. */
  readonly isExitBlocked: () => boolean
  readonly logger: Logger
}

/** Ends the app in order: asks once when others would be cut off, stops everything, then exits. */
export class Lifecycle {
  readonly #options: LifecycleOptions
  #isQuitting = false
  #isSystemEnding = false

  constructor(options: LifecycleOptions) {
    this.#options = options
    app.on('before-quit', (event) => {
      event.preventDefault()
      void this.quit()
    })
    // Closing the window is not quitting.
    app.on('window-all-closed', () => undefined)
    powerMonitor.on('shutdown', () => {
      this.#isSystemEnding = true
      void this.quit()
    })
  }

  get isQuitting(): boolean {
    return this.#isQuitting
  }

  async quit(): Promise<void> {
    if (this.#isQuitting) return
    this.#isQuitting = true
    if (!this.#isSystemEnding && !(await this.#isQuitAgreed())) {
      this.#isQuitting = false
      return
    }
    await Promise.race([this.#dispose(), new Promise((resolve) => setTimeout(resolve, quitPatienceMs))])
    // Everything of ours has ended by now. An exit joins all threads, also one that waits for a password for ever.
    if (this.#options.isExitBlocked()) process.kill(process.pid, 'SIGKILL')
    app.exit(0)
  }

  async #isQuitAgreed(): Promise<boolean> {
    const people = this.#options.peopleCutOff()
    if (people === 0) return true
    const answer = await dialog.showMessageBox({
      type: 'question',
      message: say('dialog.quitHosting.message', { count: people }),
      buttons: [say('dialog.quitHosting.quit'), say('dialog.quitHosting.keep')],
      defaultId: 1,
      cancelId: 1,
    })
    return answer.response === 0
  }

  async #dispose(): Promise<void> {
    await this.#options.disposer
      .dispose()
      .catch((thrown) => this.#options.logger.error({ err: thrown }, 'something did not end cleanly'))
  }
}
