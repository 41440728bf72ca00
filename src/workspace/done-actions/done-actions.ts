import type { Logger } from '../../platform/logger.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { type ErrorCode, TernError } from '../../shared/domain/errors.ts'
import type { JobId, ShareId } from '../../shared/domain/ids.ts'
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

interface DueRow {
  /** Of a job, or, with a path, of a delivery. */
  readonly id: JobId
  readonly share_id: ShareId | null
  readonly site_code: string | null
  readonly path: string | null
}

type MayDelete = (database: SqliteDatabase, share: ShareRow, path: string, site: string) => boolean

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

/**
 * Deletes what jobs leave out at their destinations once they are done, where a setting asks for it, and what was uploaded
 * for deliveries some hours after their end. The storages do it; it goes on after a restart.
 */
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
        if (due.path === null) await this.#work(due.id)
        else await this.#deleteUploads(due)
        await store.write(({ database }) => forget(database, due.id))
      } catch (thrown) {
        if (this.#isClosed) return
        const { code } = TernError.from(thrown)
        if (!passing.has(code)) {
          logger.warn({ err: thrown, id: due.id }, 'what was to be deleted could not be')
          await store.write(({ database }) => forget(database, due.id))
        }
      }
    }
  }

  /** Of a delivery that ended; not while somebody still takes files of it. */
  async #deleteUploads({ id, share_id: shareId, site_code: siteCode, path }: DueRow): Promise<void> {
    const isTaken = this.#parts.store.read(
      (database) => database.get('SELECT 1 FROM jobs WHERE parent_id = ? AND is_live = 1 LIMIT 1', [id]) !== undefined,
    )
    if (isTaken) throw new TernError('TARGET_BUSY')
    if (shareId !== null && siteCode !== null && path !== null)
      await this.#delete({ shareId, siteCode, path }, () => true)
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
        if (!(await this.#delete(place, mayDelete(job)))) continue
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
  async #delete({ shareId, siteCode, path }: LandingPlace, may: MayDelete): Promise<boolean> {
    const { store, files, presence } = this.#parts
    const client = store.read((database) => {
      const share = shareById(database, shareId)
      if (share === undefined || !may(database, share, path, siteCode)) throw new TernError('FORBIDDEN')
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
function mayDelete(job: JobRow): MayDelete {
  return (database, share, path, site) => {
    const user = userById(database, job.user_id)
    if (user?.status !== 'enabled' || share.status !== 'enabled' || share.inactive_at !== null) return false
    return new ShareAccess(database, user).at(share, path, site).mayWrite
  }
}

/** Put off first, so that a storage that ends the program is not asked again and again. */
function takeDue(database: SqliteDatabase, nowMs: number): DueRow | undefined {
  database.run('DELETE FROM later_deletions WHERE tries >= ?', [maxTries])
  const row = database.get<DueRow>(
    'SELECT id, share_id, site_code, path FROM later_deletions WHERE next_at <= ? ORDER BY next_at LIMIT 1',
    [nowMs],
  )
  if (row === undefined) return undefined
  database.run('UPDATE later_deletions SET tries = tries + 1, next_at = ? WHERE id = ?', [nowMs + retryAfterMs, row.id])
  return row
}

function forget(database: SqliteDatabase, jobId: JobId): void {
  database.run('DELETE FROM later_deletions WHERE id = ?', [jobId])
}
