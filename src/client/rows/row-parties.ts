import type { TransferRow } from '../../shared/contract/view.ts'
import type { UserId } from '../../shared/domain/ids.ts'
import type { Job, Party } from '../../shared/domain/job.ts'
import type { QueryReference } from '../../shared/domain/query/predicate.ts'
import type { Mirror } from '../presence/mirror.ts'

type Surroundings = Pick<Mirror, 'users'> & Partial<Pick<Mirror, 'workspace'>>

/** The main site; the workspace as a party means it. */
const mainSite = 'hq'

/** The people, sites and machines of a job as queries may call them, the same as the workspace does in its lists. */
export function rowParties(job: Job, mirror: Surroundings): NonNullable<TransferRow['parties']> {
  return {
    user: person(job.userId, mirror),
    source: ends(job.source, mirror),
    destination: ends(job.destination, mirror),
  }
}

function person(id: UserId, { users }: Surroundings): QueryReference {
  const email = users.get(id)?.email
  return { type: 'user', id, ...(email !== undefined && { code: email }) }
}

function ends(party: Party, mirror: Surroundings): readonly QueryReference[] {
  if (party.kind === 'user') {
    const user = person(party.userId, mirror)
    return party.clientId === undefined ? [user] : [user, { type: 'client', id: party.clientId }]
  }
  const { workspace } = mirror
  if (party.siteCode !== mainSite || workspace === undefined) return [{ type: 'site', code: party.siteCode }]
  const names = [workspace.id, workspace.code].flatMap((name) => [name, `workspace:${name}`])
  return [{ type: 'site', code: party.siteCode, aliases: names }]
}
