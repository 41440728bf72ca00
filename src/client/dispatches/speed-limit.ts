import type { Transfer } from '../../engine/index.ts'
import type { Settings } from '../../shared/domain/settings/settings.ts'
import type { Weekday } from '../../shared/domain/settings/speed-timetable.ts'
import { speedLimitOf } from '../../shared/domain/settings/transfer-rules.ts'

/** A timetable counts in minutes. */
const lookEveryMs = 15_000

/** Keeps a transfer at the limit that its settings say, by this machine's clock and time zone, until it is disposed of. */
export function keepSpeedLimit(transfer: Pick<Transfer, 'setLimit'>, settings: Settings): Disposable {
  let current: number | undefined
  const look = () => {
    const now = new Date()
    const limit = speedLimitOf(settings, now.getDay() as Weekday, now.getHours() * 60 + now.getMinutes())
    if (limit === current) return
    current = limit
    transfer.setLimit(limit)
  }
  look()
  const timer = setInterval(look, lookEveryMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
