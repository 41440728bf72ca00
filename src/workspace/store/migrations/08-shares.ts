/**
 * Shares below volumes, the sites that serve a share, who may use what of it, and which jobs use it. What was there
 * keeps its folder: it becomes the first site that serves the share.
 */
export const sharesSql = `
ALTER TABLE shares ADD COLUMN parent_id TEXT REFERENCES shares (id);
-- Below the parent's folder, '/'-separated; null for a share that has a folder of its own.
ALTER TABLE shares ADD COLUMN relative_path TEXT;
ALTER TABLE shares ADD COLUMN status TEXT NOT NULL DEFAULT 'enabled';
ALTER TABLE shares ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE shares ADD COLUMN emails TEXT NOT NULL DEFAULT '[]';
ALTER TABLE shares ADD COLUMN queue TEXT;
ALTER TABLE shares ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
ALTER TABLE shares ADD COLUMN created_by TEXT;
ALTER TABLE shares ADD COLUMN modified_at INTEGER;
ALTER TABLE shares ADD COLUMN modified_by TEXT;
ALTER TABLE shares ADD COLUMN inactive_at INTEGER;
CREATE INDEX shares_by_parent ON shares (parent_id, relative_path) WHERE parent_id IS NOT NULL;

CREATE TABLE share_servers (
  share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE, site_code TEXT NOT NULL,
  client_id TEXT REFERENCES clients (id) ON DELETE SET NULL, path TEXT NOT NULL, created_at INTEGER NOT NULL,
  PRIMARY KEY (share_id, site_code)
) WITHOUT ROWID;
CREATE INDEX share_servers_by_site ON share_servers (site_code);
CREATE INDEX share_servers_by_client ON share_servers (client_id) WHERE client_id IS NOT NULL;
INSERT INTO share_servers (share_id, site_code, path, created_at)
  SELECT id, site_code, path, created_at FROM shares WHERE path <> '';
CREATE TRIGGER share_inserted AFTER INSERT ON shares WHEN NEW.parent_id IS NULL AND NEW.path <> '' BEGIN
  INSERT INTO share_servers (share_id, site_code, path, created_at)
    VALUES (NEW.id, NEW.site_code, NEW.path, NEW.created_at);
END;

CREATE TABLE acls (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
  -- Below the share, '/'-separated, NFC; empty for all of it.
  path TEXT NOT NULL, may_read INTEGER NOT NULL, may_write INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL DEFAULT 0, description TEXT NOT NULL DEFAULT '',
  created_by TEXT, created_at INTEGER NOT NULL, modified_by TEXT, modified_at INTEGER NOT NULL, inactive_at INTEGER,
  UNIQUE (user_id, share_id, path)
) WITHOUT ROWID;
CREATE INDEX acls_by_share ON acls (share_id);

-- Which jobs have tasks at a share: kept apart, because a task names its share inside a JSON text.
CREATE TABLE job_shares (
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, share_id TEXT NOT NULL, PRIMARY KEY (job_id, share_id)
) WITHOUT ROWID;
CREATE INDEX job_shares_by_share ON job_shares (share_id, job_id);
${['source', 'destination']
  .map(
    (side) => `
INSERT OR IGNORE INTO job_shares (job_id, share_id)
  SELECT DISTINCT job_id, json_extract(${side}, '$.shareId') FROM tasks
  WHERE json_extract(${side}, '$.shareId') IS NOT NULL;
CREATE TRIGGER task_${side}_share AFTER INSERT ON tasks WHEN json_extract(NEW.${side}, '$.shareId') IS NOT NULL BEGIN
  INSERT OR IGNORE INTO job_shares (job_id, share_id) VALUES (NEW.job_id, json_extract(NEW.${side}, '$.shareId'));
END;`,
  )
  .join('')}
`
