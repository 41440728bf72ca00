/** Figures as LOOK.md section 5 has them: three significant figures, decimal units, calm roundings. */

const byteUnits = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const

export interface ScaledBytes {
  readonly figure: string
  readonly unit: (typeof byteUnits)[number]
}

/** A size or speed split into figure and unit, so that "301 of 486 GB" can share one unit. */
export function scaleBytes(sizeBytes: number, unitOf: number = sizeBytes): ScaledBytes {
  const exponent = exponentOf(unitOf)
  const unit = byteUnits[exponent] ?? 'B'
  return { figure: threeFigures(clampSize(sizeBytes) / 1000 ** exponent, unit === 'B'), unit }
}

/** `86.4 GB`, `1.04 GB`, `512 B`. */
export function formatBytes(sizeBytes: number): string {
  const { figure, unit } = scaleBytes(sizeBytes)
  return `${figure} ${unit}`
}

/** The two parts of `301 of 486 GB`: the done part is in the unit of the total. */
export function formatBytesOf(
  doneBytes: number,
  totalBytes: number,
): { readonly done: string; readonly total: string } {
  const total = formatBytes(totalBytes)
  if (doneBytes <= 0) return { done: '0', total }
  return { done: scaleBytes(Math.min(doneBytes, totalBytes), totalBytes).figure, total }
}

/** Bytes a second as `412 MB/s`. */
export function formatSpeed(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`
}

/** A speed that somebody set, so without zeros that claim precision: `20 MB/s`. */
export function formatLimit(bytesPerSecond: number): string {
  const { figure, unit } = scaleBytes(bytesPerSecond)
  return `${figure.includes('.') ? figure.replace(/\.?0+$/, '') : figure} ${unit}/s`
}

/**
 * `21 s`, `7 min`, `3 h 50 min`, `2 d 4 h`. Rounded more coarsely the longer it is, so that it does not flicker: whole
 * seconds below a minute, minutes below an hour, tens of minutes below a day.
 */
export function formatTimeLeft(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return `${minutes} min`
  const tens = Math.round(minutes / 10) * 10
  if (tens < 24 * 60) return join(Math.floor(tens / 60), 'h', tens % 60, 'min')
  const hours = Math.round(minutes / 60)
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** Whole percent of a ratio from 0 to 1; 100 only when nothing is left. */
export function formatPercent(ratio: number): string {
  const bounded = Math.min(1, Math.max(0, Number.isFinite(ratio) ? ratio : 0))
  return `${bounded >= 1 ? 100 : Math.min(99, Math.floor(bounded * 100))}%`
}

/** `12,403`. */
export function formatCount(count: number): string {
  const digits = Math.trunc(Math.abs(count)).toString()
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, ',')
  return count < 0 ? `-${grouped}` : grouped
}

function join(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`
}

function clampSize(sizeBytes: number): number {
  return Number.isFinite(sizeBytes) ? Math.max(0, sizeBytes) : 0
}

/** The unit in which the figure, once rounded to three places, is below 1000. */
function exponentOf(sizeBytes: number): number {
  let exponent = 0
  let rest = clampSize(sizeBytes)
  while (exponent < byteUnits.length - 1 && Number(rest.toPrecision(3)) >= 1000) {
    rest /= 1000
    exponent += 1
  }
  return exponent
}

function threeFigures(value: number, isWhole: boolean): string {
  if (isWhole) return Math.round(value).toString()
  const rounded = Number(value.toPrecision(3))
  if (rounded >= 100) return rounded.toFixed(0)
  return rounded >= 10 ? rounded.toFixed(1) : rounded.toFixed(2)
}
