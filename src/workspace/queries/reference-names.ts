import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { QueryReference } from '../../shared/domain/query/predicate.ts'
import type { ReferenceColumn } from '../../shared/domain/query/sql.ts'
import { queueNamed, queueUri } from '../queues/queue-rows.ts'
import { clientById, userById } from '../store/people.ts'
import { allSites, mainSite, shareById, siteByCode, workspaceOf } from '../store/places.ts'

/** More ids than these are no condition for SQL any more: the rows are looked at one by one. */
const maxListed = 10_000

/** What queries may call people, sites, machines and shares; each is looked up once. */
export class ReferenceNames {
  readonly #database: SqliteDatabase
  readonly #known = new Map<string, QueryReference>()
  readonly #uris = new Map<string, string>()

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  /** Where a job is among the queues, as its record tells it. */
  uriOf(code: string): string {
    const known = this.#uris.get(code)
    if (known !== undefined) return known
    const queue = queueNamed(this.#database, code)
    const uri = queue === undefined ? code : queueUri(this.#database, queue)
    this.#uris.set(code, uri)
    return uri
  }

  user(id: string): QueryReference {
    return this.#remember('user', id, () => userReference(id, userById(this.#database, id)?.email))
  }

  site(code: string): QueryReference {
    return this.#remember('site', code, () => siteReference(this.#database, code))
  }

  /** By its id alone: a machine may be called like a site. */
  client(id: string): QueryReference {
    return { type: 'client', id }
  }

  /** By its code, which is how jobs name it. */
  queue(code: string): QueryReference {
    return this.#remember('queue', code, () => ({
      type: 'queue',
      id: queueNamed(this.#database, code)?.id ?? code,
      code,
    }))
  }

  /** Where a queue lies, as its jobs say it; its code alone when it is gone. */
  queueUri(code: string): string {
    const queue = queueNamed(this.#database, code)
    return queue === undefined ? code : queueUri(this.#database, queue)
  }

  /** A machine where nothing else could be meant. */
  namedClient(id: string): QueryReference {
    return this.#remember('named-client', id, () => {
      const name = clientById(this.#database, id)?.name
      return { type: 'client', id, ...(name !== undefined && { code: name }) }
    })
  }

  share(id: string): QueryReference {
    return this.#remember('share', id, () => {
      const share = shareById(this.#database, id)
      return share === undefined
        ? { type: 'share', id }
        : { type: 'share', id, code: share.code, aliases: [`${share.kind}:${id}`, `${share.kind}:${share.code}`] }
    })
  }

  isVolume(id: string): boolean {
    return this.share(id).aliases?.[0]?.startsWith('volume:') ?? false
  }

  #remember(kind: string, id: string, look: () => QueryReference): QueryReference {
    const key = `${kind}/${id}`
    const known = this.#known.get(key) ?? look()
    this.#known.set(key, known)
    return known
  }
}

/** Those whom a name with stars or a regular expression may mean: looked up once for a query, while there is time. */
export class Candidates {
  readonly #database: SqliteDatabase
  readonly #endsAtMs: number
  readonly #known = new Map<string, readonly QueryReference[]>()

  /** @param endsAtMs By `performance.now()`: whoever is not looked at until then is left to the predicate. */
  constructor(database: SqliteDatabase, endsAtMs = Number.POSITIVE_INFINITY) {
    this.#database = database
    this.#endsAtMs = endsAtMs
  }

  /** The ids of those that pass; undefined when there are too many to look at. */
  users(passes: (entity: QueryReference) => boolean): readonly string[] | undefined {
    return this.#ids('users', passes, () =>
      this.#database
        .all<{ id: string; email: string }>(`SELECT id, email FROM users LIMIT ${maxListed + 1}`)
        .map(({ id, email }) => userReference(id, email)),
    )
  }

  clients(passes: (entity: QueryReference) => boolean): readonly string[] | undefined {
    return this.#ids('clients', passes, () =>
      this.#database
        .all<{ id: string }>(`SELECT id FROM clients LIMIT ${maxListed + 1}`)
        .map(({ id }) => ({ type: 'client', id })),
    )
  }

  #ids(kind: string, passes: (entity: QueryReference) => boolean, look: () => readonly QueryReference[]) {
    const all = this.#known.get(kind) ?? look()
    this.#known.set(kind, all)
    if (all.length > maxListed) return undefined
    const ids: string[] = []
    for (const entity of all) {
      if (performance.now() > this.#endsAtMs) return undefined
      if (entity.id !== undefined && passes(entity)) ids.push(entity.id)
    }
    return ids
  }
}

/** A column that holds a user's id. */
export function userColumn(database: SqliteDatabase, expression: string, candidates: Candidates): ReferenceColumn {
  return {
    expression,
    find: (passes, exactName) => {
      if (exactName === undefined) return candidates.users(passes)
      // The index of e-mail addresses knows the case of ASCII only, which is all that they hold.
      const rows = database.all<{ id: string; email: string }>(
        'SELECT id, email FROM users WHERE id = ?1 OR email = ?1',
        [exactName.replace(/^user:/, '')],
      )
      return rows.filter((row) => passes(userReference(row.id, row.email))).map((row) => row.id)
    },
  }
}

/** A column that holds a site's code. */
export function siteColumn(database: SqliteDatabase, expression: string): ReferenceColumn {
  return {
    expression,
    find: (passes) =>
      allSites(database)
        .filter((site) => passes(siteReference(database, site.code)))
        .map((site) => site.code),
  }
}

/** A column that holds the id of a machine, which is all that it is known by. */
export function clientColumn(database: SqliteDatabase, expression: string, candidates: Candidates): ReferenceColumn {
  return {
    expression,
    find: (passes, exactName) => {
      if (exactName === undefined) return candidates.clients(passes)
      const rows = database.all<{ id: string }>('SELECT id FROM clients WHERE id = ?', [
        exactName.replace(/^client:/, ''),
      ])
      return rows.filter((row) => passes({ type: 'client', id: row.id })).map((row) => row.id)
    },
  }
}

function userReference(id: string, email: string | undefined): QueryReference {
  return { type: 'user', id, ...(email !== undefined && { code: email }) }
}

/** The main site is what the workspace means as a party. */
function siteReference(database: SqliteDatabase, code: string): QueryReference {
  const id = siteByCode(database, code)?.id ?? undefined
  if (code !== mainSite) return { type: 'site', code, ...(id !== undefined && { id }) }
  const workspace = workspaceOf(database)
  const names = [workspace.id, workspace.code].filter((name) => name !== '')
  return {
    type: 'site',
    code,
    ...(id !== undefined && { id }),
    aliases: names.flatMap((name) => [name, `workspace:${name}`]),
  }
}
