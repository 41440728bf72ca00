import { TernError } from '../errors.ts'
import { parseQuery } from './parse-query.ts'
import type { Query } from './query.ts'

/** What is known both of the rows that a window shows and of those that a workspace looks up. */
export const searchedAttributes = [
  'id',
  'name',
  'code',
  'description',
  'type',
  'status',
  'created',
  'modified',
  'finished',
  'priority',
  'size',
  'progress',
  'user',
  'creator',
  'source',
  'destination',
  'queue',
  'parent',
  'uri',
] as const

/**
 * What somebody typed into a search field, when it is a query with a comparison (`status=failed and user=lisa@…`).
 * Anything else is text to look for.
 */
export function queryOfSearch(text: string): Query | undefined {
  try {
    const query = parseQuery(text, { entity: 'Transfer', answers: searchedAttributes })
    return query.where === undefined ? undefined : query
  } catch (error) {
    if (error instanceof TernError) return undefined
    throw error
  }
}
