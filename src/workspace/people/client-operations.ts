import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { mayChangeClient, mayLookAtClient, requireRight } from '../access/people-rights.ts'
import { type Handlers, type OperationContext, viewScopeOf } from '../api/context.ts'
import { tellJobsAt } from '../jobs/tell-jobs.ts'
import { visibleClient } from '../jobs/view.ts'
import type { ViewScope } from '../jobs/view-scope.ts'
import { queried } from '../queries/people-query.ts'
import { clientQueryRecord } from '../queries/place-records.ts'
import { ReferenceNames } from '../queries/reference-names.ts'
import { allClients, type ClientRow, clientById, userById } from '../store/people.ts'
import { siteByCode, siteById } from '../store/places.ts'
import { recordedChanges, recordedFields, updateRow } from '../store/recorded.ts'
import { audit } from '../store/records.ts'
import { endpointKey } from '../stream/presence.ts'

export const clientOperations: Handlers<'client/list' | 'client/get' | 'client/update' | 'client/delete'> = {
  'client/list': (context, { query, kind }) => {
    const scope = viewScopeOf(context)
    const names = new ReferenceNames(scope.database)
    const clients = allClients(scope.database)
      .filter((row) => kind === undefined || row.kind === kind)
      .flatMap((row) => viewClientRecord(scope, row) ?? [])
    return { clients: queried(clients, 'Client', query, (client) => clientQueryRecord(names, client)) }
  },

  'client/get': (context, { id }) => readClient(context, id),

  'client/update': async (context, input) => {
    await context.store.write((transaction) => {
      const { database, effects, nowMs } = transaction
      const row = changeableClient(context, database, input.id)
      const site = input.siteCode === undefined ? undefined : siteFor(context, database, row, input.siteCode)
      updateRow(database, 'clients', row.id, {
        ...(input.name !== undefined && { name: input.name }),
        ...(input.isDisabled !== undefined && { status: input.isDisabled ? 'disabled' : 'enabled' }),
        ...(site !== undefined && { site_code: site }),
        ...recordedChanges(input, context.caller.user.id, nowMs),
      })
      // What it alone served at the site that it leaves is for the servers there.
      if (site !== undefined && site !== row.site_code) {
        database.run('UPDATE share_servers SET client_id = NULL WHERE client_id = ?', [row.id])
      }
      effects.changed('client', row.id)
      if (row.site_code !== null) effects.changed('site', row.site_code)
      if (site !== undefined) effects.changed('site', site)
      tellJobsAt(transaction, endpointKey(row))
      effects.schedule()
      audit(transaction, {
        by: context.caller,
        action: 'client/update',
        subject: row.id,
        params: {
          ...(input.isDisabled !== undefined && { isDisabled: input.isDisabled }),
          ...(site !== undefined && { site }),
        },
      })
    })
    return readClient(context, input.id)
  },

  'client/delete': async (context, { id }) => {
    await context.store.write((transaction) => {
      const { database, effects } = transaction
      const row = changeableClient(context, database, id)
      if (context.presence.isOnline(id)) throw new TernError('CONFLICT', { problem: 'client-online' })
      if (isEndOfLiveJob(database, id)) throw new TernError('CONFLICT', { problem: 'client-has-jobs' })
      database.run('DELETE FROM sessions WHERE client_id = ?', [id])
      database.run('DELETE FROM clients WHERE id = ?', [id])
      database.run("DELETE FROM settings WHERE entity = 'client' AND entity_id = ?", [id])
      effects.removed('client', id, new Set(row.user_id === null ? [] : [row.user_id]))
      // What it alone served is for any server of its site now.
      effects.schedule()
      audit(transaction, { by: context.caller, action: 'client/delete', subject: id, params: { name: row.name } })
    })
    return {}
  },
}

export function viewClientRecord(scope: ViewScope, row: ClientRow) {
  const client = mayLookAtClient(scope.viewer, row) ? visibleClient(scope, row) : undefined
  if (client === undefined) return undefined
  const { os, version, hostname, username, wan_ip: wanIp } = row
  return {
    ...client,
    isDisabled: row.status === 'disabled',
    ...(os !== null && { os }),
    ...(version !== null && { version }),
    ...(hostname !== null && { hostname }),
    ...(username !== null && { username }),
    ...(wanIp !== null && { wanIp }),
    ...recordedFields(row),
  }
}

function readClient(context: OperationContext, id: string) {
  const scope = viewScopeOf(context)
  const row = clientById(scope.database, id)
  const client = row && viewClientRecord(scope, row)
  if (client === undefined) throw new TernError('NOT_FOUND', { entity: 'client', id })
  return client
}

function changeableClient(context: OperationContext, database: SqliteDatabase, id: string): ClientRow {
  readClient(context, id)
  const row = clientById(database, id) as ClientRow
  const owner = row.user_id === null ? undefined : userById(database, row.user_id)
  requireRight(mayChangeClient(context.caller.user, row, owner))
  return row
}

/** What runs at a site is known by it: a server moves while nothing of it runs. */
function siteFor(context: OperationContext, database: SqliteDatabase, row: ClientRow, name: string): string {
  requireRight(context.caller.user.role === 'admin')
  if (row.kind !== 'server') throw new TernError('BAD_REQUEST', { jsonPath: '$.siteCode', problem: 'not-a-server' })
  const site = siteByCode(database, name) ?? siteById(database, name)
  if (site === undefined) throw new TernError('NOT_FOUND', { entity: 'site', id: name })
  if (site.code !== row.site_code && context.presence.isOnline(row.id)) {
    throw new TernError('CONFLICT', { problem: 'client-online' })
  }
  return site.code
}

function isEndOfLiveJob(database: SqliteDatabase, id: string): boolean {
  const key = `client:${id}`
  const job = database.get(
    `SELECT 1 FROM jobs WHERE is_live = 1 AND source_key = ? UNION ALL
     SELECT 1 FROM jobs WHERE is_live = 1 AND destination_key = ? LIMIT 1`,
    [key, key],
  )
  return job !== undefined
}
