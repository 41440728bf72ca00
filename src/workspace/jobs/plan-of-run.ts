import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { holdText, type JobRow } from '../store/jobs.ts'

/** Figures of a plan, as a task's line in the log has them. */
const figures = ['create', 'replace', 'remove', 'same', 'bytes'] as const
type Plan = Readonly<Record<(typeof figures)[number], number>>

/** Whether a run only planned: what it told since it began says so, whatever the settings are by now. */
export function hasPlanned(database: SqliteDatabase, jobId: string, sinceMs: number): boolean {
  const sql = "SELECT 1 FROM job_log WHERE job_id = ? AND code = 'plan.summary' AND at >= ? LIMIT 1"
  return database.get(sql, [jobId, sinceMs]) !== undefined
}

/** What a job that only planned has to say: the newest plan of each of its tasks, added up; no figures where one is missing. */
export function planHold(database: SqliteDatabase, job: Pick<JobRow, 'id' | 'n_done'>): string {
  const lines = database.all<{ task_uri: string; params: string }>(
    "SELECT task_uri, params FROM job_log WHERE job_id = ? AND code = 'plan.summary' ORDER BY number",
    [job.id],
  )
  const plans = new Map(lines.map(({ task_uri, params }) => [task_uri, JSON.parse(params) as Plan]))
  // A long log makes room for newer lines.
  if (plans.size !== job.n_done) return holdText('planned')
  const sum = (name: (typeof figures)[number]) => [...plans.values()].reduce((total, plan) => total + plan[name], 0)
  return holdText('planned', Object.fromEntries(figures.map((name) => [name, sum(name)])))
}
