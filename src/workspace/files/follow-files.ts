import { TernError } from '../../shared/domain/errors.ts'
import type { UserId } from '../../shared/domain/ids.ts'
import { accessComponents } from '../access/share-access.ts'
import type { ShareRow } from '../store/places.ts'
import { folderBelow, serversOfShare } from '../store/share-places.ts'
import type { Transaction } from '../store/store.ts'

/*
 * What names a folder by its path keeps naming it when it is renamed or moved through Tern: shares below a volume,
 * grants and what collections hold. What is deleted takes them along.
 */

/** Where something is in the volume or home that it is part of, whatever share it was named by. */
export interface RootedPlace {
  readonly rootId: string
  /** `/`-separated, composed Unicode. */
  readonly path: string
}

type Named = Pick<ShareRow, 'id' | 'kind' | 'parent_id' | 'relative_path'>

export function rootedPlace(share: Named, path: string): RootedPlace {
  const isRoot = share.kind === 'home' || share.parent_id === null
  const within = isRoot ? '' : (share.relative_path ?? '')
  return {
    rootId: isRoot ? share.id : (share.parent_id ?? share.id),
    path: [...(accessComponents(within) ?? []), ...(accessComponents(path) ?? [])].join('/'),
  }
}

/**
 * Shares that have a folder of their own below what would be moved or removed would lose it.
 * @throws TernError PATH_INVALID `{problem: 'holds-share'}`
 */
export function checkHoldsNoShare(
  { database }: Pick<Transaction, 'database'>,
  share: ShareRow,
  path: string,
  site: string,
): void {
  const served = serversOfShare(database, share).find((row) => row.site_code === site)
  if (served === undefined) return
  const within = [share.relative_path ?? '', path].filter((part) => part !== '').join('/')
  const folder = folderBelow(served.path, { relative_path: within })
  const held = database.get(
    `SELECT 1 FROM share_servers WHERE site_code = ?1 AND share_id <> ?4
       AND (path = ?2 OR substr(path, 1, ?3) IN (?2 || '/', ?2 || char(92))) LIMIT 1`,
    [site, folder, folder.length + 1, share.parent_id ?? share.id],
  )
  if (held !== undefined) throw new TernError('PATH_INVALID', { path, problem: 'holds-share' })
}

/** To be called in the transaction that records a move within one volume or home. */
export function followMove(transaction: Transaction, by: UserId, from: RootedPlace, to: RootedPlace): void {
  const { database, effects, nowMs } = transaction
  const moved = (path: string) => (path === from.path ? to.path : `${to.path}${path.slice(from.path.length)}`)
  for (const share of sharesIn(transaction, from.rootId)) {
    const path = pathOf(share.relative_path)
    if (!isWithin(from.path, path)) continue
    database.run('UPDATE shares SET relative_path = ?, modified_at = ?, modified_by = ? WHERE id = ?', [
      moved(path),
      nowMs,
      by,
      share.id,
    ])
    shareChanged(transaction, share)
  }
  for (const { table, row, share, path } of namesAbove(transaction, from)) {
    const within = rootedPlace(share, '').path
    const target = moved(path)
    if (isWithin(within, target)) {
      const below = within === '' ? target : target.slice(within.length + 1)
      database.run(`UPDATE OR REPLACE ${table} SET path = ? WHERE id = ?`, [below, row.id])
    } else {
      database.run(`DELETE FROM ${table} WHERE id = ?`, [row.id])
    }
    if (row.user_id !== undefined) effects.resetUsers.add(row.user_id)
  }
}

/** To be called in the transaction that records a removal. Shares of what is gone are deactivated, their grants with them. */
export function followRemoval(transaction: Transaction, by: UserId, gone: RootedPlace): void {
  const { database, effects, nowMs } = transaction
  for (const share of sharesIn(transaction, gone.rootId)) {
    if (share.kind === 'home' || !isWithin(gone.path, pathOf(share.relative_path))) continue
    database.run(
      'UPDATE shares SET inactive_at = coalesce(inactive_at, ?1), modified_at = ?1, modified_by = ?2 WHERE id = ?3',
      [nowMs, by, share.id],
    )
    for (const { user_id: userId } of database.all<{ user_id: UserId }>(
      'SELECT DISTINCT user_id FROM acls WHERE share_id = ? LIMIT 100000',
      [share.id],
    )) {
      effects.resetUsers.add(userId)
    }
    shareChanged(transaction, share)
  }
  for (const { table, row } of namesAbove(transaction, gone)) {
    database.run(`DELETE FROM ${table} WHERE id = ?`, [row.id])
    if (row.user_id !== undefined) effects.resetUsers.add(row.user_id)
  }
}

function sharesIn({ database }: Transaction, rootId: string): ShareRow[] {
  return database.all<ShareRow>('SELECT * FROM shares WHERE parent_id = ? LIMIT 100000', [rootId])
}

interface NamingRow {
  readonly id: string
  readonly share_id: string
  readonly path: string
  readonly user_id?: UserId
}

/** Grants and collected files at or below a place whose share begins above it: those name it by a path of their own. */
function* namesAbove(transaction: Transaction, place: RootedPlace) {
  const { database } = transaction
  const root = database.get<ShareRow>('SELECT * FROM shares WHERE id = ?', [place.rootId])
  const shares = [...(root ? [root] : []), ...sharesIn(transaction, place.rootId)]
  for (const share of shares) {
    const within = rootedPlace(share, '')
    if (within.rootId !== place.rootId || within.path === place.path || !isWithin(within.path, place.path)) continue
    for (const table of ['acls', 'collection_files'] as const) {
      for (const row of database.all<NamingRow>(`SELECT * FROM ${table} WHERE share_id = ? AND path <> ''`, [
        share.id,
      ])) {
        const { path } = rootedPlace(share, row.path)
        if (isWithin(place.path, path)) yield { table, row, share, path }
      }
    }
  }
}

function shareChanged({ database, effects }: Transaction, share: ShareRow): void {
  effects.changed('share', share.id)
  for (const { site_code: site } of serversOfShare(database, share)) effects.changedSites.add(site)
}

function pathOf(relativePath: string | null): string {
  return (accessComponents(relativePath ?? '') ?? []).join('/')
}

function isWithin(above: string, path: string): boolean {
  return above === '' || path === above || path.startsWith(`${above}/`)
}
