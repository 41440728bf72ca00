import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { readableEntity } from '../../shared/domain/entity-text.ts'
import type { Job, Task, TaskEndpoint } from '../../shared/domain/job.ts'
import { bytesBefore } from '../../shared/domain/units/added-progress.ts'
import { printWireDate } from '../../shared/domain/units/wire-date.ts'
import { wireProgress, wireSpeed, wireTimeLeft } from '../../shared/domain/units/wire-figures.ts'
import { displayPath } from '../../shared/words/fill.ts'
import type { OperationContext } from '../api/context.ts'
import { mainSite } from '../store/places.ts'
import { WireNames } from './wire-names.ts'
import type { WireRecord } from './wire-route.ts'

/** The number of a transfer among the kinds of jobs. */
const transferType = 1

/** Jobs and tasks as the transfers document has them, of one answer. */
export class JobRecords {
  readonly #database: SqliteDatabase
  readonly #progress: OperationContext['progress']
  readonly #names: WireNames

  constructor({ store, progress }: Pick<OperationContext, 'store' | 'progress'>) {
    this.#database = store.read((database) => database)
    this.#progress = progress
    this.#names = new WireNames(this.#database)
  }

  transfer(job: Job): WireRecord {
    const names = this.#names
    const [user, queue] = [names.user(job.userId), names.queue(job.queue)]
    const [source, destination] = [names.party(job.source), names.party(job.destination)]
    const { metadata, modifierId } = this.#textsOf(job)
    const modifier = names.user(modifierId)
    const figures = job.status === 'running' ? this.#progress.figuresOf(job.id) : undefined
    return {
      id: job.id,
      code: job.name,
      name: job.name,
      description: job.note ?? '',
      type: transferType,
      status: job.status,
      created: printWireDate(job.createdAtMs),
      creator: user.id,
      creator_hr: user.readable,
      modified: printWireDate(job.modifiedAtMs),
      modifier: modifier.id,
      modifier_hr: modifier.readable,
      finished: printWireDate(job.finishedAtMs),
      user: user.id,
      user_hr: user.readable,
      source: source.reference,
      source_hr: source.readable,
      destination: destination.reference,
      destination_hr: destination.readable,
      queue: queue.id,
      queue_hr: queue.readable,
      parent: job.parentId ?? queue.id,
      parent_hr: job.parentId === undefined ? queue.readable : names.delivery(job.parentId).readable,
      uri: names.queueUri(job.queue),
      priority: job.priority,
      size: job.sizeBytes,
      progress: wireProgress({
        doneBytes: figures ? bytesBefore(job, figures) + figures.bytesVerified : job.result.bytesVerified,
        totalBytes: job.sizeBytes,
        isDone: job.status === 'done',
      }),
      speed: wireSpeed(figures?.bytesPerSecond),
      etr: wireTimeLeft(figures?.etrSeconds),
      metadata,
    }
  }

  task(job: Job, task: Task): WireRecord {
    return {
      id: task.id,
      uri: task.uri,
      job: job.id,
      job_hr: readableEntity({ code: job.name, sort: transferType, id: job.id }),
      status: task.status,
      created: printWireDate(task.createdAtMs),
      finished: printWireDate(task.finishedAtMs),
      priority: task.priority,
      size: task.sizeBytes,
      time: Math.round(task.timeMs ?? 0),
      source: this.#end(task.source),
      destination: this.#end(task.destination),
      metadata: task.metadata ?? {},
    }
  }

  #end({ siteCode, userId, clientId, shareId, path, pathAbsFinal }: TaskEndpoint): WireRecord {
    const client = clientId ?? (siteCode === undefined ? undefined : this.#names.serverOf(siteCode))
    const isElsewhere = siteCode !== undefined && siteCode !== mainSite
    const isVolume = shareId !== undefined && this.#names.isVolume(shareId)
    return {
      ...(client !== undefined && { client }),
      path: shareId === undefined ? displayPath(path) : path,
      ...(pathAbsFinal !== undefined && { path_abs_final: displayPath(pathAbsFinal) }),
      ...(isVolume && { v: shareId, volume: shareId }),
      ...(shareId !== undefined && !isVolume && { s: shareId, share: shareId }),
      ...(userId !== undefined && { user: userId }),
      ...(isElsewhere && { site: this.#names.site(siteCode).id }),
    }
  }

  /** Lists of jobs leave out what may be large, and who changed one last. */
  #textsOf(job: Job): { metadata: unknown; modifierId: string } {
    const row = this.#database.get<{ modified_by: string | null; metadata: string | null }>(
      'SELECT jobs.modified_by, job_texts.metadata FROM jobs LEFT JOIN job_texts ON job_texts.job_id = jobs.id WHERE jobs.id = ?',
      [job.id],
    )
    return {
      metadata: row?.metadata ? (JSON.parse(row.metadata) as unknown) : {},
      modifierId: row?.modified_by ?? job.userId,
    }
  }
}
