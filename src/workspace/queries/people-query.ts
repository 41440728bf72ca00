import type { Share, User } from '../../shared/domain/entities.ts'
import { parseQuery } from '../../shared/domain/query/parse-query.ts'
import { compilePredicate, type QueryRecord } from '../../shared/domain/query/predicate.ts'
import type { EntityName } from '../../shared/domain/query/query-entities.ts'
import type { ReferenceNames } from './reference-names.ts'

/**
 * Those of a short list that a query asks for; all of them without one.
 * @throws TernError QUERY_INVALID, LIMIT_EXCEEDED
 */
export function queried<Item>(
  items: readonly Item[],
  entity: EntityName,
  query: string | undefined,
  recordOf: (item: Item) => QueryRecord,
): Item[] {
  if (query === undefined) return [...items]
  const predicate = compilePredicate(parseQuery(query, { entity }))
  return items.filter((item) => predicate(recordOf(item)))
}

export function userRecord(user: User): QueryRecord {
  return {
    id: user.id,
    code: user.email,
    name: user.name,
    role: user.role,
    status: user.status,
    logged_in: user.lastSeenAtMs,
  }
}

export function shareRecord(names: ReferenceNames, share: Share): QueryRecord {
  return {
    id: share.id,
    code: share.code,
    name: share.name,
    type: share.kind,
    status: 'enabled',
    default: share.isDefault,
    site: names.site(share.siteCode),
    user: share.userId === undefined ? undefined : names.user(share.userId),
  }
}
