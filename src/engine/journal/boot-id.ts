import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { nowMs } from '../../platform/clock.ts'

const linuxBootIdPath = '/proc/sys/kernel/random/boot_id'
const toleranceMs = 10_000

/**
 * What changes with each start of the machine. Elsewhere than on Linux it is the time of the start in steps of ten
 * seconds: a clock that was set makes it differ too, which only costs another check of what partials hold.
 */
export function currentBootId(): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync(linuxBootIdPath, 'utf8').trim()
    } catch {
      // No /proc: the time of the start will do.
    }
  }
  return `started-${Math.round((nowMs() - uptime() * 1000) / toleranceMs)}`
}
