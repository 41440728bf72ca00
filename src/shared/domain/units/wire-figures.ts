/**
 * Figures as the transfers document has them in its answers: speed in MB/s, time left as text, progress as a whole
 * percent. Sizes are bytes and durations of tasks milliseconds there too, so they need no conversion.
 */

/** A megabyte is a million bytes, in speeds and in the settings that limit them. */
export const bytesInMegabyte = 1_000_000

/** `speed` where nothing moves. */
export const idleSpeed = -1

/** `speed` in MB/s to three places, so that a slow transfer differs from a halted one; -1 when nothing moves. */
export function wireSpeed(bytesPerSecond: number | undefined): number {
  if (bytesPerSecond === undefined || !(bytesPerSecond > 0)) return idleSpeed
  return Math.round(bytesPerSecond / (bytesInMegabyte / 1000)) / 1000
}

/** `progress`, 0 to 100. A job without bytes is at 0 until it is done; 100 is said only of what is whole. */
export function wireProgress(figures: { doneBytes: number; totalBytes: number; isDone: boolean }): number {
  const { doneBytes, totalBytes, isDone } = figures
  if (isDone) return 100
  if (!(totalBytes > 0) || !(doneBytes > 0)) return 0
  // Multiplied first, so that it agrees with whole-number arithmetic, as a database has it: 29 of 100 are 29.
  return Math.min(99, Math.floor((doneBytes * 100) / totalBytes))
}

/** `etr` as `HHh:MMm:SSs`, rounded up to a second; empty while it is not known. */
export function wireTimeLeft(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return ''
  const whole = Math.ceil(seconds)
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const [hours, minutes, rest] = parts.map((part) => part.toString().padStart(2, '0'))
  return `${hours}h:${minutes}m:${rest}s`
}

/** The seconds of an `etr`; undefined for any other text, and for the empty one. */
export function parseWireTimeLeft(text: string): number | undefined {
  const [, hours, minutes, seconds] = /^(\d{2,9})h:([0-5]\d)m:([0-5]\d)s$/.exec(text) ?? []
  return hours === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}
