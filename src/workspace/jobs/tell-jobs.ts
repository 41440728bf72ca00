import type { Transaction } from '../store/store.ts'

/** How many jobs are told at once that something beside them changed; the rest show it when they are looked at. */
const maxToldJobs = 500

/** Why the live jobs at an end wait may be different now. `key`: as in the job's row. */
export function tellJobsAt({ database, effects }: Transaction, key: string): void {
  for (const column of ['source_key', 'destination_key']) {
    const jobs = database.all<{ id: string }>(
      `SELECT id FROM jobs WHERE ${column} = ? AND is_live = 1 ORDER BY sort_at DESC LIMIT ${maxToldJobs}`,
      [key],
    )
    for (const { id } of jobs) effects.changed('job', id)
  }
}

/** Those that a person made, sends or receives. */
export function tellJobsOf({ database, effects }: Transaction, userId: string): void {
  const jobs = database.all<{ id: string }>(
    `SELECT job_id AS id FROM job_person WHERE user_id = ? AND is_live = 1 ORDER BY sort_at DESC LIMIT ${maxToldJobs}`,
    [userId],
  )
  for (const { id } of jobs) effects.changed('job', id)
}

export function tellJobsIn({ database, effects }: Transaction, queueCode: string): void {
  const jobs = database.all<{ id: string }>(
    `SELECT id FROM jobs WHERE queue = ? AND is_live = 1 ORDER BY sort_at DESC LIMIT ${maxToldJobs}`,
    [queueCode],
  )
  for (const { id } of jobs) effects.changed('job', id)
}
