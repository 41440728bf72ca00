import type { Settings } from '../../shared/domain/settings/settings.ts'
import type { Weekday } from '../../shared/domain/settings/speed-timetable.ts'
import { speedLimitOf } from '../../shared/domain/settings/transfer-rules.ts'
import { bytesInMegabyte } from '../../shared/domain/units/wire-figures.ts'

/** Often enough that a timetable holds at the minute it says, whatever was done to the clock or the machine meanwhile. */
const lookEveryMs = 1000

/**
 * Keeps something at the limit that its settings say, by this machine's clock and time zone: a transfer, all transfers of
 * a workspace, or all of this machine.
 */
export class SpeedLimit implements Disposable {
  readonly #setLimit: (bytesPerSecond: number | undefined) => void
  readonly #timer: NodeJS.Timeout
  #settings: Settings
  #current: number | undefined

  constructor(setLimit: (bytesPerSecond: number | undefined) => void, settings: Settings = {}) {
    this.#setLimit = setLimit
    this.#settings = settings
    this.#look()
    this.#timer = setInterval(() => this.#look(), lookEveryMs).unref()
  }

  /** Holds at once. */
  change(settings: Settings): void {
    this.#settings = settings
    this.#look()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = new Date()
    const limit = speedLimitOf(this.#settings, now.getDay() as Weekday, now.getHours() * 60 + now.getMinutes())
    if (limit === this.#current) return
    this.#current = limit
    this.#setLimit(limit)
  }
}

/** A limit of this machine in the words of the settings, in which workspaces say theirs. */
export function settingsOfLimit(limit: {
  readonly bytesPerSecond?: number | undefined
  readonly timetable?: string | undefined
}): Settings {
  const { bytesPerSecond, timetable } = limit
  return {
    ...(bytesPerSecond !== undefined && { transfer_speedlimit: `${bytesPerSecond / bytesInMegabyte}` }),
    ...(timetable !== undefined && { transfer_speedlimit_timetable: timetable }),
  }
}
