import { join } from 'node:path'
import type { TransferTotals } from '../../shared/contract/view.ts'

export interface TrayFacts {
  readonly totals: TransferTotals
  /** From 0 to 1 over all that runs. */
  readonly progress: number
  readonly isOffline: boolean
}

/** Attention wins over transferring, offline over idle (LOOK.md section 3). */
export function trayImageName(facts: TrayFacts): string {
  if (facts.totals.waitingOnYou > 0) return 'attention'
  if (facts.totals.running > 0) return `transferring-${Math.min(8, Math.max(0, Math.floor(facts.progress * 8)))}`
  return facts.isOffline ? 'offline' : 'idle'
}

/** macOS colours template images itself; elsewhere the picture is for a dark or a light bar. */
export function trayImagePath(assets: string, name: string, isDark: boolean): string {
  const folder = process.platform === 'darwin' ? 'template' : isDark ? 'dark' : 'light'
  return join(assets, 'tray', folder, `${name}.png`)
}
