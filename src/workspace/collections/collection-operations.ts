import { nowMs } from '../../platform/clock.ts'
import type { OperationOutput } from '../../shared/contract/operations.ts'
import type { Share } from '../../shared/domain/entities.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { UserId } from '../../shared/domain/ids.ts'
import { freeCode } from '../access/entity-codes.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import { type Handlers, type OperationContext, viewScopeOf } from '../api/context.ts'
import { FilePlaces, requireRight } from '../files/file-place.ts'
import { queried, shareRecord } from '../queries/people-query.ts'
import { ReferenceNames } from '../queries/reference-names.ts'
import { deleteShare } from '../shares/share-changes.ts'
import { liveJobsOf } from '../shares/share-rows.ts'
import { insertShare, mainSite, type ShareRow, shareByCode, shareById } from '../store/places.ts'
import { audit } from '../store/records.ts'
import { serversOfShare } from '../store/share-places.ts'
import type { Transaction } from '../store/store.ts'
import { type CollectedFileRow, collect, filesOfCollection, maxCollectedFiles } from './collected-files.ts'

type Names =
  | 'collection/list'
  | 'collection/get'
  | 'collection/create'
  | 'collection/update'
  | 'collection/deactivate'
  | 'collection/activate'
  | 'collection/delete'
  | 'collection/files'
  | 'collection/add'
  | 'collection/remove'
type CollectionRecord = OperationOutput<'collection/get'>

export const collectionOperations: Handlers<Names> = {
  'collection/list': (context, { query, scope }) => {
    const { database } = viewScopeOf(context)
    const rows = database
      .all<ShareRow>("SELECT * FROM shares WHERE kind = 'collection' ORDER BY name, id LIMIT 20000")
      .filter((row) => scope === 'all' || (row.inactive_at === null) === (scope === 'active'))
      .filter((row) => mayLook(context, row))
    const names = new ReferenceNames(database)
    const asked = queried(rows, 'Share', query, (row) => shareRecord(names, asShare(context, row)))
    return { collections: asked.map((row) => viewed(context, row)) }
  },

  'collection/get': (context, { id }) => viewed(context, collectionNamed(context, id)),

  'collection/create': async (context, { code, name, files, description, metadata }) => {
    const places = placesOf(context, files)
    const { user } = context.caller
    const made = await context.store.write((transaction) => {
      const { database, effects, nowMs } = transaction
      const row = insertShare(database, {
        code: freeCode(database, 'share', { code, name }),
        name,
        kind: 'collection',
        is_default: 0,
        user_id: null,
        site_code: mainSite,
        path: '',
        description: description ?? '',
        metadata: JSON.stringify(metadata ?? {}),
        created_at: nowMs,
        created_by: user.id,
      })
      // Jobs take from it as from a share of the main site, where all that it holds lies.
      database.run("INSERT INTO share_servers (share_id, site_code, path, created_at) VALUES (?, ?, '', ?)", [
        row.id,
        mainSite,
        nowMs,
      ])
      const collected = collectAll(transaction, row, user.id, places)
      audit(transaction, { userId: user.id, action: 'collection/create', subject: row.id })
      effects.changed('share', row.id)
      return { row, collected }
    })
    return { collection: viewed(context, made.row), files: viewFiles(context, made.collected) }
  },

  'collection/update': async (context, { id, name, description, metadata }) => {
    const row = writable(context, id)
    const changed = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) }
    const meta = metadata === undefined ? {} : { metadata: JSON.stringify(metadata ?? {}) }
    return viewed(context, await changedRow(context, row, 'collection/update', { ...changed, ...meta }))
  },

  'collection/deactivate': async (context, { id }) => {
    await switched(context, id, 'collection/deactivate')
    return {}
  },

  'collection/activate': async (context, { id }) => {
    await switched(context, id, 'collection/activate')
    return {}
  },

  'collection/delete': async (context, { id }) => {
    const row = writable(context, id)
    await context.store.write((transaction) => {
      deleteShare(transaction, row, context.scheduler.options, context.caller.user)
      audit(transaction, {
        userId: context.caller.user.id,
        action: 'collection/delete',
        subject: row.id,
        params: { code: row.code },
      })
    })
    return {}
  },

  'collection/files': (context, { id }) => {
    const row = collectionNamed(context, id)
    const { database } = viewScopeOf(context)
    if (!accessTo(context, row).mayRead) throw new TernError('FORBIDDEN', { share: row.code })
    return { files: viewFiles(context, filesOfCollection(database, row.id)) }
  },

  'collection/add': async (context, { id, files }) => {
    const row = writable(context, id)
    const places = placesOf(context, files)
    const { user } = context.caller
    const collected = await context.store.write((transaction) => {
      audit(transaction, {
        userId: user.id,
        action: 'collection/add',
        subject: row.id,
        params: { count: files.length },
      })
      transaction.effects.changed('share', row.id)
      return collectAll(transaction, row, user.id, places)
    })
    return { files: viewFiles(context, collected) }
  },

  'collection/remove': async (context, { id, files }) => {
    const row = writable(context, id)
    const { user } = context.caller
    const removed = await context.store.write((transaction) => {
      let count = 0
      for (const file of new Set(files)) {
        const there = transaction.database.get('SELECT 1 FROM collection_files WHERE id = ? AND collection_id = ?', [
          file,
          row.id,
        ])
        if (there === undefined) throw new TernError('NOT_FOUND', { entity: 'file', id: file })
        transaction.database.run('DELETE FROM collection_files WHERE id = ?', [file])
        count += 1
      }
      audit(transaction, { userId: user.id, action: 'collection/remove', subject: row.id, params: { count } })
      transaction.effects.changed('share', row.id)
      return count
    })
    return { removed }
  },
}

/** Whoever puts something into a collection shows it to others, so it has to be theirs to read. */
function placesOf(context: OperationContext, files: readonly string[]) {
  const places = new FilePlaces(context)
  const { database } = viewScopeOf(context)
  return files.map((text) => {
    const place = places.find(text)
    requireRight(place, 'mayRead')
    if (place.collection !== undefined) throw new TernError('UNSUPPORTED', { feature: 'collection-in-collection' })
    if (!serversOfShare(database, place.share).some(({ site_code: site }) => site === mainSite)) {
      throw new TernError('UNSUPPORTED', { feature: 'collection-of-site' })
    }
    return place
  })
}

function collectAll(
  transaction: Transaction,
  row: ShareRow,
  by: OperationContext['caller']['user']['id'],
  places: readonly Parameters<typeof collect>[3][],
): CollectedFileRow[] {
  const { database } = transaction
  const collected = places.map((place) => collect(transaction, row.id, by, place))
  const count = database.get<{ n: number }>('SELECT count(*) AS n FROM collection_files WHERE collection_id = ?', [
    row.id,
  ])
  if ((count?.n ?? 0) > maxCollectedFiles) {
    throw new TernError('LIMIT_EXCEEDED', { what: 'files in a collection', limit: maxCollectedFiles })
  }
  return collected
}

/** @throws TernError NOT_FOUND, also for one that the caller may not know of */
function collectionNamed(context: OperationContext, id: string): ShareRow {
  const { database } = viewScopeOf(context)
  const row = shareById(database, id) ?? shareByCode(database, id)
  if (row?.kind !== 'collection' || !mayLook(context, row)) {
    throw new TernError('NOT_FOUND', { entity: 'collection', id })
  }
  return row
}

function writable(context: OperationContext, id: string): ShareRow {
  const row = collectionNamed(context, id)
  if (!accessTo(context, { ...row, inactive_at: null }).mayWrite) throw new TernError('FORBIDDEN', { share: row.code })
  return row
}

/** What was put away is still there for those who may bring it back. */
function mayLook(context: OperationContext, row: ShareRow): boolean {
  const { maySeeName, mayWrite } = accessTo(context, { ...row, inactive_at: null })
  return row.inactive_at === null ? maySeeName : mayWrite
}

async function switched(
  context: OperationContext,
  id: string,
  action: 'collection/deactivate' | 'collection/activate',
): Promise<void> {
  const row = writable(context, id)
  const isAway = action === 'collection/deactivate'
  await changedRow(context, row, action, { inactive_at: isAway ? nowMs() : null }, ({ database, effects }) => {
    if (isAway && liveJobsOf(database, [row], 1).length > 0) {
      throw new TernError('CONFLICT', { problem: 'share-has-jobs' })
    }
    for (const userId of peopleWithGrants({ database }, row)) effects.resetUsers.add(userId)
  })
}

async function changedRow(
  context: OperationContext,
  row: ShareRow,
  action: string,
  changes: Readonly<Record<string, string | number | null>>,
  also: (transaction: Transaction) => void = () => undefined,
): Promise<ShareRow> {
  const { user } = context.caller
  return await context.store.write((transaction) => {
    const { database, effects, nowMs: modifiedAtMs } = transaction
    const all = { ...changes, modified_at: modifiedAtMs, modified_by: user.id }
    const columns = Object.keys(all) as (keyof typeof all)[]
    database.run(`UPDATE shares SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`, [
      ...columns.map((column) => all[column]),
      row.id,
    ])
    also(transaction)
    audit(transaction, { userId: user.id, action, subject: row.id })
    effects.changed('share', row.id)
    return shareById(database, row.id) ?? row
  })
}

function peopleWithGrants({ database }: Pick<Transaction, 'database'>, row: ShareRow): Set<UserId> {
  const people = database.all<{ user_id: UserId }>('SELECT user_id FROM acls WHERE share_id = ? LIMIT 100000', [row.id])
  return new Set(people.map(({ user_id: id }) => id))
}

function accessTo(context: OperationContext, row: ShareRow) {
  return new ShareAccess(viewScopeOf(context).database, context.caller.user).at(row, '')
}

function viewed(context: OperationContext, row: ShareRow): CollectionRecord {
  const { mayRead, mayWrite } = accessTo(context, row)
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    mayRead,
    mayWrite,
    isActive: row.inactive_at === null,
    description: row.description,
    metadata: JSON.parse(row.metadata) as Record<string, unknown>,
    createdAtMs: row.created_at,
    ...(row.created_by !== null && { createdBy: row.created_by }),
    ...(row.modified_at !== null && { modifiedAtMs: row.modified_at }),
    ...(row.modified_by !== null && { modifiedBy: row.modified_by }),
  }
}

/** As lists of shares are asked. */
function asShare(context: OperationContext, row: ShareRow): Share {
  const { mayRead, mayWrite } = accessTo(context, row)
  const { id, code, name, kind, site_code: siteCode } = row
  return { id, code, name, kind, isDefault: false, siteCode, mayRead, mayWrite }
}

function viewFiles(context: OperationContext, rows: readonly CollectedFileRow[]) {
  const { database } = viewScopeOf(context)
  const codes = new Map<string, string>()
  return rows.map((row) => {
    const shareCode = codes.get(row.share_id) ?? shareById(database, row.share_id)?.code ?? ''
    codes.set(row.share_id, shareCode)
    return {
      id: row.id,
      collectionId: row.collection_id,
      name: row.name,
      shareId: row.share_id,
      shareCode,
      path: row.path,
      createdAtMs: row.created_at,
      ...(row.created_by !== null && { createdBy: row.created_by }),
    }
  })
}
