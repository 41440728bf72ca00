/** What collections hold, each a file or a folder of some share; and where the sender of a task found its source. */
export const filesSql = `
CREATE TABLE collection_files (
  id TEXT PRIMARY KEY, collection_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
  -- As it is called in the collection, where two files from different folders may have one name.
  name TEXT NOT NULL,
  share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
  -- Below the share, '/'-separated, as it is on the disk.
  path TEXT NOT NULL,
  created_by TEXT, created_at INTEGER NOT NULL,
  UNIQUE (collection_id, name), UNIQUE (collection_id, share_id, path)
) WITHOUT ROWID;
CREATE INDEX collection_files_by_share ON collection_files (share_id);
ALTER TABLE tasks ADD COLUMN source_path_abs_final TEXT;
`
