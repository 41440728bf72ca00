import { settingOf } from '../../shared/domain/settings/merge-settings.ts'
import { settingsAt } from '../settings/setting-store.ts'
import type { JobRow } from '../store/jobs.ts'
import type { Transaction } from '../store/store.ts'

const dayMs = 24 * 3_600_000
const jobsAtOnce = 100

/** What `jobs.is_live` says: lists, totals and queries tell the three apart by it. */
export const liveness = { live: 1, finished: 0, archived: -1 } as const
export type JobScope = keyof typeof liveness

/**
 * Purges jobs to the archive (transfers document, Query transfers) that finished long enough ago: `job_archive_after_days`.
 * There they keep their tasks and log, and come back to life when somebody resumes them; what could be found out again
 * (previews, ended dispatches) goes.
 */
export function archiveFinishedJobs({ database, effects, nowMs }: Transaction): boolean {
  const days = Number(settingOf(settingsAt(database, 'workspace'), 'job_archive_after_days'))
  const rows = database.all<JobRow>('SELECT * FROM jobs WHERE is_live = 0 AND sort_at < ? ORDER BY sort_at LIMIT ?', [
    nowMs - days * dayMs,
    jobsAtOnce,
  ])
  for (const row of rows) {
    database.run('UPDATE jobs SET is_live = ? WHERE id = ?', [liveness.archived, row.id])
    database.run('DELETE FROM previews WHERE job_id = ?', [row.id])
    database.run('DELETE FROM dispatches WHERE job_id = ? AND is_running = 0', [row.id])
    const people = [row.user_id, row.source_user, row.destination_user].filter((id) => id !== null)
    effects.removed('job', row.id, new Set(people))
  }
  return rows.length === jobsAtOnce
}
