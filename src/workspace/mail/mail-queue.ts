import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { settingsAt } from '../settings/setting-store.ts'
import type { Transaction } from '../store/store.ts'

/** What a mail is about; `shared/words/mail.ts` has its text. */
export type MailKind = 'invitation' | 'files' | 'request' | 'submit' | 'done' | 'fail'

export interface MailRow {
  readonly number: number
  readonly recipient: string
  readonly kind: MailKind
  readonly params: string
  readonly created_at: number
  readonly attempt: number
  readonly next_at: number
  readonly error: string | null
}

/** A mail server that is away for days must not fill the disk; what comes then is left out. */
const queuedAtMost = 10_000

/** Whether an administrator has named a server; without one nothing is sent. */
export function isMailOn(database: SqliteDatabase): boolean {
  return (settingsAt(database, 'workspace').mail_host ?? '') !== ''
}

/** Takes a mail in, to be sent once this is durable; nothing waits for it. */
export function queueMail(
  { database, effects, nowMs }: Transaction,
  mail: {
    readonly recipient: string
    readonly kind: MailKind
    readonly params: Readonly<Record<string, string>>
    readonly delayMs?: number
  },
): void {
  if (!isMailOn(database) || queuedMails(database) >= queuedAtMost) return
  database.run('INSERT INTO mail_queue (recipient, kind, params, created_at, next_at) VALUES (?, ?, ?, ?, ?)', [
    mail.recipient,
    mail.kind,
    JSON.stringify(mail.params),
    nowMs,
    nowMs + (mail.delayMs ?? 0),
  ])
  effects.hasMail = true
}

export function queuedMails(database: SqliteDatabase): number {
  return database.get<{ count: number }>('SELECT count(*) AS count FROM mail_queue')?.count ?? 0
}

export function dueMails(database: SqliteDatabase, nowMs: number, limit: number): MailRow[] {
  return database.all<MailRow>('SELECT * FROM mail_queue WHERE next_at <= ? ORDER BY next_at, number LIMIT ?', [
    nowMs,
    limit,
  ])
}

export function nextMailAtMs(database: SqliteDatabase): number | undefined {
  return database.get<{ at: number | null }>('SELECT min(next_at) AS at FROM mail_queue')?.at ?? undefined
}
