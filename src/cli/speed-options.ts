import { type Command, InvalidArgumentError } from 'commander'
import { TernError } from '../shared/domain/errors.ts'
import { parseTimetable, printTimetable } from '../shared/domain/settings/speed-timetable.ts'
import { bytesInMegabyte } from '../shared/domain/units/wire-figures.ts'
import { errorSentence, say } from '../shared/words/index.ts'

/** What of the line this machine's transfers may take. */
export interface SpeedOptions {
  /** Bytes a second. */
  readonly limit?: number
  readonly limitTimes?: string
}

const most = 1_000_000

export function addSpeedOptions(command: Command): Command {
  return command
    .option('--limit <MB/s>', say('cli.limit'), limit)
    .option('--limit-times <timetable>', say('cli.limit-times'), times)
}

function limit(text: string): number {
  const value = Number(text)
  if (!/^\d{1,7}(\.\d{1,6})?$/.test(text) || value <= 0 || value > most) {
    throw new InvalidArgumentError(say('cli.bad-limit', { max: most }))
  }
  return value * bytesInMegabyte
}

function times(text: string): string {
  try {
    return printTimetable(parseTimetable(text))
  } catch (thrown) {
    const { code, params } = TernError.from(thrown)
    throw new InvalidArgumentError(errorSentence({ code, params }, { nowMs: 0 }).sentence)
  }
}

/** As the process that transfers is set up with them. */
export function limitsOf({ limit: limitBytesPerSecond, limitTimes: limitTimetable }: SpeedOptions) {
  return {
    ...(limitBytesPerSecond !== undefined && { limitBytesPerSecond }),
    ...(limitTimetable !== undefined && { limitTimetable }),
  }
}
