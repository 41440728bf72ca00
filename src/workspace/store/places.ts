import { newEntityId } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Share, Workspace } from '../../shared/domain/entities.ts'
import type { ShareId, SiteId, UserId, WorkspaceId } from '../../shared/domain/ids.ts'
import { insertRow, type RecordedColumns } from './recorded.ts'

export const mainSite = 'hq'

export interface ShareRow {
  readonly id: ShareId
  readonly code: string
  readonly name: string
  readonly kind: Share['kind']
  readonly is_default: number
  readonly user_id: UserId | null
  readonly site_code: string
  /** Absolute, on the site's server; only that server is ever told. Empty for a share below another one's folder. */
  readonly path: string
  /** Where workstations of each system have the same folder; null: nowhere known. */
  readonly path_windows: string | null
  readonly path_linux: string | null
  readonly path_mac: string | null
  /** The volume that a folder is part of; null: it has a folder of its own. */
  readonly parent_id: ShareId | null
  /** Below the parent's folder, `/`-separated. */
  readonly relative_path: string | null
  /** `disabled`: its jobs wait. */
  readonly status: 'enabled' | 'disabled'
  readonly description: string
  /** JSON: a list of addresses that are told of its transfers too. */
  readonly emails: string
  /** Where jobs that name no queue go. */
  readonly queue: string | null
  /** JSON object. */
  readonly metadata: string
  readonly created_at: number
  readonly created_by: UserId | null
  readonly modified_at: number | null
  readonly modified_by: UserId | null
  /** Deactivated since; null: active. */
  readonly inactive_at: number | null
}

export interface SiteRow extends RecordedColumns {
  readonly id: SiteId
  readonly code: string
  readonly name: string
  /** `disabled`: jobs that have an end here wait. */
  readonly status: 'enabled' | 'disabled'
  /** What its storage lets anybody do, whoever they are. */
  readonly may_read: number
  readonly may_write: number
}

export function allShares(database: SqliteDatabase): ShareRow[] {
  return database.all<ShareRow>('SELECT * FROM shares ORDER BY is_default DESC, kind, name LIMIT 20000')
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

const newShare = {
  path_windows: null,
  path_linux: null,
  path_mac: null,
  parent_id: null,
  relative_path: null,
  status: 'enabled',
  description: '',
  emails: '[]',
  queue: null,
  metadata: '{}',
  created_by: null,
  modified_at: null,
  modified_by: null,
  inactive_at: null,
} as const satisfies Partial<ShareRow>

export type NewShare = Omit<ShareRow, 'id' | keyof typeof newShare> & Partial<Pick<ShareRow, keyof typeof newShare>>

/** One with a folder of its own is served at its site from now on. */
export function insertShare(database: SqliteDatabase, share: NewShare): ShareRow {
  const row: ShareRow = { id: newEntityId<ShareId>(), ...newShare, ...share }
  const columns = Object.keys(row) as (keyof ShareRow)[]
  database.run(
    `INSERT INTO shares (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    columns.map((column) => row[column]),
  )
  return row
}

export function allSites(database: SqliteDatabase): SiteRow[] {
  return database.all<SiteRow>('SELECT * FROM sites ORDER BY code LIMIT 1000')
}

/** Enabled, and for everybody to read and write, unless said otherwise. */
export function insertSite(
  database: SqliteDatabase,
  site: Pick<SiteRow, 'code' | 'name' | 'created_at'> & Partial<SiteRow>,
): SiteId {
  const id = newEntityId<SiteId>()
  insertRow(database, 'sites', { id, ...site })
  return id
}

export function siteByCode(database: SqliteDatabase, code: string): SiteRow | undefined {
  return database.get<SiteRow>('SELECT * FROM sites WHERE code = ?', [code])
}

export function siteById(database: SqliteDatabase, id: string): SiteRow | undefined {
  return database.get<SiteRow>('SELECT * FROM sites WHERE id = ?', [id])
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
