import type { Recorded } from '../../../shared/contract/operations/record-fields.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import { printWireDate } from '../../../shared/domain/units/wire-date.ts'
import { isRecord } from '../envelope.ts'
import { misused } from '../find.ts'
import { checkNames } from '../safe-text.ts'
import type { WireNames } from '../wire-names.ts'
import type { WireRecord } from '../wire-route.ts'

/** What nearly every entity carries, under the reference's names. */
export function recordedWire(names: WireNames, record: Recorded): WireRecord {
  const person = (key: string, id: string | undefined) => {
    const user = id === undefined ? undefined : names.user(id)
    return { [key]: user?.id ?? null, [`${key}_hr`]: user?.readable ?? null }
  }
  return {
    description: record.description,
    metadata: record.metadata ?? {},
    created: printWireDate(record.createdAtMs),
    ...person('creator', record.createdBy),
    modified: printWireDate(record.modifiedAtMs ?? record.createdAtMs),
    ...person('modifier', record.modifiedBy ?? record.createdBy),
  }
}

/** How the attributes of a wire record become the input of an operation: each by its name there. */
export type InputNames = Readonly<Record<string, string>>

export const recordedInput: InputNames = { name: 'name', description: 'description', metadata: 'metadata' }

/**
 * The attributes that a script wrote, under the operation's names. What they are is checked by the operation itself.
 * @throws TernError BAD_REQUEST for an attribute that cannot be written, and where nothing is
 */
export function writtenInput(entity: string, data: unknown, names: InputNames): Readonly<Record<string, unknown>> {
  if (!isRecord(data) || Object.keys(data).length === 0) throw new TernError('BAD_REQUEST', { problem: 'data' })
  checkNames(data)
  const input: Record<string, unknown> = {}
  for (const [attribute, value] of Object.entries(data)) {
    const name = Object.hasOwn(names, attribute) ? names[attribute] : undefined
    if (name === undefined) {
      const allowed = Object.keys(names).join(', ')
      const params = { attribute: attribute.slice(0, 100), entity, allowed }
      throw new TernError('BAD_REQUEST', { problem: 'not-editable', ...params })
    }
    // The scripts' way to leave a thing out is to give nothing for it.
    if (value !== null || attribute === 'metadata' || attribute === 'queue') input[name] = value
  }
  return input
}

/** `enabled` and `disabled`, by whatever words. @throws TernError STATUS_NOT_WRITEABLE */
export function switchedStatus<Status extends string>(
  value: unknown,
  words: Readonly<Record<string, Status>>,
): Status | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw misused('status', 'text')
  const status = Object.hasOwn(words, value.toLowerCase()) ? words[value.toLowerCase()] : undefined
  if (status === undefined) {
    throw new TernError('STATUS_NOT_WRITEABLE', { status: value.slice(0, 100), allowed: Object.keys(words).join(', ') })
  }
  return status
}
