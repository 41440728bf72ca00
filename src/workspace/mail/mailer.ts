import { createTransport } from 'nodemailer'
import type { Logger } from '../../platform/logger.ts'
import { settingOf } from '../../shared/domain/settings/merge-settings.ts'
import { mailText } from '../../shared/words/mail.ts'
import { settingsAt } from '../settings/setting-store.ts'
import { workspaceOf } from '../store/places.ts'
import { audit } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { isStillTrue } from './job-mail.ts'
import type { MailPassword } from './mail-password.ts'
import { dueMails, type MailRow, nextMailAtMs } from './mail-queue.ts'

export interface MailerOptions {
  /** Before the second try; doubled for each one after it. */
  readonly firstRetryMs: number
  readonly longestRetryMs: number
  readonly maxAttempts: number
  readonly clockMs: () => number
}

const defaults = { firstRetryMs: 60_000, longestRetryMs: 4 * 3_600_000, maxAttempts: 12 }
const atOnce = 20
const timeoutMs = 30_000
const longestWaitMs = 3_600_000

/**
 * Sends what waits in the queue to the server that the workspace's settings name, each until it is taken or has been
 * tried often enough. What waits outlives the process, and nothing of the workspace waits for it.
 */
export class Mailer {
  readonly #store: Store
  readonly #password: MailPassword
  readonly #logger: Logger
  readonly #options: MailerOptions
  #timer: NodeJS.Timeout | undefined
  #isSending = false
  #isWokenAgain = false
  #isClosed = false
  lastError: string | undefined

  constructor(
    store: Store,
    password: MailPassword,
    logger: Logger,
    options: Partial<MailerOptions> & Pick<MailerOptions, 'clockMs'>,
  ) {
    this.#store = store
    this.#password = password
    this.#logger = logger
    this.#options = { ...defaults, ...options }
    this.wake()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  /** There may be something to send. */
  wake(): void {
    if (this.#isSending) {
      this.#isWokenAgain = true
      return
    }
    if (!this.#isClosed) void this.#run()
  }

  async #run(): Promise<void> {
    this.#isSending = true
    clearTimeout(this.#timer)
    try {
      await this.#sendDue()
    } catch (error) {
      if (!this.#isClosed) this.#logger.error({ err: error }, 'mails could not be looked at')
    }
    this.#isSending = false
    if (this.#isClosed) return
    if (this.#isWokenAgain) {
      this.#isWokenAgain = false
      return this.wake()
    }
    const nextAtMs = this.#store.read(nextMailAtMs)
    if (nextAtMs === undefined) return
    const delayMs = Math.min(Math.max(nextAtMs - this.#options.clockMs(), 10), longestWaitMs)
    this.#timer = setTimeout(() => this.wake(), delayMs).unref()
  }

  async #sendDue(): Promise<void> {
    const rows = this.#store.read((database) => dueMails(database, this.#options.clockMs(), atOnce))
    if (rows.length === 0) return
    const settings = this.#store.read((database) => settingsAt(database, 'workspace'))
    const host = settings.mail_host ?? ''
    // The server was taken back meanwhile: nothing is sent, and nothing is kept for another one.
    if (host === '') return this.#forget(rows)
    const user = settingOf(settings, 'mail_user')
    const tls = settingOf(settings, 'mail_tls')
    const pass = user === '' ? undefined : await this.#password.read()
    const transport = createTransport({
      host,
      port: Number(settingOf(settings, 'mail_port')),
      secure: tls === 'tls',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      pool: true,
      maxConnections: 1,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(user !== '' && { auth: { user, pass: pass ?? '' } }),
    })
    const from = settingOf(settings, 'mail_from') || user || `tern@${host}`
    try {
      for (const row of rows) {
        if (this.#isClosed) return
        await this.#send(row, from, (mail) => transport.sendMail(mail))
      }
      this.#isWokenAgain ||= rows.length === atOnce
    } finally {
      transport.close()
    }
  }

  async #send(
    row: MailRow,
    from: string,
    send: (mail: { from: string; to: string; subject: string; text: string }) => Promise<unknown>,
  ): Promise<void> {
    if (!this.#store.read((database) => isStillTrue(database, row))) return this.#forget([row])
    const workspace = this.#store.read(workspaceOf).name
    const params = { workspace, ...(JSON.parse(row.params) as Record<string, string>) }
    try {
      await send({ from, to: row.recipient, ...mailText(row.kind, params) })
      this.lastError = undefined
      await this.#forget([row])
    } catch (error) {
      await this.#failed(row, error)
    }
  }

  async #failed(row: MailRow, error: unknown): Promise<void> {
    if (this.#isClosed) return
    const { firstRetryMs, longestRetryMs, maxAttempts } = this.#options
    const { responseCode, message } = error as { responseCode?: number; message?: string }
    const text = (message ?? '').slice(0, 300)
    this.lastError = text
    const attempt = row.attempt + 1
    // The server's own word for "never": an address that it does not take.
    const isFinal = attempt >= maxAttempts || (responseCode !== undefined && responseCode >= 550 && responseCode < 560)
    this.#logger.warn({ recipient: row.recipient, attempt, isFinal, error: text }, 'a mail was not taken')
    await this.#store.write((transaction) => {
      const { database, nowMs } = transaction
      if (isFinal) {
        database.run('DELETE FROM mail_queue WHERE number = ?', [row.number])
        audit(transaction, { action: 'mail/given-up', subject: row.recipient, params: { kind: row.kind } })
        return
      }
      const delayMs = Math.min(firstRetryMs * 2 ** (attempt - 1), longestRetryMs)
      database.run('UPDATE mail_queue SET attempt = ?, next_at = ?, error = ? WHERE number = ?', [
        attempt,
        nowMs + delayMs,
        text,
        row.number,
      ])
    })
  }

  async #forget(rows: readonly Pick<MailRow, 'number'>[]): Promise<void> {
    await this.#store.write(({ database }) => {
      for (const { number } of rows) database.run('DELETE FROM mail_queue WHERE number = ?', [number])
    })
  }
}
