import { Notification } from 'electron'
import { nowMs } from '../../platform/clock.ts'
import type { TransferNotice } from '../../shared/contract/engine-process.ts'
import type { TransferKey } from '../../shared/contract/view.ts'
import { notificationText, systemBody } from './notification-text.ts'

export interface NotifierOptions {
  readonly icon: string
  readonly isWanted: () => boolean
  readonly onOpen: (place: 'incoming' | 'transfers', key: TransferKey) => void
  readonly onDownload: (key: TransferKey) => void
}

/** Notifications of the system. They are held here while they are shown: one that is collected never tells of a click. */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #shown = new Set<Notification>()

  constructor(options: NotifierOptions) {
    this.#options = options
  }

  tell(notice: TransferNotice): void {
    if (!this.#options.isWanted()) return
    const { title, body, action } = notificationText(notice, nowMs())
    const notification = this.#make(title, body, action)
    notification.on('click', () => this.#options.onOpen(placeOf(notice), notice.key))
    if (notice.kind === 'delivery') notification.on('action', () => this.#options.onDownload(notice.key))
    notification.show()
  }

  say(title: string, body: string): void {
    this.#make(title, body, undefined).show()
  }

  dispose(): void {
    for (const notification of this.#shown) notification.close()
    this.#shown.clear()
  }

  #make(title: string, body: string, action: string | undefined): Notification {
    const notification = new Notification({
      title,
      body: systemBody(body, process.platform),
      icon: this.#options.icon,
      // Shown on macOS; Linux and Windows leave it out, and a click opens the card that has the same button.
      ...(action === undefined ? {} : { actions: [{ type: 'button' as const, text: action }] }),
    })
    this.#shown.add(notification)
    const release = () => this.#shown.delete(notification)
    notification.on('close', release)
    notification.on('failed', release)
    notification.on('click', release)
    return notification
  }
}

function placeOf(notice: TransferNotice): 'incoming' | 'transfers' {
  return notice.kind === 'delivery' || notice.kind === 'consent' || notice.kind === 'reminder'
    ? 'incoming'
    : 'transfers'
}
