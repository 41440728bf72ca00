import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { ShareId } from '../../shared/domain/ids.ts'
import { type ClientRow, clientsOfSite } from './people.ts'
import type { ShareRow } from './places.ts'

/*
 * Where shares lie. A share that has folders of its own is served at one or more sites; a folder of a volume lies
 * wherever its volume does.
 */

/** A site that serves a share, and its folder there. */
export interface ShareServerRow {
  readonly share_id: ShareId
  readonly site_code: string
  /** Which of the site's servers; null: any of them. */
  readonly client_id: ClientRow['id'] | null
  /** Absolute, on that server. */
  readonly path: string
  readonly created_at: number
}

/** A share at one site. */
export interface PlacedShare {
  readonly share: ShareRow
  /** Absolute, on the site's server. */
  readonly folder: string
}

type PlacedRow = ShareRow & { readonly served_path: string; readonly served_by: string | null }

/** Homes last, of which there can be more than are ever asked for by their folder. Only active ones. */
export function sharesAtSite(database: SqliteDatabase, siteCode: string): PlacedShare[] {
  return placed(
    database.all<PlacedRow>(
      `SELECT shares.*, share_servers.path AS served_path, client_id AS served_by FROM shares
       JOIN share_servers ON share_servers.share_id = coalesce(shares.parent_id, shares.id)
       WHERE share_servers.site_code = ? AND shares.inactive_at IS NULL
       ORDER BY shares.kind = 'home' LIMIT 20000`,
      [siteCode],
    ),
  )
}

/**
 * What one server of a site serves: what names it, and what any server of the site may serve. Collections are no folders:
 * what they name is asked for where it lies.
 */
export function sharesOfServer(database: SqliteDatabase, siteCode: string, clientId: string): PlacedShare[] {
  return placed(
    database.all<PlacedRow>(
      `SELECT shares.*, share_servers.path AS served_path, client_id AS served_by FROM shares
       JOIN share_servers ON share_servers.share_id = coalesce(shares.parent_id, shares.id)
       WHERE share_servers.site_code = ? AND (client_id IS NULL OR client_id = ?) AND shares.inactive_at IS NULL
         AND shares.kind <> 'collection'
       ORDER BY shares.kind = 'home' LIMIT 20000`,
      [siteCode, clientId],
    ),
  )
}

/** The sites that serve a share, its own first. */
export function serversOfShare(
  database: SqliteDatabase,
  share: Pick<ShareRow, 'id' | 'parent_id' | 'site_code'>,
): ShareServerRow[] {
  return database.all<ShareServerRow>(
    'SELECT * FROM share_servers WHERE share_id = ? ORDER BY site_code <> ?, site_code LIMIT 1000',
    [share.parent_id ?? share.id, share.site_code],
  )
}

/** The machines that may be asked about a share at a site. */
export function clientsServing(
  database: SqliteDatabase,
  share: Pick<ShareRow, 'id' | 'parent_id' | 'site_code'>,
  siteCode: string,
): ClientRow[] {
  const server = serversOfShare(database, share).find((row) => row.site_code === siteCode)
  if (server === undefined) return []
  return clientsOfSite(database, siteCode).filter(({ id }) => server.client_id === null || server.client_id === id)
}

/** The share's folder below the one that a server has of it, or of its volume. */
export function folderBelow(servedPath: string, { relative_path: below }: Pick<ShareRow, 'relative_path'>): string {
  if (below === null || below === '') return servedPath
  const separator = servedPath.includes('\\') && !servedPath.includes('/') ? '\\' : '/'
  const start = /[/\\]$/.test(servedPath) ? servedPath : `${servedPath}${separator}`
  return `${start}${below.split('/').join(separator)}`
}

function placed(rows: readonly PlacedRow[]): PlacedShare[] {
  return rows.map(({ served_path: servedPath, served_by: _, ...share }) => ({
    share,
    folder: folderBelow(servedPath, share),
  }))
}
