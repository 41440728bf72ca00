import type { SqliteDatabase } from '../../platform/sqlite.ts'

export function addStorageRoot(database: SqliteDatabase, path: string, nowMs: number): void {
  database.run('INSERT OR IGNORE INTO storage_roots (path, created_at) VALUES (?, ?)', [path, nowMs])
}

/** Where the main site's storage may have shares, beside the folder that the workspace was made with. */
export function storageRoots(database: SqliteDatabase): string[] {
  return database.all<{ path: string }>('SELECT path FROM storage_roots ORDER BY path').map(({ path }) => path)
}
