import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { type Handlers, type OperationContext, viewScopeOf } from '../api/context.ts'
import { tellJobsAt } from '../jobs/tell-jobs.ts'
import type { ViewScope } from '../jobs/view-scope.ts'
import { queried } from '../queries/people-query.ts'
import { siteQueryRecord } from '../queries/place-records.ts'
import { ReferenceNames } from '../queries/reference-names.ts'
import { allSites, mainSite, type SiteRow, siteById } from '../store/places.ts'
import { recordedChanges, recordedFields, updateRow } from '../store/recorded.ts'
import { audit } from '../store/records.ts'
import { createSite } from './create-site.ts'

type Names = 'site/list' | 'site/get' | 'site/create' | 'site/update' | 'site/delete'

export const siteOperations: Handlers<Names> = {
  'site/list': (context, { query }) => {
    const scope = viewScopeOf(context)
    const names = new ReferenceNames(scope.database)
    const sites = allSites(scope.database).map((row) => viewSiteRecord(scope, row))
    return { sites: queried(sites, 'Site', query, (site) => siteQueryRecord(names, site)) }
  },

  'site/get': (context, { id }) => readSite(context, id),

  'site/create': async (context, input) => {
    const made = await context.store.write((transaction) => {
      const { id, code } = createSite(transaction, context.caller.user.id, input)
      audit(transaction, { by: context.caller, action: 'site/create', subject: id, params: { code } })
      return id
    })
    return readSite(context, made)
  },

  'site/update': async (context, input) => {
    await context.store.write((transaction) => {
      const { database, effects, nowMs } = transaction
      const row = requireSite(database, input.id)
      const { name, status, mayRead, mayWrite } = input
      updateRow(database, 'sites', row.id, {
        ...(name !== undefined && { name }),
        ...(status !== undefined && { status }),
        ...(mayRead !== undefined && { may_read: mayRead ? 1 : 0 }),
        ...(mayWrite !== undefined && { may_write: mayWrite ? 1 : 0 }),
        ...recordedChanges(input, context.caller.user.id, nowMs),
      })
      effects.changed('site', row.code)
      tellJobsAt(transaction, `site:${row.code}`)
      effects.schedule()
      audit(transaction, {
        by: context.caller,
        action: 'site/update',
        subject: row.id,
        params: {
          ...(status !== undefined && { status }),
          ...(mayRead !== undefined && { mayRead }),
          ...(mayWrite !== undefined && { mayWrite }),
        },
      })
    })
    return readSite(context, input.id)
  },

  'site/delete': async (context, { id }) => {
    await context.store.write((transaction) => {
      const { database, effects } = transaction
      const row = requireSite(database, id)
      const problem = whyKept(database, row)
      if (problem !== undefined) throw new TernError('CONFLICT', { problem })
      // Servers that left keep nothing of it.
      database.run('DELETE FROM sites WHERE id = ?', [row.id])
      effects.removed('site', row.code, new Set())
      audit(transaction, { by: context.caller, action: 'site/delete', subject: row.id, params: { code: row.code } })
    })
    return {}
  },
}

/** What stands at a site, so that it cannot go. */
function whyKept(database: SqliteDatabase, { code }: SiteRow): string | undefined {
  if (code === mainSite) return 'main-site'
  if (database.get('SELECT 1 FROM clients WHERE site_code = ? LIMIT 1', [code])) return 'site-has-servers'
  if (database.get('SELECT 1 FROM shares WHERE site_code = ? LIMIT 1', [code])) return 'site-has-shares'
  if (database.get('SELECT 1 FROM share_servers WHERE site_code = ? LIMIT 1', [code])) return 'site-has-shares'
  const key = `site:${code}`
  const job = database.get(
    'SELECT 1 FROM jobs WHERE is_live = 1 AND source_key = ? UNION ALL SELECT 1 FROM jobs WHERE is_live = 1 AND destination_key = ? LIMIT 1',
    [key, key],
  )
  return job === undefined ? undefined : 'site-has-jobs'
}

function requireSite(database: SqliteDatabase, id: string): SiteRow {
  const row = siteById(database, id)
  if (row === undefined) throw new TernError('NOT_FOUND', { entity: 'site', id })
  return row
}

function readSite(context: OperationContext, id: string) {
  const scope = viewScopeOf(context)
  return viewSiteRecord(scope, requireSite(scope.database, id))
}

export function viewSiteRecord(scope: ViewScope, row: SiteRow) {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    isMain: row.code === mainSite,
    status: row.status,
    mayRead: row.may_read === 1,
    mayWrite: row.may_write === 1,
    ...scope.presence.ofSite(scope.database, row.code),
    ...recordedFields(row),
  }
}
