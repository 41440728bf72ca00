import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import type { JobProgress } from '../../shared/domain/job.ts'
import type { PresentedPlace } from '../../shared/domain/presentation.ts'
import { partyOf } from '../jobs/endpoint.ts'
import { runningDispatches } from '../store/dispatches.ts'
import { type JobRow, requireJob } from '../store/jobs.ts'
import { userById } from '../store/people.ts'

/** A transfer that runs now, and its figures as far as anybody has spoken of it. */
export interface RunningTransfer {
  readonly id: JobId
  readonly name: string
  readonly from: PresentedPlace
  readonly to: PresentedPlace
  readonly progress?: Omit<JobProgress, 'jobId' | 'tasks'>
}

/** `figuresOf`: undefined where nothing serves the workspace, so nothing runs. */
export function runningTransfers(
  database: SqliteDatabase,
  figuresOf: (jobId: string) => JobProgress | undefined,
): readonly RunningTransfer[] {
  const ids = new Set(runningDispatches(database).map(({ job_id: jobId }) => jobId))
  return [...ids].map((id) => {
    const job = requireJob(database, id)
    const { jobId: _id, tasks: _tasks, ...progress } = figuresOf(id) ?? {}
    return {
      id,
      name: job.name,
      from: placeOf(database, job, 'source'),
      to: placeOf(database, job, 'destination'),
      ...('phase' in progress && { progress }),
    }
  })
}

function placeOf(database: SqliteDatabase, job: JobRow, side: 'source' | 'destination'): PresentedPlace {
  const party = partyOf(job, side)
  if (party.kind === 'site') return { kind: 'site', name: party.siteCode }
  return { kind: 'user', name: userById(database, party.userId)?.name ?? '' }
}
