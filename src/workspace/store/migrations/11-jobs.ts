/** Archive, deliveries, requests, logs of tasks and mail that waits to be sent. */
export const jobsMigration = `
ALTER TABLE jobs ADD COLUMN modified_by TEXT;
-- The delivery or request that it belongs to.
ALTER TABLE jobs ADD COLUMN parent_id TEXT;
-- The jobs that one call made, one for each recipient, name its first.
ALTER TABLE jobs ADD COLUMN batch_id TEXT;
CREATE INDEX jobs_by_parent ON jobs (parent_id, created_at) WHERE parent_id IS NOT NULL;
CREATE INDEX jobs_by_batch ON jobs (batch_id) WHERE batch_id IS NOT NULL;

CREATE TABLE deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, name TEXT NOT NULL, description TEXT, message TEXT,
  metadata TEXT NOT NULL DEFAULT '{}', status TEXT NOT NULL, is_live INTEGER NOT NULL DEFAULT 1, sort_at INTEGER NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id), queue TEXT, share_id TEXT, path TEXT NOT NULL DEFAULT '',
  settings TEXT NOT NULL DEFAULT '{}', created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, modified_by TEXT,
  submitted_at INTEGER, expires_at INTEGER NOT NULL, finished_at INTEGER
);
CREATE INDEX deliveries_listed ON deliveries (is_live, sort_at DESC, id DESC);
CREATE INDEX deliveries_expiring ON deliveries (expires_at) WHERE is_live = 1;
CREATE TABLE delivery_files (
  delivery_id TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE, number INTEGER NOT NULL,
  share_id TEXT NOT NULL, path TEXT NOT NULL, job_id TEXT, added_at INTEGER NOT NULL, PRIMARY KEY (delivery_id, number)
) WITHOUT ROWID;
CREATE TABLE delivery_recipients (
  delivery_id TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE, user_id TEXT NOT NULL REFERENCES users (id),
  number INTEGER NOT NULL, added_at INTEGER NOT NULL, added_by TEXT, PRIMARY KEY (delivery_id, user_id)
) WITHOUT ROWID;
CREATE INDEX deliveries_by_recipient ON delivery_recipients (user_id, delivery_id);

ALTER TABLE job_log ADD COLUMN task_uri TEXT;
CREATE INDEX job_log_by_task ON job_log (job_id, task_uri, number) WHERE task_uri IS NOT NULL;

CREATE TABLE mail_queue (
  number INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT NOT NULL, kind TEXT NOT NULL, params TEXT NOT NULL,
  created_at INTEGER NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL, error TEXT
);
CREATE INDEX mail_queue_due ON mail_queue (next_at);
CREATE INDEX invitations_by_maker ON invitations (created_by, created_at DESC);
`
