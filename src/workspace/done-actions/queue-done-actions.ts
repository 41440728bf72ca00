import { InheritedSettings } from '../settings/inherited-settings.ts'
import type { JobRow } from '../store/jobs.ts'
import type { Transaction } from '../store/store.ts'

/**
 * Setting `job_done_actions`: what is left to do at the destination of a job that is done. Of a job that transferred
 * nothing, such as a placeholder or a dry run, nothing is.
 */
export function queueDoneActions({ database, effects, nowMs }: Transaction, job: JobRow): void {
  const settings = new InheritedSettings(database)
  const actions = settings.beforeShares(job, 'job_done_actions') ?? ''
  if (!actions.split(',').some((action) => action.trim() === 'delete_excluded')) return
  if (settings.beforeShares(job, 'transfer_dry_run') === 'true') return
  const counts = (status: string) =>
    database.get('SELECT 1 FROM tasks WHERE job_id = ? AND status = ? LIMIT 1', [job.id, status]) !== undefined
  if (!counts('excluded') || !counts('done')) return
  database.run('INSERT OR REPLACE INTO later_deletions (id, next_at) VALUES (?, ?)', [job.id, nowMs])
  effects.hasDoneActions = true
}
