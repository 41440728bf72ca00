import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { ClientId, UserId } from '../../shared/domain/ids.ts'
import type { Party } from '../../shared/domain/job.ts'
import type { JobColumns } from '../store/jobs.ts'
import { clientById, userById } from '../store/people.ts'
import { siteByCode } from '../store/places.ts'
import { type Presence, splitKey } from '../stream/presence.ts'

export type Side = 'source' | 'destination'

export function partyOf(row: JobColumns, side: Side): Party {
  const site = row[`${side}_site`]
  if (site !== null) return { kind: 'site', siteCode: site }
  const clientId = row[`${side}_client`]
  return { kind: 'user', userId: row[`${side}_user`] as UserId, ...(clientId !== null && { clientId }) }
}

export interface EndpointFacts {
  /** As a person calls it: the site's name, the owner's name, or the machine's for one of one's own. */
  readonly name: string
  readonly online: boolean
  readonly lastSeenAtMs?: number
  readonly clientId?: ClientId
}

/** What stands at an end of a job, seen by somebody; undefined while it is not known which machine it is. */
export function endpointFacts(
  database: SqliteDatabase,
  presence: Presence,
  key: string,
  viewerId: string | undefined,
): EndpointFacts | undefined {
  const [kind, value] = splitKey(key)
  if (kind === 'site') return { name: siteByCode(database, value)?.name ?? value, ...presence.ofSite(database, value) }
  const client = kind === 'client' ? clientById(database, value) : undefined
  if (client === undefined) return undefined
  const owner = client.user_id === null ? undefined : userById(database, client.user_id)
  const name = owner === undefined || owner.id === viewerId ? client.name : owner.name
  return { name, clientId: client.id, ...presence.ofClient(client) }
}
