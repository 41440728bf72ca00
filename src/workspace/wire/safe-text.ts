import { TernError } from '../../shared/domain/errors.ts'
import { parseWireDate } from '../../shared/domain/units/wire-date.ts'

const looksLikeDate = /^\d{2,4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?\n?$/
const longestDate = 24

/**
 * A client of this wire turns every text that looks like a date into one, and gives up the whole answer when there is no
 * such day. The years at both ends are none either, once they are carried to another zone.
 */
export function breaksClients(text: string): boolean {
  if (text.length > longestDate || text.charCodeAt(text.length - 1) > 0x39 || !looksLikeDate.test(text)) return false
  return parseWireDate(text) === undefined || /^(?:0001|9999)/.test(text)
}

/** The same to a reader, and a date to no program. */
export function safeText(text: string): string {
  return breaksClients(text) ? text.replace('T', ' ') : text
}

/** All texts of an answer, however deep. */
export function safeValue(value: unknown): unknown {
  if (typeof value === 'string') return safeText(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(safeValue)
  const safe: Record<string, unknown> = {}
  for (const [key, each] of Object.entries(value)) if (each !== undefined) safe[key] = safeValue(each)
  return safe
}

/**
 * What people name themselves would come back in every list.
 * @throws TernError NAME_NOT_ALLOWED `{name, problem}`
 */
export function checkNames(data: Readonly<Record<string, unknown>>): void {
  for (const key of ['name', 'code', 'description']) {
    const text = data[key]
    if (typeof text === 'string' && breaksClients(text)) {
      throw new TernError('NAME_NOT_ALLOWED', { name: text, problem: 'no-date' })
    }
  }
}
