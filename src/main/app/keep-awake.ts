import { powerSaveBlocker } from 'electron'

/** Keeps the computer from going to sleep while something moves; the screen may still go dark. */
export class KeepAwake {
  #blocker: number | undefined

  update(isNeeded: boolean): void {
    if (isNeeded && this.#blocker === undefined) this.#blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!isNeeded) this.stop()
  }

  stop(): void {
    if (this.#blocker !== undefined) powerSaveBlocker.stop(this.#blocker)
    this.#blocker = undefined
  }
}
