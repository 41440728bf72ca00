import type { ServerFrame } from '../../shared/contract/stream.ts'
import type { ClientId, JobId, UserId } from '../../shared/domain/ids.ts'

export type EntityKind = 'job' | 'user' | 'share' | 'site' | 'client'

export interface EntityChange {
  readonly entity: EntityKind
  readonly id: string
  /** Gone; these people saw it. Absent: it changed. */
  readonly removedFor?: ReadonlySet<string>
}

/** What has to happen outside the database once a transaction is durable; thrown away when it is rolled back. */
export class Effects {
  readonly changes = new Map<string, EntityChange>()
  readonly frames: { readonly clientId: ClientId; readonly frame: ServerFrame }[] = []
  readonly measures = new Set<JobId>()
  readonly endedUsers = new Set<UserId>()
  readonly endedSessions = new Set<string>()
  /** Whose rights changed: what they see has to be taken anew. */
  readonly resetUsers = new Set<UserId>()
  /** Whose server has to be told its shares again. */
  readonly changedSites = new Set<string>()
  /** Deliveries and requests whose uploads may be complete. */
  readonly deliveries = new Set<JobId>()
  needsSchedule = false
  /** Jobs that are done now ask for more. */
  hasDoneActions = false
  /** Something waits to be sent. */
  hasMail = false

  changed(entity: EntityKind, id: string): void {
    this.changes.set(`${entity}/${id}`, { entity, id })
  }

  removed(entity: EntityKind, id: string, removedFor: ReadonlySet<string>): void {
    this.changes.set(`${entity}/${id}`, { entity, id, removedFor })
  }

  send(clientId: ClientId, frame: ServerFrame): void {
    this.frames.push({ clientId, frame })
  }

  /** Ask the source's client for the sizes of what is not measured yet. */
  measure(jobId: JobId): void {
    this.measures.add(jobId)
  }

  schedule(): void {
    this.needsSchedule = true
  }
}
