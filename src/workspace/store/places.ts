import { newEntityId } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Share, Workspace } from '../../shared/domain/entities.ts'
import type { ShareId, UserId, WorkspaceId } from '../../shared/domain/ids.ts'

export const mainSite = 'hq'

export interface ShareRow {
  readonly id: ShareId
  readonly code: string
  readonly name: string
  readonly kind: Share['kind']
  readonly is_default: number
  readonly user_id: UserId | null
  readonly site_code: string
  /** Absolute, on the site's server; only that server is ever told. */
  readonly path: string
  /** Where workstations of each system have the same folder; null: nowhere known. */
  readonly path_windows: string | null
  readonly path_linux: string | null
  readonly path_mac: string | null
  readonly created_at: number
}

export interface SiteRow {
  readonly code: string
  readonly name: string
  readonly created_at: number
}

export function allShares(database: SqliteDatabase): ShareRow[] {
  return database.all<ShareRow>('SELECT * FROM shares ORDER BY is_default DESC, kind, name LIMIT 20000')
}

/** Homes last, of which there can be more than are ever asked for by their folder. */
export function sharesOfSite(database: SqliteDatabase, siteCode: string): ShareRow[] {
  return database.all<ShareRow>("SELECT * FROM shares WHERE site_code = ? ORDER BY kind = 'home' LIMIT 20000", [
    siteCode,
  ])
}

export function defaultShare(database: SqliteDatabase): ShareRow | undefined {
  return database.get<ShareRow>('SELECT * FROM shares WHERE is_default = 1 ORDER BY name LIMIT 1')
}

export function shareById(database: SqliteDatabase, id: string): ShareRow | undefined {
  return database.get<ShareRow>('SELECT * FROM shares WHERE id = ?', [id])
}

export function shareByCode(database: SqliteDatabase, code: string): ShareRow | undefined {
  return database.get<ShareRow>('SELECT * FROM shares WHERE code = ?', [code])
}

export function homeOf(database: SqliteDatabase, userId: string): ShareRow | undefined {
  return database.get<ShareRow>("SELECT * FROM shares WHERE user_id = ? AND kind = 'home'", [userId])
}

type NewShare = Omit<ShareRow, 'id' | `path_${string}`> &
  Partial<Pick<ShareRow, 'path_windows' | 'path_linux' | 'path_mac'>>

export function insertShare(database: SqliteDatabase, share: NewShare): ShareRow {
  const row: ShareRow = {
    id: newEntityId<ShareId>(),
    path_windows: null,
    path_linux: null,
    path_mac: null,
    ...share,
  }
  database.run(
    `INSERT INTO shares (id, code, name, kind, is_default, user_id, site_code, path, path_windows, path_linux, path_mac,
       created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      row.id,
      row.code,
      row.name,
      row.kind,
      row.is_default,
      row.user_id,
      row.site_code,
      row.path,
      row.path_windows,
      row.path_linux,
      row.path_mac,
      row.created_at,
    ],
  )
  return row
}

export function allSites(database: SqliteDatabase): SiteRow[] {
  return database.all<SiteRow>('SELECT * FROM sites ORDER BY code LIMIT 1000')
}

export function siteByCode(database: SqliteDatabase, code: string): SiteRow | undefined {
  return database.get<SiteRow>('SELECT * FROM sites WHERE code = ?', [code])
}

export function metaValue(database: SqliteDatabase, key: string): string | undefined {
  return database.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', [key])?.value
}

export function setMetaValue(database: SqliteDatabase, key: string, value: string): void {
  database.run('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', [key, value])
}

export function workspaceOf(database: SqliteDatabase): Workspace {
  return {
    id: (metaValue(database, 'workspaceId') ?? '') as WorkspaceId,
    code: metaValue(database, 'workspaceCode') ?? '',
    name: metaValue(database, 'workspaceName') ?? '',
  }
}
