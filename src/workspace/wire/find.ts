import { setImmediate as nextTurn } from 'node:timers/promises'
import { TernError } from '../../shared/domain/errors.ts'
import { isEntityId } from '../../shared/domain/ids.ts'
import { isRecord } from './envelope.ts'
import type { WireCall, WireRecord } from './wire-route.ts'

/** What a script says beside its query about what it wants to be given. */
export interface FindFlags {
  /** Of what they are part; an id or a code. */
  readonly parent: string | undefined
  readonly isFinished: boolean
  readonly isInactive: boolean
  readonly isArchived: boolean
  readonly limit: number
  readonly skip: number
  readonly attributes: ReadonlySet<string> | undefined
  /** The first is all that is asked for, wherever it is found. */
  readonly isSingle: boolean
}

/** @throws TernError BAD_REQUEST `{jsonPath, problem}` */
export function findFlags(call: Pick<WireCall, 'data'>): FindFlags {
  const data = isRecord(call.data) ? call.data : {}
  const isSingle = flag(data, 'single_entity_query')
  const attributes = data.attributes ?? undefined
  if (attributes !== undefined && !isNames(attributes)) throw misused('attributes', 'names')
  return {
    parent: text(data, 'parent'),
    isFinished: flag(data, 'finished'),
    isInactive: flag(data, 'inactive') || flag(data, 'offline'),
    isArchived: flag(data, 'archived'),
    limit: isSingle ? 1 : (count(data, 'limit') ?? Number.POSITIVE_INFINITY),
    skip: count(data, 'skip') ?? 0,
    attributes: attributes && new Set(attributes),
    isSingle,
  }
}

/** The expression, whether or not its entity stands before it, and whatever it is part of. */
export function findQuery(query: string | undefined, parent?: string): string | undefined {
  const expression = query?.replace(/^\s*[a-z]+\s+where\s+/i, '').trim()
  const ofParent = parent === undefined ? undefined : `parent="${parent.replaceAll('"', '')}"`
  if (expression === undefined || expression === '') return ofParent
  return ofParent === undefined ? expression : `(${expression}) and ${ofParent}`
}

/**
 * An id that may be looked for; undefined when the call names none.
 * @throws TernError BAD_REQUEST for a text that is no id
 */
export function findId<Id extends string>(call: Pick<WireCall, 'id'>): Id | undefined {
  if (call.id === undefined) return undefined
  if (!isEntityId(call.id)) throw new TernError('BAD_REQUEST', { problem: 'id' })
  return call.id as Id
}

/** As findId, where a call has to name one. @throws TernError BAD_REQUEST */
export function requiredId<Id extends string>(call: Pick<WireCall, 'id'>): Id {
  const id = findId<Id>(call)
  if (id === undefined) throw new TernError('BAD_REQUEST', { problem: 'id-missing' })
  return id
}

/** The data of a call that makes or changes something. @throws TernError BAD_REQUEST */
export function requiredRecord({ data }: Pick<WireCall, 'data'>): WireRecord {
  if (!isRecord(data)) throw new TernError('BAD_REQUEST', { problem: 'data' })
  return data
}

/** What a visible thing answers, and nothing for what is not there or not the caller's to see. */
export async function foundOrNothing<T>(found: Promise<T>): Promise<readonly T[]> {
  try {
    return [await found]
  } catch (error) {
    if (error instanceof TernError && (error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN')) return []
    throw error
  }
}

export interface PageOf<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string | undefined
}

/** Page by page, with a turn for everybody else after each. */
export async function* pages<Item>(
  read: (cursor: { readonly cursor?: string }) => Promise<PageOf<Item>>,
): AsyncGenerator<Item> {
  let cursor: string | undefined
  do {
    const page = await read(cursor === undefined ? {} : { cursor })
    yield* page.items
    cursor = page.nextCursor
    if (cursor !== undefined) await nextTurn()
  } while (cursor !== undefined)
}

/** Those that are asked for, as records with the attributes that are asked for. */
export async function* found<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  { skip, limit, attributes }: Pick<FindFlags, 'skip' | 'limit' | 'attributes'>,
  recordOf: (item: Item) => WireRecord,
): AsyncGenerator<WireRecord> {
  let index = 0
  const end = skip + limit
  if (limit <= 0) return
  for await (const item of items) {
    if (index >= skip) yield projected(recordOf(item), attributes)
    index += 1
    if (index >= end) return
  }
}

function projected(record: WireRecord, attributes: ReadonlySet<string> | undefined): WireRecord {
  if (attributes === undefined) return record
  return Object.fromEntries(Object.entries(record).filter(([name]) => attributes.has(name)))
}

export function flag(data: WireRecord, name: string): boolean {
  const value = data[name] ?? false
  if (typeof value !== 'boolean') throw misused(name, 'boolean')
  return value
}

function text(data: WireRecord, name: string): string | undefined {
  const value = data[name] ?? undefined
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string' || value.length > 300) throw misused(name, 'text')
  return value
}

function count(data: WireRecord, name: string): number | undefined {
  const value = data[name] ?? undefined
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw misused(name, 'count')
  return value
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 1000 && value.every((each) => typeof each === 'string')
}

/** @param problem Names a sentence of `requestAdvice` */
export function misused(name: string, problem: 'boolean' | 'text' | 'count' | 'names' | 'record' | 'list'): TernError {
  return new TernError('BAD_REQUEST', { jsonPath: `$.data.${name}`, problem })
}

/** For what is none of the words that can be written there. */
export function notOneOf(name: string, allowed: readonly string[]): TernError {
  return new TernError('BAD_REQUEST', {
    jsonPath: `$.data.${name}`,
    problem: 'not-one-of',
    allowed: allowed.join(', '),
  })
}
