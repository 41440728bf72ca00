import { TernError } from '../errors.ts'
import {
  countOf,
  isInRanges,
  maxDigits,
  type NumberRange,
  numbersOf,
  printRanges,
  readRanges,
} from './number-ranges.ts'

/** Numbered files beside each other: `movie.%04d.jpg[100-167]` (job specification, "File sequences"). */
export interface Sequence {
  /** What leads to the folder that they lie in, with its slash; may be empty. */
  readonly folder: string
  /** What stands before and after the number, in composed Unicode. */
  readonly prefix: string
  readonly suffix: string
  /** Digits that a number has at least, zeros leading. */
  readonly width: number
  /** Ascending and disjoint; absent: all that exist. */
  readonly ranges?: readonly NumberRange[]
}

/** No file system holds a longer name, so a longer one without its range is no sequence of files. */
const maxNameLength = 255
/** The same in decomposed Unicode, which macOS hands out, and with room to spare. */
const maxFileNameLength = 4096

const percentPattern = /%(?:%|(?:0([1-9]\d?))?d)/g
const hashes = /#{1,99}/g

/**
 * The sequence that the last name of a `/`-separated path stands for, or undefined for the name of one file.
 *
 * - `%d`, `%04d` or a row of `#` (a digit each) is the number; `%%` beside a `%d` is a percent sign. A number that is
 *   wider than its padding stands unpadded.
 * - `[100-167]`, `[1-10,20,30-40x2]` at the end chooses; without it, all that exist are meant.
 * - So that ordinary names stay ordinary, `%d` and a single `#` count only with a range, and a name with two places for
 *   a number not at all.
 * - Numbers are never negative.
 *
 * Whoever can look should do so first: a file that really has this name is what is meant.
 * @throws TernError PATH_INVALID `{path, problem}` for a broken range, LIMIT_EXCEEDED
 */
export function parseSequence(path: string): Sequence | undefined {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const name = path.slice(folder.length)
  const range = rangeAt(name)
  const stem = range === undefined ? name : name.slice(0, range.start)
  // Each percent sign may stand there twice.
  const pattern = stem.length > 2 * maxNameLength ? undefined : patternOf(stem.normalize('NFC'))
  if (pattern === undefined || isTooLong(pattern) || (range === undefined && pattern.width < 2)) return undefined
  if (range === undefined) return { folder, ...pattern }
  const ranges = range.text === undefined ? 'sequence-range' : readRanges(range.text)
  if (typeof ranges === 'string') throw new TernError('PATH_INVALID', { path: path.slice(0, 500), problem: ranges })
  return { folder, ...pattern, ranges }
}

/** Reads back as the same sequence; the number is always written with `%`. */
export function printSequence(sequence: Sequence): string {
  return sequence.folder + nameOfSequence(sequence)
}

/** The last name of its path: how a job or a task is called. */
export function nameOfSequence({ prefix, suffix, width, ranges }: Sequence): string {
  const number = width === 1 ? '%d' : `%0${width}d`
  const range = ranges === undefined ? '' : `[${printRanges(ranges)}]`
  return prefix.replaceAll('%', '%%') + number + suffix.replaceAll('%', '%%') + range
}

/** Paths of its members, lazily, by ascending number. Without a range only a look at the folder can tell: none. */
export function* expandSequence(sequence: Sequence): Generator<string> {
  for (const value of numbersOf(sequence.ranges ?? [])) {
    yield `${sequence.folder}${sequence.prefix}${`${value}`.padStart(sequence.width, '0')}${sequence.suffix}`
  }
}

/** How many members the range names; undefined without a range. */
export function memberCount(sequence: Sequence): number | undefined {
  return sequence.ranges && countOf(sequence.ranges)
}

/** The number of the file with this name in the folder, or undefined when it is no member. Takes linear time. */
export function sequenceNumber(sequence: Sequence, name: string): number | undefined {
  const { prefix, suffix, width, ranges } = sequence
  if (name.length > maxFileNameLength) return undefined
  const composed = name.normalize('NFC')
  const digits = composed.slice(prefix.length, composed.length - suffix.length)
  const isFramed = composed.length > prefix.length + suffix.length && composed.startsWith(prefix)
  if (!isFramed || !composed.endsWith(suffix)) return undefined
  const value = digits.length <= Math.max(width, maxDigits) && /^\d+$/.test(digits) ? Number(digits) : Number.NaN
  if (`${value}`.padStart(width, '0') !== digits) return undefined
  return ranges === undefined || isInRanges(ranges, value) ? value : undefined
}

/** Paths that the range names and that are not among the present numbers: lazily, by ascending number. */
export function* missingMembers(sequence: Sequence, present: ReadonlySet<number>): Generator<string> {
  const numbers = numbersOf(sequence.ranges ?? [])
  for (const path of expandSequence(sequence)) {
    if (!present.has(numbers.next().value as number)) yield path
  }
}

interface RangeText {
  readonly start: number
  /** Undefined: it does not end. */
  readonly text: string | undefined
}

/** Brackets at the end that begin like a range: `name_[final]` is just a name. */
function rangeAt(name: string): RangeText | undefined {
  const start = name.lastIndexOf('[')
  if (start === -1 || !/^\s*(?:\]$|-?\s*\d)/.test(name.slice(start + 1, start + 32))) return undefined
  const end = name.indexOf(']', start)
  if (end === -1) return /[^\d\s,x-]/.test(name.slice(start + 1)) ? undefined : { start, text: undefined }
  return end === name.length - 1 ? { start, text: name.slice(start + 1, end) } : undefined
}

function isTooLong({ prefix, suffix, width }: Pick<Sequence, 'prefix' | 'suffix' | 'width'>): boolean {
  return prefix.length + width + suffix.length > maxNameLength
}

function patternOf(stem: string): Pick<Sequence, 'prefix' | 'suffix' | 'width'> | undefined {
  const places = [...stem.matchAll(percentPattern)].filter(([text]) => text !== '%%')
  const place = places[0]
  if (place) {
    if (places.length > 1) return undefined
    const end = place.index + place[0].length
    return {
      prefix: stem.slice(0, place.index).replaceAll('%%', '%'),
      suffix: stem.slice(end).replaceAll('%%', '%'),
      width: Number(place[1] ?? 1),
    }
  }
  const [row, ...others] = [...stem.matchAll(hashes)]
  if (row === undefined || others.length > 0) return undefined
  return { prefix: stem.slice(0, row.index), suffix: stem.slice(row.index + row[0].length), width: row[0].length }
}
