import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { type Direction, directionOf } from '../settings/direction.ts'
import { InheritedSettings } from '../settings/inherited-settings.ts'
import type { JobPartRow } from '../store/job-parts.ts'
import { type ClientRow, clientById, clientsOfSite } from '../store/people.ts'
import { shareById, siteByCode } from '../store/places.ts'
import { type Presence, splitKey } from '../stream/presence.ts'

/** What stands in the way of a part, other than that others go first. */
export type Obstacle =
  | { readonly kind: 'queue-paused'; readonly queue: string }
  | { readonly kind: 'switched-off'; readonly direction: Direction }
  | { readonly kind: 'disabled'; readonly what: 'site' | 'share' | 'client'; readonly name: string }
  /** The machine, or all servers of a site. */
  | { readonly kind: 'offline'; readonly key: string }

interface QueueFacts {
  readonly priority: number
  readonly isPaused: boolean
}

interface EndFacts {
  /** Who acts there now. */
  readonly client: ClientRow | undefined
  readonly obstacle: Obstacle | undefined
}

type Part = Pick<JobPartRow, 'queue' | 'source_key' | 'destination_key' | 'source_share' | 'destination_share'>

const defaultQueuePriority = 500
const maxQueueDepth = 16

/**
 * What decides whether a part of a job may run, beside its own row: read once each, for one look at the whole. Both the
 * scheduler and the reasons that people read go by it, so that they cannot differ.
 */
export class ScheduleFacts {
  readonly settings: InheritedSettings
  readonly #database: SqliteDatabase
  readonly #presence: Presence
  readonly #ends = new Map<string, EndFacts>()
  readonly #queues = new Map<string, QueueFacts>()
  readonly #shares = new Map<string, Obstacle | undefined>()
  #off: ReadonlySet<Direction | undefined> | undefined

  constructor(database: SqliteDatabase, presence: Presence) {
    this.#database = database
    this.#presence = presence
    this.settings = new InheritedSettings(database)
  }

  /** Undefined: as far as its queue, its ends and its shares go, it may run. */
  obstacleOf(part: Part): Obstacle | undefined {
    return (
      this.queueObstacle(part.queue) ??
      this.switchedOff(part) ??
      this.shareObstacle(part) ??
      this.end(part.source_key).obstacle ??
      this.end(part.destination_key).obstacle
    )
  }

  queueObstacle(code: string): Obstacle | undefined {
    return this.queue(code).isPaused ? { kind: 'queue-paused', queue: code } : undefined
  }

  /** Settings `upload_enable` and `download_enable`: to a site, or from one, but not between two. */
  switchedOff(part: Part): Obstacle | undefined {
    const isFromSite = part.source_share !== '' || part.source_key.startsWith('site:')
    const isToSite = part.destination_share !== '' || part.destination_key.startsWith('site:')
    const direction = directionOf(isFromSite, isToSite)
    this.#off ??= this.settings.switchedOff()
    return direction !== undefined && this.#off.has(direction) ? { kind: 'switched-off', direction } : undefined
  }

  shareObstacle({ source_share, destination_share }: Part): Obstacle | undefined {
    return this.#share(source_share) ?? this.#share(destination_share)
  }

  end(key: string): EndFacts {
    let facts = this.#ends.get(key)
    if (facts === undefined) {
      facts = this.#readEnd(key)
      this.#ends.set(key, facts)
    }
    return facts
  }

  /**
   * Behind the key of a machine, the next that can be of one that is there, so that nobody looks at the many between them
   * that are away; undefined behind that of a site, of which there are few.
   */
  nextPresent(key: string): string | undefined {
    const [kind, id] = splitKey(key)
    if (kind !== 'client') return undefined
    const next = this.#presence.nextOnline(id)
    return next === undefined ? 'site:' : `client:${next}`
  }

  queue(code: string): QueueFacts {
    let facts = this.#queues.get(code)
    if (facts === undefined) {
      facts = this.#readQueue(code)
      this.#queues.set(code, facts)
    }
    return facts
  }

  #readEnd(key: string): EndFacts {
    const [kind, value] = splitKey(key)
    if (kind === 'site') return this.#readSite(key, value)
    const client = kind === 'client' ? clientById(this.#database, value) : undefined
    if (client === undefined) return { client: undefined, obstacle: { kind: 'offline', key } }
    const site = client.site_code === null ? undefined : this.#siteObstacle(client.site_code)
    const disabled = client.status === 'disabled' ? this.#disabled('client', client.name) : undefined
    const obstacle = site ?? disabled ?? (this.#presence.isOnline(client.id) ? undefined : offline(key))
    return { client: obstacle === undefined ? client : undefined, obstacle }
  }

  #readSite(key: string, code: string): EndFacts {
    const obstacle = this.#siteObstacle(code)
    if (obstacle) return { client: undefined, obstacle }
    const servers = clientsOfSite(this.#database, code)
    const client = servers.find(({ id, status }) => status !== 'disabled' && this.#presence.isOnline(id))
    if (client) return { client, obstacle: undefined }
    const isDisabled = servers.length > 0 && servers.every(({ status }) => status === 'disabled')
    return { client: undefined, obstacle: isDisabled ? this.#disabled('client', servers[0]?.name ?? '') : offline(key) }
  }

  #siteObstacle(code: string): Obstacle | undefined {
    const site = siteByCode(this.#database, code)
    return site?.status === 'disabled' ? this.#disabled('site', site.name) : undefined
  }

  #share(id: string): Obstacle | undefined {
    if (id === '') return undefined
    if (!this.#shares.has(id)) {
      const share = shareById(this.#database, id)
      const parent = share?.parent_id ? shareById(this.#database, share.parent_id) : undefined
      const disabled = [parent, share].find((each) => each?.status === 'disabled')
      this.#shares.set(id, disabled && this.#disabled('share', disabled.name))
    }
    return this.#shares.get(id)
  }

  #disabled(what: 'site' | 'share' | 'client', name: string): Obstacle {
    return { kind: 'disabled', what, name }
  }

  /** A queue is paused with the one that it lies in. */
  #readQueue(code: string): QueueFacts {
    const rows = this.#database.all<{ priority: number; status: string }>(
      `WITH RECURSIVE line (id, depth) AS (
         SELECT id, 0 FROM queues WHERE code = ?
         UNION SELECT parent_id, depth + 1 FROM queues JOIN line USING (id)
         WHERE parent_id IS NOT NULL AND depth < ${maxQueueDepth})
       SELECT priority, status FROM line JOIN queues USING (id) ORDER BY depth`,
      [code],
    )
    const { priority = defaultQueuePriority } = rows[0] ?? {}
    return { priority, isPaused: rows.some((row) => row.status === 'paused') }
  }
}

function offline(key: string): Obstacle {
  return { kind: 'offline', key }
}
