import { isSettingName, settingDefinition } from './settings.ts'
import { parseTimetable, printTimetable } from './speed-timetable.ts'

/** A value that was found good, as it is kept and shown: a timetable in its one way to be written, the rest as given. */
export function canonicalValue(name: string, value: string): string {
  const isTimetable = isSettingName(name) && settingDefinition(name).type.kind === 'timetable'
  return isTimetable ? printTimetable(parseTimetable(value)) : value
}
