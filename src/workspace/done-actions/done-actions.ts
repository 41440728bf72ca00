import type { Logger } from '../../platform/logger.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { type ErrorCode, TernError } from '../../shared/domain/errors.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import type { FileRequests } from '../files/file-requests.ts'
import { checkHoldsNoShare } from '../files/follow-files.ts'
import { type JobRow, jobById } from '../store/jobs.ts'
import { userById } from '../store/people.ts'
import { type ShareRow, shareById } from '../store/places.ts'
import { logJob } from '../store/records.ts'
import { clientsServing } from '../store/share-places.ts'
import type { Store } from '../store/store.ts'
import type { Presence } from '../stream/presence.ts'
import { ExcludedPlaces, type LandingPlace, landingPlaceOf } from './excluded-places.ts'

export interface DoneActionsParts {
  readonly store: Store
  readonly presence: Presence
  readonly files: Pick<FileRequests, 'ask'>
  readonly logger: Logger
}

/** Beyond it nothing is deleted: nobody looked through so much. */
const maxExcluded = 10_000
const readAtOnce = 2000
const retryAfterMs = 5 * 60_000
const maxTries = 300
const loggedDeletions = 200

/** The storage may be back, or quicker, later; all else stays as it is. */
const passing: ReadonlySet<ErrorCode> = new Set(['PEER_UNREACHABLE', 'PEER_LOST', 'STORAGE_SLOW', 'TARGET_BUSY'])

/** Does what settings ask for after jobs are done, by the storages of their destinations; goes on after a restart. */
export class DoneActions {
  readonly #parts: DoneActionsParts
  #isRunning = false
  #isClosed = false

  constructor(parts: DoneActionsParts) {
    this.#parts = parts
  }

  close(): void {
    this.#isClosed = true
  }

  /** Looks for what is due. */
  wake(): void {
    if (this.#isRunning || this.#isClosed) return
    this.#isRunning = true
    void this.#run().finally(() => {
      this.#isRunning = false
    })
  }

  async #run(): Promise<void> {
    const { store, logger } = this.#parts
    for (;;) {
      const due = await store.write(({ database, nowMs }) => takeDue(database, nowMs))
      if (due === undefined || this.#isClosed) return
      try {
        await this.#work(due)
        await store.write(({ database }) => forget(database, due))
      } catch (thrown) {
        if (this.#isClosed) return
        const { code } = TernError.from(thrown)
        if (!passing.has(code)) {
          logger.warn({ err: thrown, jobId: due }, 'what a job asks for at its end could not be done')
          await store.write(({ database }) => forget(database, due))
        }
      }
    }
  }

  async #work(jobId: JobId): Promise<void> {
    const { store } = this.#parts
    const isDone = () => store.read((database) => jobById(database, jobId)?.status === 'done')
    const job = store.read((database) => jobById(database, jobId))
    if (job === undefined || !isDone()) return
    const places = new ExcludedPlaces(await this.#placesOf(job, true))
    for (const kept of await this.#placesOf(job, false)) places.keep(kept)
    let deleted = 0
    let failed: unknown
    for (const place of places.left()) {
      // Whoever retries it meanwhile wants something else.
      if (this.#isClosed || !isDone()) return
      try {
        if (!(await this.#delete(job, place))) continue
      } catch (thrown) {
        if (passing.has(TernError.from(thrown).code)) failed ??= thrown
        await this.#log(jobId, 'warning', 'done-actions.kept', { path: place.path, error: TernError.from(thrown).code })
        continue
      }
      deleted += 1
      if (deleted <= loggedDeletions) await this.#log(jobId, 'info', 'done-actions.deleted', { path: place.path })
    }
    if (failed !== undefined) throw failed
  }

  /** Of its excluded tasks, or of all others. Read in steps, between which others have their turn. */
  async #placesOf(job: JobRow, isExcluded: boolean): Promise<LandingPlace[]> {
    const places: LandingPlace[] = []
    for (let after = -1; ; ) {
      const rows = this.#parts.store.read((database) =>
        database.all<{ seq: number; source: string; destination: string }>(
          `SELECT seq, source, destination FROM tasks WHERE job_id = ? AND seq > ?
             AND status ${isExcluded ? '=' : '<>'} 'excluded' ORDER BY seq LIMIT ${readAtOnce}`,
          [job.id, after],
        ),
      )
      for (const { source, destination } of rows) {
        const place = landingPlaceOf(JSON.parse(source) as TaskEndpoint, JSON.parse(destination) as TaskEndpoint)
        if (place) places.push(place)
      }
      if (isExcluded && places.length > maxExcluded) throw new TernError('LIMIT_EXCEEDED', { limit: maxExcluded })
      const last = rows.at(-1)
      if (last === undefined || rows.length < readAtOnce) return places
      after = last.seq
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** False: nothing is there. @throws TernError FORBIDDEN, PATH_INVALID, whatever the storage says */
  async #delete(job: JobRow, { shareId, siteCode, path }: LandingPlace): Promise<boolean> {
    const { store, files, presence } = this.#parts
    const client = store.read((database) => {
      const share = shareById(database, shareId)
      if (share === undefined || !mayDelete(database, job, share, path, siteCode)) throw new TernError('FORBIDDEN')
      checkHoldsNoShare({ database }, share, path, siteCode)
      return clientsServing(database, share, siteCode).find(({ id }) => presence.isOnline(id))
    })
    if (client === undefined) throw new TernError('PEER_UNREACHABLE')
    try {
      await files.ask(client.id, { op: 'remove', shareId, path, isForced: true })
      return true
    } catch (thrown) {
      if (TernError.from(thrown).code === 'SOURCE_NOT_FOUND') return false
      throw thrown
    }
  }

  async #log(jobId: JobId, level: 'info' | 'warning', code: string, params: Record<string, string>): Promise<void> {
    await this.#parts.store.write((transaction) => {
      if (jobById(transaction.database, jobId)) logJob(transaction, jobId, level, code, params)
    })
  }
}

/** As whoever made the job could by themselves, now. */
function mayDelete(database: SqliteDatabase, job: JobRow, share: ShareRow, path: string, site: string): boolean {
  const user = userById(database, job.user_id)
  if (user?.status !== 'enabled' || share.status !== 'enabled' || share.inactive_at !== null) return false
  return new ShareAccess(database, user).at(share, path, site).mayWrite
}

/** Put off first, so that a storage that ends the program is not asked again and again. */
function takeDue(database: SqliteDatabase, nowMs: number): JobId | undefined {
  database.run('DELETE FROM later_deletions WHERE tries >= ?', [maxTries])
  const row = database.get<{ id: JobId }>(
    'SELECT id FROM later_deletions WHERE next_at <= ? ORDER BY next_at LIMIT 1',
    [nowMs],
  )
  if (row === undefined) return undefined
  database.run('UPDATE later_deletions SET tries = tries + 1, next_at = ? WHERE id = ?', [nowMs + retryAfterMs, row.id])
  return row.id
}

function forget(database: SqliteDatabase, jobId: JobId): void {
  database.run('DELETE FROM later_deletions WHERE id = ?', [jobId])
}
