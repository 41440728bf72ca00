import type { TransferNotice } from '../../shared/contract/engine-process.ts'
import { formatBytes } from '../../shared/domain/units/units.ts'
import { singleLine } from '../../shared/words/fill.ts'
import { say, statusSentence } from '../../shared/words/index.ts'

export interface NotificationText {
  readonly title: string
  readonly body: string
  /** Label of the one thing that can be done right there, where the system shows buttons. */
  readonly action?: string
}

/** Who, what, how much, one sentence of consequence (LOOK.md section 4). */
export function notificationText(notice: TransferNotice, nowMs: number): NotificationText {
  switch (notice.kind) {
    case 'delivery':
      return {
        title: say('notification.delivery.title', { from: notice.from, name: notice.name }),
        body: say('notification.delivery.body', { count: notice.files, size: formatBytes(notice.bytes) }),
        action: say('notification.delivery.download'),
      }
    case 'consent':
      return {
        title: say(`notification.consent.${notice.mode}`, { from: notice.from }),
        body: say('notification.consent.body', { path: notice.path }),
      }
    case 'done':
      return { title: doneTitle(notice), body: doneBody(notice) }
    case 'failed':
      return {
        title: say('notification.failed.title', { name: notice.name }),
        body: statusSentence(notice.row, { nowMs }).text,
      }
    case 'declined':
      return {
        title: say('notification.declined.title', { by: notice.by, name: notice.name }),
        body: notice.reason === undefined ? say('notification.declined.body') : singleLine(notice.reason),
      }
    case 'reminder':
      return {
        title: say('notification.reminder.title', { from: notice.from }),
        body: say('notification.reminder.body', { name: notice.name }),
      }
  }
}

/**
 * A body as the system takes it. Desktops on Linux read it as markup, so that a name like `<img src=…>` or `<a href=…>`
 * from somebody else would become one.
 */
export function systemBody(body: string, platform: NodeJS.Platform): string {
  if (platform !== 'linux') return body
  return body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

type DoneNotice = Extract<TransferNotice, { kind: 'done' }>

function doneTitle(notice: DoneNotice): string {
  if (notice.direction === 'in') return say('notification.done.in', { name: notice.name })
  return say('notification.done.out', { name: notice.name, to: notice.to })
}

function doneBody(notice: DoneNotice): string {
  return say('notification.done.body', { count: notice.files, size: formatBytes(notice.bytes) })
}
