import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { foldText } from '../../shared/domain/query/fold-text.ts'
import { peopleSql } from './migrations/07-people.ts'
import { sharesSql } from './migrations/08-shares.ts'
import { filesSql } from './migrations/09-files.ts'
import { partsSql } from './migrations/10-parts.ts'
import { jobsMigration } from './migrations/11-jobs.ts'
import { runningSql } from './migrations/12-running.ts'

/**
 * The database's history. A released migration is never changed: a new one is added. What is derived from other rows
 * (counts and sums of a job's tasks, lists per person, totals) is kept by triggers, so that no code path can forget it.
 */
export interface Migration {
  /** What SQLite's `user_version` is once this has run: 1, 2, 3 … without gaps. */
  readonly version: number
  readonly name: string
  readonly sql: string
  /** What SQL alone cannot bring about; in the same transaction, after it. */
  readonly fill?: (database: SqliteDatabase) => void
}

function foldJobNames(database: SqliteDatabase): void {
  const page = 10_000
  for (let after = 0; ; ) {
    const rows = database.all<{ number: number; name: string }>(
      'SELECT number, name FROM jobs WHERE number > ? ORDER BY number LIMIT ?',
      [after, page],
    )
    for (const { number, name } of rows) {
      database.run('UPDATE jobs SET name_folded = ? WHERE number = ?', [foldText(name), number])
    }
    after = rows.at(-1)?.number ?? after
    if (rows.length < page) return
  }
}

const taskStatuses = ['pending', 'queued', 'booting', 'executing', 'done', 'failed', 'onhold', 'excluded']
const resultColumns = ['files_done', 'files_already_there', 'files_replaced', 'files_failed', 'bytes_verified']

/** `n_queued = n_queued + (NEW.status = 'queued')` and so on, for the rows `signs` names: `+` NEW, `-` OLD. */
function taskSums(signs: { readonly NEW?: '+'; readonly OLD?: '-' }): string {
  const sides = Object.entries(signs)
  const sum = (column: string, term: (row: string) => string) =>
    `${column} = ${column} ${sides.map(([row, sign]) => `${sign} ${term(row)}`).join(' ')}`
  return [
    ...taskStatuses.map((status) => sum(`n_${status}`, (row) => `(${row}.status = '${status}')`)),
    ...['size_bytes', 'file_count'].map((column) =>
      sum(column, (row) => `(CASE WHEN ${row}.status = 'excluded' THEN 0 ELSE ${row}.${column} END)`),
    ),
    ...resultColumns.map((column) => sum(column, (row) => `${row}.${column}`)),
  ].join(', ')
}

const jobListTriggers = ['user_id', 'source_user', 'destination_user']
  .map(
    (column) =>
      `INSERT OR IGNORE INTO job_person (user_id, is_live, sort_at, job_id)
        SELECT NEW.${column}, NEW.is_live, NEW.sort_at, NEW.id WHERE NEW.${column} IS NOT NULL;`,
  )
  .join('\n')

export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'people, machines, shares, jobs, tasks, dispatches',
    sql: `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE users (
  id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL, role TEXT NOT NULL,
  status TEXT NOT NULL, password_hash TEXT, created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sites (code TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE clients (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, user_id TEXT REFERENCES users (id),
  site_code TEXT REFERENCES sites (code), key_hash TEXT NOT NULL, candidates TEXT NOT NULL DEFAULT '[]',
  last_seen_at INTEGER, created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX clients_by_user ON clients (user_id, last_seen_at);
CREATE INDEX clients_by_site ON clients (site_code);
CREATE INDEX clients_by_key ON clients (key_hash);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id), client_id TEXT REFERENCES clients (id),
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE shares (
  id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL, kind TEXT NOT NULL,
  is_default INTEGER NOT NULL DEFAULT 0, user_id TEXT REFERENCES users (id), site_code TEXT NOT NULL REFERENCES sites (code),
  path TEXT NOT NULL, created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX homes_by_user ON shares (user_id) WHERE kind = 'home';

CREATE TABLE invitations (
  id TEXT PRIMARY KEY, code_hash TEXT NOT NULL UNIQUE, email TEXT, name TEXT, role TEXT NOT NULL,
  user_id TEXT REFERENCES users (id), created_by TEXT NOT NULL REFERENCES users (id), created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, used_at INTEGER
) WITHOUT ROWID;

CREATE TABLE jobs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, status TEXT NOT NULL, is_live INTEGER NOT NULL, sort_at INTEGER NOT NULL,
  source_site TEXT, source_user TEXT, source_client TEXT, source_key TEXT NOT NULL,
  destination_site TEXT, destination_user TEXT, destination_client TEXT, destination_key TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id), queue TEXT NOT NULL, priority INTEGER NOT NULL,
  is_measured INTEGER NOT NULL DEFAULT 0, measure_seq INTEGER NOT NULL DEFAULT -1,
  is_ready INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0, queued_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0, interruptions INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL DEFAULT 0,
  hold TEXT, after_job_id TEXT, location_client TEXT, location_path TEXT, revision INTEGER NOT NULL DEFAULT 0,
  size_bytes INTEGER NOT NULL DEFAULT 0, file_count INTEGER NOT NULL DEFAULT 0,
  ${taskStatuses.map((status) => `n_${status} INTEGER NOT NULL DEFAULT 0`).join(', ')},
  ${resultColumns.map((column) => `${column} INTEGER NOT NULL DEFAULT 0`).join(', ')},
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, finished_at INTEGER,
  note TEXT, settings TEXT NOT NULL DEFAULT '{}'
);
-- Apart, because a job's row is written anew whenever one of its tasks changes, and these may be large.
CREATE TABLE job_texts (
  job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE, spec TEXT NOT NULL, metadata TEXT
) WITHOUT ROWID;
CREATE INDEX jobs_listed ON jobs (is_live, sort_at DESC, id DESC);
CREATE INDEX jobs_ready ON jobs (source_key, destination_key, priority DESC, queued_at, id) WHERE is_ready = 1;
CREATE INDEX jobs_due ON jobs (next_at) WHERE is_ready = 1;
CREATE INDEX jobs_retrying ON jobs (next_at) WHERE status = 'failed' AND next_at > 0;
CREATE INDEX jobs_unmeasured ON jobs (source_key) WHERE is_measured = 0 AND is_live = 1;
CREATE INDEX jobs_by_source ON jobs (source_key, sort_at DESC) WHERE is_live = 1;
CREATE INDEX jobs_by_destination ON jobs (destination_key, sort_at DESC) WHERE is_live = 1;
CREATE INDEX jobs_by_receiver ON jobs (destination_user, sort_at DESC) WHERE is_live = 1;
CREATE INDEX jobs_after ON jobs (after_job_id) WHERE after_job_id IS NOT NULL;

CREATE VIRTUAL TABLE job_names USING fts5 (name, content = '', contentless_delete = 1, tokenize = 'trigram');

CREATE TABLE job_person (
  user_id TEXT NOT NULL, is_live INTEGER NOT NULL, sort_at INTEGER NOT NULL, job_id TEXT NOT NULL,
  PRIMARY KEY (user_id, is_live, sort_at DESC, job_id DESC)
) WITHOUT ROWID;
CREATE INDEX job_person_by_job ON job_person (job_id);
CREATE TABLE job_totals (
  user_id TEXT NOT NULL, is_live INTEGER NOT NULL, total INTEGER NOT NULL, PRIMARY KEY (user_id, is_live)
) WITHOUT ROWID;

CREATE TRIGGER job_inserted AFTER INSERT ON jobs BEGIN
  INSERT INTO job_names (rowid, name) VALUES (NEW.number, NEW.name);
  INSERT INTO job_totals VALUES ('', NEW.is_live, 1) ON CONFLICT DO UPDATE SET total = total + 1;
  ${jobListTriggers}
END;
CREATE TRIGGER job_moved AFTER UPDATE OF is_live, sort_at ON jobs
WHEN OLD.is_live <> NEW.is_live OR OLD.sort_at <> NEW.sort_at BEGIN
  UPDATE job_totals SET total = total - 1 WHERE user_id = '' AND is_live = OLD.is_live;
  INSERT INTO job_totals VALUES ('', NEW.is_live, 1) ON CONFLICT DO UPDATE SET total = total + 1;
  DELETE FROM job_person WHERE job_id = OLD.id;
  ${jobListTriggers}
END;
CREATE TRIGGER job_renamed AFTER UPDATE OF name ON jobs WHEN OLD.name <> NEW.name BEGIN
  DELETE FROM job_names WHERE rowid = OLD.number;
  INSERT INTO job_names (rowid, name) VALUES (NEW.number, NEW.name);
END;
CREATE TRIGGER job_deleted AFTER DELETE ON jobs BEGIN
  DELETE FROM job_names WHERE rowid = OLD.number;
  UPDATE job_totals SET total = total - 1 WHERE user_id = '' AND is_live = OLD.is_live;
  DELETE FROM job_person WHERE job_id = OLD.id;
END;
CREATE TRIGGER job_person_inserted AFTER INSERT ON job_person BEGIN
  INSERT INTO job_totals VALUES (NEW.user_id, NEW.is_live, 1) ON CONFLICT DO UPDATE SET total = total + 1;
END;
CREATE TRIGGER job_person_deleted AFTER DELETE ON job_person BEGIN
  UPDATE job_totals SET total = total - 1 WHERE user_id = OLD.user_id AND is_live = OLD.is_live;
END;

CREATE TABLE tasks (
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, seq INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE, uri TEXT NOT NULL, status TEXT NOT NULL, priority INTEGER NOT NULL,
  source TEXT NOT NULL, destination TEXT NOT NULL, pair_digest TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'unknown', size_bytes INTEGER NOT NULL DEFAULT 0, file_count INTEGER NOT NULL DEFAULT 0,
  ${resultColumns.map((column) => `${column} INTEGER NOT NULL DEFAULT 0`).join(', ')},
  has_result INTEGER NOT NULL DEFAULT 0, is_measured INTEGER NOT NULL DEFAULT 0, dispatch_id TEXT, path_abs_final TEXT,
  error TEXT, created_at INTEGER NOT NULL, finished_at INTEGER, time_ms INTEGER,
  metadata TEXT, settings TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (job_id, seq), UNIQUE (job_id, uri)
) WITHOUT ROWID;
CREATE INDEX tasks_by_status ON tasks (job_id, status, priority DESC, seq);
CREATE INDEX tasks_by_pair ON tasks (job_id, pair_digest);
CREATE INDEX tasks_by_dispatch ON tasks (dispatch_id) WHERE dispatch_id IS NOT NULL;
CREATE INDEX tasks_unmeasured ON tasks (job_id, seq) WHERE is_measured = 0;

CREATE TRIGGER task_inserted AFTER INSERT ON tasks BEGIN
  UPDATE jobs SET ${taskSums({ NEW: '+' })} WHERE id = NEW.job_id;
END;
CREATE TRIGGER task_updated AFTER UPDATE ON tasks BEGIN
  UPDATE jobs SET ${taskSums({ NEW: '+', OLD: '-' })} WHERE id = NEW.job_id;
END;

CREATE TABLE dispatches (
  id TEXT PRIMARY KEY, job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, epoch INTEGER NOT NULL,
  source_key TEXT NOT NULL, destination_key TEXT NOT NULL,
  sender TEXT NOT NULL, receiver TEXT NOT NULL, ticket TEXT NOT NULL, started_at INTEGER NOT NULL,
  is_running INTEGER NOT NULL DEFAULT 1, outcome TEXT, error TEXT, ended_at INTEGER
) WITHOUT ROWID;
CREATE INDEX dispatches_running ON dispatches (job_id) WHERE is_running = 1;
CREATE INDEX dispatches_by_job ON dispatches (job_id);

CREATE TABLE previews (
  job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE, entries TEXT NOT NULL, is_complete INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE job_log (
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, number INTEGER NOT NULL, at INTEGER NOT NULL,
  level TEXT NOT NULL, code TEXT NOT NULL, params TEXT, PRIMARY KEY (job_id, number)
) WITHOUT ROWID;
CREATE TRIGGER job_log_unchanged BEFORE UPDATE ON job_log BEGIN SELECT RAISE (ABORT, 'the log is append-only'); END;

CREATE TABLE audit (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, user_id TEXT, client_id TEXT, action TEXT NOT NULL,
  subject TEXT, params TEXT
);
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;
`,
  },
  {
    version: 2,
    name: 'settings of the workspace, of shares and of queues',
    sql: `
CREATE TABLE settings (
  entity TEXT NOT NULL, entity_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (entity, entity_id, name)
) WITHOUT ROWID;
`,
  },
  {
    version: 3,
    name: 'the folders of shares as workstations have them',
    sql: `
ALTER TABLE shares ADD COLUMN path_windows TEXT;
ALTER TABLE shares ADD COLUMN path_linux TEXT;
ALTER TABLE shares ADD COLUMN path_mac TEXT;
`,
  },
  {
    version: 4,
    name: 'what queries look for',
    sql: `
-- As foldText gives it, which SQLite cannot: written by whoever writes the name.
ALTER TABLE jobs ADD COLUMN name_folded TEXT;
CREATE INDEX jobs_by_name ON jobs (is_live, name_folded, sort_at DESC, id DESC);
CREATE INDEX jobs_by_status ON jobs (is_live, status, sort_at DESC, id DESC);
CREATE INDEX jobs_from_site ON jobs (is_live, source_site, sort_at DESC, id DESC) WHERE source_site IS NOT NULL;
CREATE INDEX jobs_to_site ON jobs (is_live, destination_site, sort_at DESC, id DESC)
  WHERE destination_site IS NOT NULL;
`,
    fill: foldJobNames,
  },
  {
    version: 5,
    name: 'jobs that keep paths below their shares',
    sql: 'ALTER TABLE jobs ADD COLUMN mirrors_paths INTEGER NOT NULL DEFAULT 1;',
  },
  {
    version: 6,
    name: 'calls that put tasks into jobs which were there',
    sql: `
CREATE TABLE appended_requests (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL, job_ids TEXT NOT NULL, at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX appended_requests_by_age ON appended_requests (at);
`,
  },
  { version: 7, name: 'people, sites, queues and keys as the API has them', sql: peopleSql },
  { version: 8, name: 'shares, their servers and who may use what of them', sql: sharesSql },
  { version: 9, name: 'what collections hold, and where senders found their sources', sql: filesSql },
  { version: 10, name: 'dispatches for each pair of ends', sql: partsSql },
  { version: 11, name: 'archive, deliveries, requests and logs of tasks', sql: jobsMigration },
  { version: 12, name: 'folders that the storage of the main site may use', sql: runningSql },
  {
    version: 13,
    name: 'invitations of the servers of sites',
    sql: 'ALTER TABLE invitations ADD COLUMN site_code TEXT;',
  },
  {
    version: 14,
    name: 'what is to be deleted after jobs and deliveries',
    sql: `
-- By the id of a job that is done, or of a delivery that ended; of a delivery with its folder, as it may be gone by then.
CREATE TABLE later_deletions (
  id TEXT PRIMARY KEY, share_id TEXT, site_code TEXT, path TEXT, tries INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX later_deletions_due ON later_deletions (next_at);
`,
  },
  {
    version: 15,
    name: 'jobs by who made them',
    sql: 'CREATE INDEX jobs_by_maker ON jobs (is_live, user_id, sort_at DESC, id DESC);',
  },
  {
    version: 16,
    name: 'what one-way syncs deleted',
    sql: `
ALTER TABLE jobs ADD COLUMN files_removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN files_removed INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER task_removed AFTER UPDATE OF files_removed ON tasks WHEN NEW.files_removed <> OLD.files_removed BEGIN
  UPDATE jobs SET files_removed = files_removed + NEW.files_removed - OLD.files_removed WHERE id = NEW.job_id;
END;
`,
  },
]
