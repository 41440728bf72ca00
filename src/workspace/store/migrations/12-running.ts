/** Folders that the storage may use, named by nobody but whoever owns this machine: no operation writes this table. */
export const runningSql = `
CREATE TABLE storage_roots (path TEXT PRIMARY KEY, created_at INTEGER NOT NULL) WITHOUT ROWID;
`
