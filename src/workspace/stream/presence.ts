import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { type ClientRow, clientsOfSite, clientsOfUser } from '../store/people.ts'

export interface Availability {
  readonly online: boolean
  readonly lastSeenAtMs?: number
}

/** Which clients hold a connection now. In memory: after a restart nobody is online until they come back. */
export class Presence {
  readonly #online = new Set<string>()
  /** The same in order, while nobody comes or goes. */
  #inOrder: readonly string[] | undefined
  #changes = 0

  /** How often somebody came or went. */
  get changes(): number {
    return this.#changes
  }

  setOnline(clientId: string, isOnline: boolean): void {
    this.#changes += 1
    this.#inOrder = undefined
    if (isOnline) this.#online.add(clientId)
    else this.#online.delete(clientId)
  }

  isOnline(clientId: string): boolean {
    return this.#online.has(clientId)
  }

  /** Who is online and comes next behind a client, by their ids. */
  nextOnline(clientId: string): string | undefined {
    this.#inOrder ??= [...this.#online].sort()
    const ids = this.#inOrder
    let [low, high] = [0, ids.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ids[middle] as string) <= clientId) low = middle + 1
      else high = middle
    }
    return ids[low]
  }

  ofClient(row: ClientRow): Availability {
    return availability(this.isOnline(row.id), [row])
  }

  ofUser(database: SqliteDatabase, userId: string): Availability {
    const clients = clientsOfUser(database, userId)
    return availability(
      clients.some((client) => this.isOnline(client.id)),
      clients,
    )
  }

  ofSite(database: SqliteDatabase, siteCode: string): Availability {
    const clients = clientsOfSite(database, siteCode)
    return availability(
      clients.some((client) => this.isOnline(client.id)),
      clients,
    )
  }

  /** The client that acts at an end of a job (`site:<code>` or `client:<id>`), if it is online. */
  clientAt(database: SqliteDatabase, key: string): ClientRow | undefined {
    const [kind, value = ''] = splitKey(key)
    if (kind === 'site') return clientsOfSite(database, value).find((client) => this.isOnline(client.id))
    if (kind !== 'client' || !this.isOnline(value)) return undefined
    return database.get<ClientRow>('SELECT * FROM clients WHERE id = ?', [value])
  }
}

export function splitKey(key: string): readonly [string, string] {
  const colon = key.indexOf(':')
  return [key.slice(0, colon), key.slice(colon + 1)]
}

/** How jobs name the end that a client acts for. */
export function endpointKey(client: Pick<ClientRow, 'id' | 'site_code' | 'kind'>): string {
  return client.kind === 'server' ? `site:${client.site_code}` : `client:${client.id}`
}

/** Whether a client acts for an end of a job: its own, or its site's. */
export function actsAt(client: Pick<ClientRow, 'id' | 'site_code' | 'kind'>, key: string): boolean {
  return key === endpointKey(client) || key === `client:${client.id}`
}

function availability(online: boolean, clients: readonly ClientRow[]): Availability {
  const lastSeenAtMs = Math.max(0, ...clients.map((client) => client.last_seen_at ?? 0))
  return { online, ...(lastSeenAtMs > 0 && { lastSeenAtMs }) }
}
