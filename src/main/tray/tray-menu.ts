import type { MenuItemConstructorOptions } from 'electron'
import type { TransferKey, TransferRow, TransferTotals } from '../../shared/contract/view.ts'
import { formatPercent, formatSpeed } from '../../shared/domain/units/units.ts'
import { say } from '../../shared/words/index.ts'

export interface TrayActions {
  openIncoming(key: TransferKey): void
  openTransfers(): void
  send(): void
  pauseAll(keys: readonly TransferKey[]): void
  open(): void
  quit(): void
}

export interface TrayMenuFacts {
  readonly totals: TransferTotals
  readonly waitingOnYou: readonly TransferRow[]
  readonly running: readonly TransferRow[]
  readonly isOffline: boolean
}

const shownOfEach = 5

/** State first, then what waits on the person, then what runs, then what can be done. */
export function trayMenu(facts: TrayMenuFacts, actions: TrayActions): MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const waiting = facts.waitingOnYou.slice(0, shownOfEach).map((row) => ({
    label: waitingLabel(row),
    click: () => actions.openIncoming(row.key),
  }))
  const running = facts.running.slice(0, shownOfEach).map((row) => ({
    label: say('tray.running', { name: row.name, percent: formatPercent(ratioOf(row)) }),
    click: () => actions.openTransfers(),
  }))
  const more = facts.running.length - running.length
  const pausable = facts.running.filter((row) => row.can.pause).map((row) => row.key)
  return [
    { label: stateLine(facts), enabled: false },
    ...(waiting.length > 0 ? [separator, ...waiting] : []),
    ...(running.length > 0 ? [separator, ...running] : []),
    ...(more > 0 ? [{ label: say('tray.moreRunning', { count: more }), click: () => actions.openTransfers() }] : []),
    separator,
    { label: say('tray.send'), click: () => actions.send() },
    ...(pausable.length > 0 ? [{ label: say('tray.pauseAll'), click: () => actions.pauseAll(pausable) }] : []),
    separator,
    { label: say('tray.open'), click: () => actions.open() },
    { label: say('tray.quit'), click: () => actions.quit() },
  ]
}

export function ratioOf(row: TransferRow): number {
  const done = row.progress?.bytesVerified ?? row.bytesDone
  const total = row.progress?.bytesTotal ?? row.bytesTotal
  return total > 0 ? done / total : 0
}

export function stateLine(facts: Pick<TrayMenuFacts, 'totals' | 'isOffline'>): string {
  const { totals } = facts
  if (totals.running > 0) {
    const up = formatSpeed(totals.bytesPerSecondOut)
    return say('tray.speeds', { up, down: formatSpeed(totals.bytesPerSecondIn) })
  }
  return say(facts.isOffline ? 'tray.offline' : 'tray.idle')
}

function waitingLabel(row: TransferRow): string {
  if (row.waitsOnYou === 'consent') return say('tray.look', { name: row.name })
  return say('tray.choose', { name: row.name, count: row.fileCount })
}
