import { formatBytes, formatCount, formatTimeLeft } from '../domain/units/units.ts'
import { type ClockContext, formatClock } from './clock.ts'

export type FillParams = Readonly<Record<string, string | number | boolean | undefined>>

/** Longest value of a parameter inside a sentence; longer ones keep their end, where a path says most. */
const maxValueLength = 160
/** Of a list of what may be written, which keeps its beginning: what is asked for most stands there. */
const maxListLength = 400

/**
 * Fills a sentence's `{names}`; undefined when one of them has no value. The name tells the unit: `…Bytes` is a size,
 * `…AtMs` and `sinceMs` are moments, `…Seconds` and other `…Ms` durations, `path` a path as the person's system writes it.
 */
export function fillSentence(template: string, params: FillParams, clock: ClockContext): string | undefined {
  let isComplete = true
  const text = template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    if (value === undefined || value === '') {
      isComplete = false
      return whole
    }
    return present(name, value, clock)
  })
  return isComplete ? text : undefined
}

/** The first of several sentences whose names all have a value. */
export function fillFirst(templates: readonly string[], params: FillParams, clock: ClockContext): string {
  for (const template of templates) {
    const text = fillSentence(template, params, clock)
    if (text !== undefined) return text
  }
  return templates[templates.length - 1] ?? ''
}

/** A path as people write it where it comes from: Windows paths with backslashes. */
export function displayPath(path: string): string {
  return /^[A-Za-z]:\/|^\/\/[^/]/.test(path) ? path.replaceAll('/', '\\') : path
}

function present(name: string, value: string | number | boolean, clock: ClockContext): string {
  if (typeof value === 'number') {
    if (name.endsWith('Bytes')) return formatBytes(value)
    if (name.endsWith('Seconds')) return formatTimeLeft(value)
    // A name made of digits: nothing is counted.
    if (name === 'port') return `${value}`
    if (/(?:At|since|until)Ms$/.test(name)) return formatClock(value, clock)
    if (name.endsWith('Ms')) return formatTimeLeft(value / 1000)
    return formatCount(value)
  }
  const text = singleLine(name === 'path' || name.endsWith('Path') ? displayPath(`${value}`) : `${value}`)
  if (name === 'allowed') return text.length > maxListLength ? `${text.slice(0, maxListLength)}…` : text
  return text.length > maxValueLength ? `…${text.slice(-maxValueLength)}` : text
}

/**
 * Names and reasons come from other people: line breaks and characters that turn the direction of writing would let
 * them forge the sentence around them.
 */
export function singleLine(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, ' ')
}
