/**
 * What the ends of a task's part are, from `$.shareId` of its source and destination; empty for a person's machine.
 */
const shareOf = (side: 'source' | 'destination') => `coalesce(json_extract(tasks.${side}, '$.shareId'), '')`

/**
 * A job's tasks lie in parts: those between the same two shares (or machines), which one run can take together. A part
 * has its own endpoint pair, its own run, and its own place in the line of that pair.
 */
export const partsSql = `
CREATE TABLE job_parts (
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, part INTEGER NOT NULL,
  -- Empty: a person's machine.
  source_share TEXT NOT NULL, destination_share TEXT NOT NULL,
  -- 'site:<code>', or 'client:<id>' of a machine or of the one server that has the share; empty while it is not known.
  source_key TEXT NOT NULL, destination_key TEXT NOT NULL,
  -- As the job's row has them.
  queue TEXT NOT NULL, priority INTEGER NOT NULL, queued_at INTEGER NOT NULL,
  measure_seq INTEGER NOT NULL DEFAULT -1, is_ready INTEGER NOT NULL DEFAULT 0, is_barred INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0, interruptions INTEGER NOT NULL DEFAULT 0, hold TEXT, dispatch_id TEXT,
  PRIMARY KEY (job_id, part)
) WITHOUT ROWID;
CREATE INDEX job_parts_ready ON job_parts (source_key, destination_key, queue, priority DESC, queued_at, job_id, part)
  WHERE is_ready = 1 AND is_barred = 0;
CREATE INDEX job_parts_due ON job_parts (next_at) WHERE is_ready = 1 AND next_at > 0;
CREATE INDEX job_parts_barred ON job_parts (is_barred) WHERE is_barred = 1;
CREATE INDEX job_parts_running ON job_parts (dispatch_id) WHERE dispatch_id IS NOT NULL;
CREATE INDEX job_parts_from_share ON job_parts (source_share) WHERE source_share <> '';
CREATE INDEX job_parts_to_share ON job_parts (destination_share) WHERE destination_share <> '';

ALTER TABLE tasks ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dispatches ADD COLUMN part INTEGER NOT NULL DEFAULT 0;

INSERT INTO job_parts (job_id, part, source_share, destination_share, source_key, destination_key, queue, priority,
    queued_at, next_at, interruptions, measure_seq)
  SELECT jobs.id, row_number() OVER (PARTITION BY jobs.id ORDER BY kinds.seq) - 1, kinds.source_share,
    kinds.destination_share, jobs.source_key, jobs.destination_key, jobs.queue, jobs.priority, jobs.queued_at,
    CASE WHEN jobs.status = 'waiting' THEN jobs.next_at ELSE 0 END, jobs.interruptions, jobs.measure_seq
  FROM (SELECT job_id, min(seq) AS seq, ${shareOf('source')} AS source_share,
          ${shareOf('destination')} AS destination_share FROM tasks GROUP BY 1, 3, 4) kinds
  JOIN jobs ON jobs.id = kinds.job_id;
UPDATE tasks SET part = (SELECT part FROM job_parts WHERE job_parts.job_id = tasks.job_id
    AND source_share = ${shareOf('source')} AND destination_share = ${shareOf('destination')})
  WHERE job_id IN (SELECT job_id FROM job_parts WHERE part > 0);
-- What runs goes on, and holds all parts that it took tasks of.
UPDATE job_parts SET dispatch_id = (SELECT dispatch_id FROM tasks
    WHERE tasks.job_id = job_parts.job_id AND tasks.part = job_parts.part AND dispatch_id IS NOT NULL LIMIT 1)
  WHERE job_id IN (SELECT job_id FROM dispatches WHERE is_running = 1);

DROP INDEX jobs_ready;
DROP INDEX jobs_due;
DROP INDEX tasks_unmeasured;
ALTER TABLE jobs DROP COLUMN is_ready;
ALTER TABLE jobs DROP COLUMN interruptions;
ALTER TABLE jobs DROP COLUMN measure_seq;
CREATE INDEX jobs_asked_again ON jobs (next_at) WHERE is_measured = 0 AND is_live = 1 AND next_at > 0;
CREATE INDEX tasks_unmeasured ON tasks (job_id, part, seq) WHERE is_measured = 0;
CREATE INDEX tasks_queued ON tasks (job_id, part, priority DESC, seq) WHERE status = 'queued';
CREATE INDEX dispatches_live ON dispatches (is_running) WHERE is_running = 1;

-- What was ready stays so, as refreshReady in job-parts.ts has it.
UPDATE job_parts SET is_ready = 1 WHERE source_key <> '' AND destination_key <> ''
  AND NOT EXISTS (SELECT 1 FROM job_parts beside WHERE beside.job_id = job_parts.job_id
    AND beside.dispatch_id IS NOT NULL AND beside.source_key = job_parts.source_key
    AND beside.destination_key = job_parts.destination_key)
  AND EXISTS (SELECT 1 FROM jobs WHERE jobs.id = job_parts.job_id AND status IN ('waiting', 'running') AND is_measured = 1
    AND coalesce(json_extract(jobs.hold, '$.code'), '') <> 'consent'
    AND (after_job_id IS NULL
      OR EXISTS (SELECT 1 FROM jobs before WHERE before.id = jobs.after_job_id AND before.status = 'done')))
  AND EXISTS (SELECT 1 FROM tasks
    WHERE tasks.job_id = job_parts.job_id AND tasks.part = job_parts.part AND status = 'queued');

CREATE TRIGGER job_queued AFTER UPDATE OF queue, priority, queued_at, source_key, destination_key ON jobs
WHEN (OLD.queue, OLD.priority, OLD.queued_at, OLD.source_key, OLD.destination_key)
  IS NOT (NEW.queue, NEW.priority, NEW.queued_at, NEW.source_key, NEW.destination_key) BEGIN
  UPDATE job_parts SET queue = NEW.queue, priority = NEW.priority, queued_at = NEW.queued_at,
    source_key = CASE WHEN source_share = '' THEN NEW.source_key ELSE source_key END,
    destination_key = CASE WHEN destination_share = '' THEN NEW.destination_key ELSE destination_key END
    WHERE job_id = NEW.id;
END;

CREATE TRIGGER share_switched AFTER UPDATE OF status ON shares WHEN OLD.status <> NEW.status BEGIN
  UPDATE job_parts SET is_barred = 0 WHERE is_barred = 1;
END;

-- Shares that another server has now; the scheduler gives the parts of jobs that use them their new ends.
CREATE TABLE moved_shares (share_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TRIGGER share_server_named AFTER INSERT ON share_servers WHEN NEW.client_id IS NOT NULL BEGIN
  INSERT OR IGNORE INTO moved_shares VALUES (NEW.share_id);
END;
CREATE TRIGGER share_server_changed AFTER UPDATE OF client_id ON share_servers
WHEN OLD.client_id IS NOT NEW.client_id BEGIN
  INSERT OR IGNORE INTO moved_shares VALUES (NEW.share_id);
END;
CREATE TRIGGER share_server_removed AFTER DELETE ON share_servers WHEN OLD.client_id IS NOT NULL BEGIN
  INSERT OR IGNORE INTO moved_shares VALUES (OLD.share_id);
END;
`
