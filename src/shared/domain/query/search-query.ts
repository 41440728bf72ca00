import { TernError } from '../errors.ts'
import { parseQuery } from './parse-query.ts'
import type { Query } from './query.ts'

/**
 * What somebody typed into a search field, when it is a query with a comparison (`status=failed and user=lisa@…`).
 * Anything else is text to look for.
 */
export function queryOfSearch(text: string): Query | undefined {
  try {
    const query = parseQuery(text, { entity: 'Transfer' })
    return query.where === undefined ? undefined : query
  } catch (error) {
    if (error instanceof TernError) return undefined
    throw error
  }
}
