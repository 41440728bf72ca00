import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { entityReference, readableEntity } from '../../shared/domain/entity-text.ts'
import type { Party } from '../../shared/domain/job.ts'
import { deliveryById } from '../deliveries/delivery-store.ts'
import { queueNamed, queueUri } from '../queues/queue-rows.ts'
import { clientsOfSite, userById } from '../store/people.ts'
import { mainSite, shareById, siteByCode, workspaceOf } from '../store/places.ts'

/** One thing that a record names: for programs, and beside it for people. */
export interface Named {
  readonly id: string
  /** `user:<id>` */
  readonly reference: string
  readonly readable: string
}

/** What records call people, sites, queues and shares. Each is looked up once for an answer. */
export class WireNames {
  readonly #database: SqliteDatabase
  readonly #known = new Map<string, unknown>()

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  user(id: string): Named {
    return this.#once(`user ${id}`, () => {
      const row = userById(this.#database, id)
      return named('user', id, row?.email ?? id, row?.role)
    })
  }

  /** The main site is the workspace itself. */
  site(code: string): Named {
    return this.#once(`site ${code}`, () => {
      if (code !== mainSite) return named('site', siteByCode(this.#database, code)?.id ?? code, code)
      const workspace = workspaceOf(this.#database)
      return named('workspace', workspace.id, workspace.code)
    })
  }

  /** Where a queue lies, as its jobs say it. */
  queueUri(code: string): string {
    return this.#once(`queue uri ${code}`, () => {
      const queue = queueNamed(this.#database, code)
      return queue === undefined ? code : queueUri(this.#database, queue)
    })
  }

  /** By its code, which is how jobs name it. */
  queue(code: string): Named {
    return this.#once(`queue ${code}`, () => named('queue', queueNamed(this.#database, code)?.id ?? code, code))
  }

  share(id: string): Named {
    return this.#once(`share ${id}`, () => {
      const row = shareById(this.#database, id)
      return named('share', id, row?.code ?? id, row?.kind)
    })
  }

  delivery(id: string): Named {
    return this.#once(`delivery ${id}`, () => {
      const row = deliveryById(this.#database, id)
      return named(row?.kind ?? 'delivery', id, row?.name ?? id)
    })
  }

  party(party: Party): Named {
    return party.kind === 'site' ? this.site(party.siteCode) : this.user(party.userId)
  }

  isVolume(shareId: string): boolean {
    return this.#once(`volume ${shareId}`, () => shareById(this.#database, shareId)?.kind === 'volume')
  }

  /** The machine that serves a site. */
  serverOf(siteCode: string): string | undefined {
    return this.#once(`server ${siteCode}`, () => clientsOfSite(this.#database, siteCode)[0]?.id)
  }

  get workspaceCode(): string {
    return this.#once('workspace', () => workspaceOf(this.#database).code)
  }

  #once<T>(key: string, look: () => T): T {
    if (!this.#known.has(key)) this.#known.set(key, look())
    return this.#known.get(key) as T
  }
}

function named(type: string, id: string, code: string, sort?: string): Named {
  return {
    id,
    reference: entityReference({ type, id }),
    readable: readableEntity({ type, id, code, ...(sort !== undefined && { sort }) }),
  }
}
