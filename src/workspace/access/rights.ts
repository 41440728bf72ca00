import { TernError } from '../../shared/domain/errors.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import { type Cause, mayCause } from '../../shared/domain/status/causes.ts'
import { type JobEvent, jobEventCauses } from '../../shared/domain/status/job-status.ts'
import type { JobColumns } from '../store/jobs.ts'
import type { ClientRow, UserRow } from '../store/people.ts'

/*
 * The one place that decides who may see, use and change what (of shares, share-access.ts decides). Asked for every
 * operation, for every change that the stream sends, and again when a job is dispatched. Pure: rows in, answers out.
 */

type Person = Pick<UserRow, 'id' | 'role' | 'status'>

export function isElevated(person: Person): boolean {
  return person.role === 'admin' || person.role === 'employee'
}

type JobParties = Pick<JobColumns, 'user_id' | 'source_user' | 'destination_user'>

/** Admins and employees see all jobs; others those they made, send or receive. */
export function maySeeJob(person: Person, job: JobParties): boolean {
  return person.status === 'enabled' && (isElevated(person) || isPartOf(person, job))
}

/** Name and priority: for whoever sees it, because each of the parties gives or receives something of their own. */
export function mayChangeJob(person: Person, job: JobParties): boolean {
  return maySeeJob(person, job)
}

/** Whether a person may cause an event of the job, by the table of the statuses. */
export function mayActOnJob(person: Person, job: JobParties, event: JobEvent): boolean {
  const roles: readonly (Cause | false)[] = [
    isElevated(person) && 'operator',
    isPartOf(person, job) && 'involved',
    job.user_id === person.id && 'maker',
    job.destination_user === person.id && 'recipient',
  ]
  return (
    person.status === 'enabled' &&
    mayCause(
      jobEventCauses,
      event,
      roles.filter((role) => role !== false),
    )
  )
}

/** Adding files is for who made the job, or runs the workspace. */
export function mayAddTasks(person: Person, job: JobParties): boolean {
  return mayActOnJob(person, job, 'added')
}

/** A machine's owner is asked in the name of who made the job, so nobody else names a machine in it. */
export function mayAddTask(
  person: Person,
  job: JobParties,
  task: { readonly source: TaskEndpoint; readonly destination: TaskEndpoint },
): boolean {
  const namesMachine = task.source.clientId !== undefined || task.destination.clientId !== undefined
  return !namesMachine || job.user_id === person.id
}

/** Where something lies on a person's machine, and whom else a sender wrote to, is for that person and who runs the workspace. */
export function mayKnowSource(person: Person, job: JobParties): boolean {
  return isElevated(person) || job.user_id === person.id || job.source_user === person.id
}

/** Jobs disappear for good, so only who made one, or an admin, may delete it. */
export function mayDeleteJob(person: Person, job: JobParties): boolean {
  return person.status === 'enabled' && (person.role === 'admin' || job.user_id === person.id)
}

/** Everybody may send to everybody who can receive; who was disabled is for those who run the workspace. */
export function maySeeUser(person: Person, user: Pick<UserRow, 'id' | 'status'>): boolean {
  return user.status !== 'disabled' || user.id === person.id || isElevated(person)
}

/** Machines: one's own, the servers, and those that share a job with one (`sharesJob` looks that up). */
export function maySeeClient(person: Person, client: Pick<ClientRow, 'user_id'>, sharesJob: () => boolean): boolean {
  return client.user_id === null || client.user_id === person.id || isElevated(person) || sharesJob()
}

/** Naming a machine in a job; its owner still consents on it. Standard people may name their own only. */
export function mayNameMachine(person: Person, client: Pick<ClientRow, 'user_id'>): boolean {
  return client.user_id === person.id || isElevated(person)
}

export function isPartOf(person: Pick<Person, 'id'>, job: JobParties): boolean {
  return job.user_id === person.id || job.source_user === person.id || job.destination_user === person.id
}

/** What a person must not see does not exist for them. */
export function requireVisible(person: Person, job: JobParties & { readonly id: string }): void {
  if (!maySeeJob(person, job)) throw new TernError('NOT_FOUND', { entity: 'transfer', id: job.id })
}
