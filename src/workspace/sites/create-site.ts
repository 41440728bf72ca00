import { TernError } from '../../shared/domain/errors.ts'
import type { SiteId, UserId } from '../../shared/domain/ids.ts'
import { freeCode } from '../access/entity-codes.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { allSites, insertSite } from '../store/places.ts'
import type { Transaction } from '../store/store.ts'

const maxSites = 1000

/** @throws TernError CONFLICT for a code that is taken, LIMIT_EXCEEDED */
export function createSite(
  { database, effects, nowMs }: Transaction,
  by: UserId,
  input: CheckedInput<'site/create'>,
): { readonly id: SiteId; readonly code: string } {
  const code = freeCode(database, 'site', input)
  if (allSites(database).length >= maxSites) throw new TernError('LIMIT_EXCEEDED', { what: 'sites', limit: maxSites })
  const id = insertSite(database, {
    code,
    name: input.name ?? code,
    may_read: input.mayRead ? 1 : 0,
    may_write: input.mayWrite ? 1 : 0,
    description: input.description ?? '',
    metadata: input.metadata ? JSON.stringify(input.metadata) : null,
    created_at: nowMs,
    created_by: by,
  })
  effects.changed('site', code)
  return { id, code }
}
