import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Change, ClientFrame, ServerFrame } from '../../shared/contract/stream.ts'
import { isServerCaller } from '../access/caller.ts'
import { isElevated, maySeeJob, maySeeUser } from '../access/rights.ts'
import { RateLimiter } from '../api/rate-limit.ts'
import { liveness } from '../archive/archive.ts'
import { viewJob, viewSite, viewUser, visibleClient } from '../jobs/view.ts'
import type { ViewScope } from '../jobs/view-scope.ts'
import { callerOfTokenHash } from '../sessions/tokens.ts'
import { viewShare } from '../shares/view-share.ts'
import type { EntityChange } from '../store/effects.ts'
import { jobById } from '../store/jobs.ts'
import { clientById, userById } from '../store/people.ts'
import { shareById, siteByCode } from '../store/places.ts'
import { ChangeLog, lastOfEach, type NumberedChange } from './change-log.ts'
import { type Connection, closeCode } from './connection.ts'
import { endpointKey, type Presence } from './presence.ts'
import { StreamWindow } from './stream-window.ts'

const maxChangesPerFrame = 500
/** More than a person has machines; whoever resumes more often starts anew. */
const resumptionsOfPerson = { burst: 20, perSecond: 1 }
/** What all streams together may leave unread; each alone is bounded by its own limit. */
const usualUnreadBytes = 128 * 1024 * 1024

type Subscription = Extract<ClientFrame, { type: 'subscribe' }>

/** All open streams, and what each of them is told: only what its person may see, in that person's words. */
export class Hub {
  readonly log = new ChangeLog()
  readonly #database: SqliteDatabase
  readonly #presence: Presence
  readonly #connections = new Set<Connection>()
  readonly #byClient = new Map<string, Connection>()
  #pending: NumberedChange[] = []
  readonly #maxUnreadBytes: number
  readonly #resumptions = new RateLimiter(resumptionsOfPerson)
  #isScheduled = false

  constructor(database: SqliteDatabase, presence: Presence, maxUnreadBytes = usualUnreadBytes) {
    this.#database = database
    this.#presence = presence
    this.#maxUnreadBytes = maxUnreadBytes
  }

  get connections(): Iterable<Connection> {
    return this.#connections
  }

  /** One stream a client: a newer one takes over, since the older is most likely a dead line. */
  add(connection: Connection): void {
    this.#connections.add(connection)
    if (connection.clientId === undefined) return
    const older = this.#byClient.get(connection.clientId)
    this.#byClient.set(connection.clientId, connection)
    older?.cut(closeCode.replaced)
  }

  /** True when the client is gone with it, and not merely replaced. */
  remove(connection: Connection): boolean {
    this.#connections.delete(connection)
    if (connection.clientId === undefined || this.#byClient.get(connection.clientId) !== connection) return false
    this.#byClient.delete(connection.clientId)
    return true
  }

  isCurrent(connection: Connection): boolean {
    return connection.clientId === undefined || this.#byClient.get(connection.clientId) === connection
  }

  sendTo(clientId: string, frame: ServerFrame): boolean {
    const connection = this.#byClient.get(clientId)
    connection?.send(frame)
    return connection !== undefined
  }

  /** Takes changes in; what comes together goes out together. */
  publish(changes: Iterable<EntityChange>): void {
    for (const change of changes) this.#pending.push(this.log.append(change))
    if (this.#isScheduled || this.#pending.length === 0) return
    this.#isScheduled = true
    setImmediate(() => {
      if (this.#pending.length > 0) this.flush()
    })
  }

  /** Nothing is told any more. */
  close(): void {
    this.#pending = []
    this.#isScheduled = true
  }

  flush(): void {
    this.#isScheduled = false
    const changes = lastOfEach(this.#pending.splice(0))
    this.#sendChanges(
      [...this.#connections].filter(({ isSubscribed }) => isSubscribed),
      changes,
    )
  }

  /** Starts a subscription: what it missed, or `reset` when that is not known any more. */
  subscribe(connection: Connection, { since, window }: Subscription): void {
    this.flush()
    connection.isSubscribed = true
    connection.window = new StreamWindow(window)
    if (since === undefined) return
    const missed = this.#mayResume(connection) ? this.log.since(since) : undefined
    if (missed === undefined) connection.send({ type: 'reset', revision: this.log.revision })
    else this.#sendChanges([connection], missed)
  }

  /** What was missed may be twenty thousand changes, which are looked up anew each time. */
  #mayResume({ caller }: Connection): boolean {
    try {
      this.#resumptions.take(isServerCaller(caller) ? `${caller.client?.id}` : caller.user.id)
      return true
    } catch {
      return false
    }
  }

  /** Rights of a person changed: everything they see may be different. */
  resetUser(userId: string): void {
    for (const connection of this.#connections) {
      if (connection.caller.user.id !== userId) continue
      connection.caller = callerOfTokenHash(this.#database, connection.caller.tokenHash) ?? connection.caller
      connection.send({ type: 'reset', revision: this.log.revision })
    }
  }

  endSessions(matches: (connection: Connection) => boolean): void {
    for (const connection of [...this.#connections]) {
      if (!matches(connection)) continue
      connection.send({ type: 'session.ended' })
      connection.cut(closeCode.sessionEnded)
    }
  }

  viewScope(connection: Connection): ViewScope | undefined {
    const caller = callerOfTokenHash(this.#database, connection.caller.tokenHash)
    return caller && { database: this.#database, presence: this.#presence, viewer: caller.user }
  }

  /** What two streams of one person are told alike is put into words once. */
  #sendChanges(connections: readonly Connection[], changes: readonly NumberedChange[]): void {
    const textsOf = new Map<string, readonly string[]>()
    for (const connection of connections) {
      const { caller, window } = connection
      const audience = `${isServerCaller(caller) ? caller.client?.id : caller.user.id} ${window.key}`
      const texts = textsOf.get(audience) ?? this.#changeTexts(connection, changes)
      textsOf.set(audience, texts)
      for (const text of texts) connection.sendText(text)
    }
    this.#boundUnread()
  }

  /** One person may have many streams and read none: those that are furthest behind are cut, and may come back. */
  #boundUnread(): void {
    let unreadBytes = 0
    for (const connection of this.#connections) unreadBytes += connection.unreadBytes
    if (unreadBytes <= this.#maxUnreadBytes) return
    const furthestBehind = [...this.#connections].sort((one, other) => other.unreadBytes - one.unreadBytes)
    for (const connection of furthestBehind) {
      if (unreadBytes <= this.#maxUnreadBytes) return
      unreadBytes -= connection.unreadBytes
      connection.cut(closeCode.slow)
    }
  }

  /** In parts; each carries the number of its own last change, so that a line that breaks between them misses nothing. */
  #changeTexts(connection: Connection, changes: readonly NumberedChange[]): string[] {
    const scope = this.viewScope(connection)
    if (scope === undefined) return []
    const { epoch } = this.log.revision
    const texts: string[] = []
    for (let start = 0; start < changes.length; start += maxChangesPerFrame) {
      const part = changes.slice(start, start + maxChangesPerFrame)
      const visible = part.flatMap((change) => this.#changeFor(connection, scope, change) ?? [])
      const number = part.at(-1)?.number ?? 0
      if (visible.length === 0) continue
      texts.push(
        JSON.stringify({ type: 'changes', revision: { epoch, number }, changes: visible } satisfies ServerFrame),
      )
    }
    return texts
  }

  #changeFor(connection: Connection, scope: ViewScope, change: EntityChange): Change | undefined {
    const { entity, id, removedFor } = change
    const { window } = connection
    const database = this.#database
    if (!window.hasEntity(entity)) return undefined
    if (removedFor) {
      if (!window.hasRemoved(entity, id)) return undefined
      const saw = isElevated(scope.viewer) || removedFor.has(scope.viewer.id)
      return saw ? { entity, removed: id } : undefined
    }
    switch (entity) {
      case 'job': {
        const row = jobById(database, id)
        if (row === undefined || !window.hasJob(scope.viewer.id, row)) return undefined
        // It was told as removed: whoever keeps a list would take it in again.
        if (row.is_live === liveness.archived) return undefined
        if (isServerCaller(connection.caller)) {
          const key = connection.caller.client && endpointKey(connection.caller.client)
          return key === row.source_key || key === row.destination_key
            ? { entity, value: viewJob(scope, row) }
            : undefined
        }
        return maySeeJob(scope.viewer, row) ? { entity, value: viewJob(scope, row) } : undefined
      }
      case 'user': {
        const row = userById(database, id)
        if (row === undefined) return undefined
        const isHere = row.inactive_at === null && row.deleted_at === null
        return isHere && maySeeUser(scope.viewer, row)
          ? { entity, value: viewUser(scope, row) }
          : { entity, removed: id }
      }
      case 'share': {
        const row = shareById(database, id)
        const value = row && viewShare(scope, row)
        return value === undefined ? { entity, removed: id } : { entity, value }
      }
      case 'site': {
        const row = siteByCode(database, id)
        return row && { entity, value: viewSite(scope, row) }
      }
      case 'client': {
        const row = clientById(database, id)
        const value = row && visibleClient(scope, row)
        return value && { entity, value }
      }
    }
  }
}
