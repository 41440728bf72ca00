/** A new entity id of 24 hexadecimal characters, made by SQLite for rows that were there before they had one. */
const newId = 'lower(hex(randomblob(12)))'

/** What every entity that people look after carries beside its own columns. */
const looked = [
  "description TEXT NOT NULL DEFAULT ''",
  'metadata TEXT',
  'created_by TEXT',
  'modified_at INTEGER',
  'modified_by TEXT',
]

function added(table: string, ...columns: readonly string[]): string {
  return columns.map((column) => `ALTER TABLE ${table} ADD COLUMN ${column};`).join('\n')
}

/**
 * People, sites and machines as the API has them; queues, which jobs named before there were any, as rows; keys of
 * scripts; and from where each change came.
 */
export const peopleSql = `
-- inactive_at: put away, and may come back. deleted_at: gone; the row stays for the jobs that name it.
${added('users', ...looked, 'queue TEXT', 'inactive_at INTEGER', 'deleted_at INTEGER')}

${added('sites', 'id TEXT', ...looked, "status TEXT NOT NULL DEFAULT 'enabled'", 'may_read INTEGER NOT NULL DEFAULT 1', 'may_write INTEGER NOT NULL DEFAULT 1')}
UPDATE sites SET id = ${newId};
CREATE UNIQUE INDEX sites_by_id ON sites (id);

${added('clients', ...looked, "status TEXT NOT NULL DEFAULT 'enabled'", 'os TEXT', 'version TEXT', 'hostname TEXT', 'username TEXT', 'wan_ip TEXT')}

${added('sessions', 'id TEXT', 'remote TEXT')}
UPDATE sessions SET id = ${newId};
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);

CREATE TABLE queues (
  id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL, priority INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'waiting', is_default INTEGER NOT NULL DEFAULT 0, parent_id TEXT REFERENCES queues (id),
  created_at INTEGER NOT NULL, ${looked.join(', ')}
) WITHOUT ROWID;
CREATE UNIQUE INDEX default_queue ON queues (is_default) WHERE is_default = 1;
CREATE INDEX queues_by_parent ON queues (parent_id) WHERE parent_id IS NOT NULL;
INSERT INTO queues (id, code, name, priority, is_default, created_at)
  SELECT ${newId}, code, name, priority, code = 'medium', unixepoch() * 1000
  FROM (SELECT 'high' AS code, 'High' AS name, 999 AS priority
        UNION ALL SELECT 'medium', 'Medium', 500 UNION ALL SELECT 'low', 'Low', 1);
-- Jobs and settings of queues by name keep theirs, whatever it was called.
INSERT OR IGNORE INTO queues (id, code, name, priority, created_at)
  SELECT ${newId}, name, name, 500, unixepoch() * 1000
  FROM (SELECT DISTINCT queue AS name FROM jobs UNION SELECT DISTINCT entity_id FROM settings WHERE entity = 'queue');
UPDATE jobs SET queue = (SELECT code FROM queues WHERE queues.code = jobs.queue)
  WHERE queue NOT IN (SELECT code COLLATE BINARY FROM queues);
UPDATE OR REPLACE settings SET entity_id = (SELECT code FROM queues WHERE queues.code = settings.entity_id)
  WHERE entity = 'queue' AND entity_id NOT IN (SELECT code COLLATE BINARY FROM queues);
CREATE INDEX jobs_by_queue ON jobs (queue, sort_at DESC) WHERE is_live = 1;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id), key_hash TEXT NOT NULL UNIQUE, last8 TEXT NOT NULL,
  label TEXT NOT NULL, is_read_only INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, expires_at INTEGER,
  last_used_at INTEGER, revoked_at INTEGER
) WITHOUT ROWID;
CREATE INDEX api_keys_by_user ON api_keys (user_id, created_at);

ALTER TABLE audit ADD COLUMN remote TEXT;
ALTER TABLE audit ADD COLUMN key_id TEXT;
CREATE INDEX audit_by_subject ON audit (subject, number) WHERE subject IS NOT NULL;
CREATE INDEX audit_by_user ON audit (user_id, number) WHERE user_id IS NOT NULL;
`
