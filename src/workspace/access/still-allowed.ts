import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import { sharesPersonOf } from '../deliveries/shares-person.ts'
import type { JobRow } from '../store/jobs.ts'
import { userById } from '../store/people.ts'
import { shareById } from '../store/places.ts'
import { serversOfShare } from '../store/share-places.ts'
import { maySeeJob } from './rights.ts'
import { ShareAccess } from './share-access-of.ts'

/**
 * Whether a task may run now: rights, people and shares may have gone since it was made. Asked of the place that it
 * resolved to, at the site that it is at.
 */
export function isStillAllowed(
  database: SqliteDatabase,
  job: JobRow,
  source: TaskEndpoint,
  destination: TaskEndpoint,
): boolean {
  const maker = userById(database, job.user_id)
  if (maker === undefined || !maySeeJob(maker, job)) return false
  const person = sharesPersonOf(database, job, maker)
  if (person === undefined) return false
  const access = new ShareAccess(database, person)
  const may = (end: TaskEndpoint, what: 'mayRead' | 'mayWrite') => {
    if (end.shareId === undefined) return true
    const share = shareById(database, end.shareId)
    if (share === undefined) return false
    const site = end.siteCode ?? share.site_code
    return (
      access.at(share, end.path, site)[what] &&
      serversOfShare(database, share).some((server) => server.site_code === site)
    )
  }
  const people = [source.userId, destination.userId].filter((id) => id !== undefined)
  return (
    may(source, 'mayRead') &&
    may(destination, 'mayWrite') &&
    people.every((id) => userById(database, id)?.status === 'enabled')
  )
}
