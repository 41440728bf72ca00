import type { Share } from '../../shared/domain/entities.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { parseQuery } from '../../shared/domain/query/parse-query.ts'
import { compilePredicate, type QueryRecord } from '../../shared/domain/query/predicate.ts'
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

/** Beside what is kept of everything. */
export const clientDetails = [
  ...['type', 'type_hr', 'status', 'host_ident', 'host_id', 'last_checkin', 'os', 'parent', 'roles', 'site', 'site_hr'],
  ...['user', 'user_hr', 'username', 'version', 'wan_ip'],
] as const

/** What is kept of them. */
const answersOf = {
  User: [...recorded, 'role', 'status', 'logged_in', 'queue', 'inactive'],
  Site: [...recorded, 'status', 'main', 'accsyn'],
  Queue: [...recorded, 'type', 'status', 'priority', 'default', 'compute_default', 'parent', 'uri'],
  Client: [...recorded, ...clientDetails],
  Share: [...recorded, ...['type', 'status', 'default', 'site', 'user', 'path', 'parent', 'queue', 'inactive']],
  ACL: ['id', 'entity', 'target', 'path', 'read', 'write', 'acknowledged', 'description', 'created', 'creator'],
} as const

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

/** Lists of collections know less of them than lists of shares do. */
type AskedShare = Share & {
  readonly isActive?: boolean
  readonly parentId?: string | undefined
  readonly relativePath?: string | undefined
  readonly path?: string | undefined
  readonly status?: string
  readonly queue?: string | undefined
  readonly description?: string
  readonly createdAtMs?: number
  readonly createdBy?: string | undefined
  readonly modifiedAtMs?: number | undefined
  readonly modifiedBy?: string | undefined
}

export function shareRecord(names: ReferenceNames, share: AskedShare): QueryRecord {
  const user = (id: string | undefined) => (id === undefined ? undefined : names.user(id))
  return {
    id: share.id,
    code: share.code,
    name: share.name,
    description: share.description,
    created: share.createdAtMs,
    creator: user(share.createdBy),
    modified: share.modifiedAtMs ?? share.createdAtMs,
    modifier: user(share.modifiedBy ?? share.createdBy),
    type: share.kind,
    status: share.status ?? 'enabled',
    default: share.isDefault,
    site: names.site(share.siteCode),
    user: user(share.userId),
    path: share.relativePath ?? share.path,
    parent: share.parentId === undefined ? undefined : names.share(share.parentId),
    queue: share.queue === undefined ? undefined : { type: 'queue', code: share.queue },
    inactive: share.isActive === false,
  }
}

interface AskedAcl {
  readonly id: string
  readonly userId: string
  readonly shareId: string
  readonly path: string
  readonly mayRead: boolean
  readonly mayWrite: boolean
  readonly isAcknowledged: boolean
  readonly description: string
  readonly createdAtMs: number
  readonly createdBy?: string | undefined
}

export function aclRecord(names: ReferenceNames, acl: AskedAcl): QueryRecord {
  const share = names.share(acl.shareId)
  return {
    id: acl.id,
    entity: names.user(acl.userId),
    target: share,
    path: acl.path === '' ? '/' : acl.path,
    read: acl.mayRead,
    write: acl.mayWrite,
    acknowledged: acl.isAcknowledged,
    description: acl.description,
    created: acl.createdAtMs,
    creator: acl.createdBy === undefined ? undefined : names.user(acl.createdBy),
  }
}
