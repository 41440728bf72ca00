import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { JobStatus } from '../../shared/domain/job.ts'
import { settingOf } from '../../shared/domain/settings/merge-settings.ts'
import { settingsAt } from '../settings/setting-store.ts'
import { type JobRow, jobById } from '../store/jobs.ts'
import { userById } from '../store/people.ts'
import type { Transaction } from '../store/store.ts'
import { isMailOn, type MailKind, type MailRow, queueMail } from './mail-queue.ts'

/** A failure may be followed by the plan of a retry: whether it is one is decided when the mail is sent. */
const failureDelayMs = 5000
const recipientsAtMost = 100

/** Tells those whom `mail_conf` names that a job was made, is done, or has failed for good. */
export function mailAboutJob(transaction: Transaction, job: JobRow, event: 'submit' | 'done' | 'fail'): void {
  const { database } = transaction
  if (!isMailOn(database)) return
  for (const recipient of recipientsFor(database, job, event)) {
    queueMail(transaction, {
      recipient,
      kind: event,
      params: { job: job.name, jobId: job.id },
      ...(event === 'fail' && { delayMs: failureDelayMs }),
    })
  }
}

export function mailEventOf(status: JobStatus): 'done' | 'fail' | undefined {
  if (status === 'done') return 'done'
  return status === 'failed' ? 'fail' : undefined
}

/** Tells somebody who has an account that files wait for them to choose a folder. */
export function mailAboutFiles(transaction: Transaction, job: JobRow): void {
  const { database } = transaction
  const receiver = job.destination_user === null ? undefined : userById(database, job.destination_user)
  const sender = userById(database, job.user_id)
  if (receiver?.status !== 'enabled' || sender === undefined || receiver.id === sender.id || job.n_pending === 0) return
  const params = { sender: sender.name, job: job.name, message: job.note ?? '' }
  queueMail(transaction, { recipient: receiver.email, kind: 'files', params })
}

/** Whether what a mail speaks of is still so. */
export function isStillTrue(database: SqliteDatabase, { kind, params }: Pick<MailRow, 'kind' | 'params'>): boolean {
  if (kind !== 'fail') return true
  const { jobId } = JSON.parse(params) as { jobId?: string }
  const job = jobById(database, jobId ?? '')
  return job?.status === 'failed' && job.next_at === 0
}

function recipientsFor(database: SqliteDatabase, job: JobRow, event: MailKind): string[] {
  const {
    enable = true,
    default: standard,
    ...events
  } = record(parsed(settingOf(settingsAt(database, 'workspace'), 'mail_conf')))
  const { enable: isOn = true, to = record(standard).to } = record(events[event])
  if (isOff(enable) || isOff(isOn)) return []
  const words = (Array.isArray(to) ? to : [to]).filter((each) => typeof each === 'string')
  const people = words.flatMap((word) => {
    if (word === 'admin') return adminsOf(database)
    if (word === 'user') return userById(database, job.user_id)?.email ?? []
    return word.includes('@') ? word : []
  })
  return [...new Set(people)].slice(0, recipientsAtMost)
}

function adminsOf(database: SqliteDatabase): string[] {
  return database
    .all<{ email: string }>("SELECT email FROM users WHERE role = 'admin' AND status = 'enabled' LIMIT 100")
    .map(({ email }) => email)
}

function isOff(value: unknown): boolean {
  return value === false || value === 'false'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
