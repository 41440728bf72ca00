import type { Share } from '../../shared/domain/entities.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { parseQuery } from '../../shared/domain/query/parse-query.ts'
import { compilePredicate, type QueryRecord, type QueryValue } from '../../shared/domain/query/predicate.ts'
import type { ReferenceNames } from './reference-names.ts'

/** These lists are given out whole, so that a query that holds up everybody else is refused. */
const longestMs = 250

const recorded = [
  'id',
  'code',
  'name',
  'description',
  'metadata',
  'created',
  'creator',
  'modified',
  'modifier',
] as const

/** What is kept of them. */
const answersOf = {
  User: [...recorded, 'role', 'status', 'logged_in', 'queue', 'inactive'],
  Site: [...recorded, 'status', 'main', 'accsyn'],
  Queue: [...recorded, 'type', 'status', 'priority', 'default', 'compute_default', 'parent', 'uri'],
  Client: [
    ...recorded,
    ...[
      'type',
      'type_hr',
      'status',
      'host_ident',
      'host_id',
      'last_checkin',
      'os',
      'parent',
      'roles',
      'site',
      'site_hr',
    ],
    ...['user', 'user_hr', 'username', 'version', 'wan_ip'],
  ],
  Share: ['id', 'code', 'name', 'type', 'status', 'default', 'site', 'user'],
} as const
type ShareAnswer = (typeof answersOf)['Share'][number]

/**
 * Those of a short list that a query asks for; all of them without one.
 * @throws TernError QUERY_INVALID, LIMIT_EXCEEDED
 */
export function queried<Item>(
  items: readonly Item[],
  entity: keyof typeof answersOf,
  query: string | undefined,
  recordOf: (item: Item) => QueryRecord,
): Item[] {
  if (query === undefined) return [...items]
  const predicate = compilePredicate(parseQuery(query, { entity, answers: answersOf[entity] }))
  const deadline = performance.now() + longestMs
  return items.filter((item) => {
    if (performance.now() > deadline) {
      throw new TernError('LIMIT_EXCEEDED', { what: 'milliseconds for a query of this list', limit: longestMs })
    }
    return predicate(recordOf(item))
  })
}

export function shareRecord(names: ReferenceNames, share: Share): Readonly<Record<ShareAnswer, QueryValue>> {
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
