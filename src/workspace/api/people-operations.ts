import { snapshotLiveJobs } from '../../shared/contract/stream.ts'
import { isServerCaller } from '../access/caller.ts'
import { maySeeUser } from '../access/rights.ts'
import { handOutInvitations } from '../invitations/hand-out.ts'
import { createInvitation, invitationText } from '../invitations/invitations.ts'
import { listJobs } from '../jobs/list.ts'
import { viewClient, viewJob, viewSite, viewUser, visibleClient } from '../jobs/view.ts'
import { endSession } from '../sessions/tokens.ts'
import { sharesFor } from '../shares/share-operations.ts'
import type { JobRow } from '../store/jobs.ts'
import { allClients, allUsers } from '../store/people.ts'
import { allSites, workspaceOf } from '../store/places.ts'
import { updateRow } from '../store/recorded.ts'
import { audit } from '../store/records.ts'
import { endpointKey } from '../stream/presence.ts'
import { type Handlers, type OperationContext, viewScopeOf } from './context.ts'
import { registerMachine } from './session-operations.ts'

const snapshotFinishedJobs = 200

type Names = 'workspace/snapshot' | 'invitation/create' | 'session/logout' | 'client/register' | 'client/announce'

export const peopleOperations: Handlers<Names> = {
  'workspace/snapshot': (context) => {
    const { caller, hub } = context
    // What is not sent yet must not carry a number that this snapshot says it holds.
    hub.flush()
    const scope = viewScopeOf(context)
    const { database } = scope
    return {
      revision: hub.log.revision,
      workspace: workspaceOf(database),
      me: viewUser(scope, caller.user),
      ...(caller.client && { clientId: caller.client.id }),
      users: usersFor(context),
      shares: sharesFor(context),
      sites: allSites(database).map((row) => viewSite(scope, row)),
      clients: allClients(database).flatMap((row) => visibleClient(scope, row) ?? []),
      jobs: snapshotJobs(context).map((row) => viewJob(scope, row)),
    }
  },

  'invitation/create': async (context, input) => {
    const made = await context.store.write((transaction) => createInvitation(transaction, context.caller.user, input))
    const { email } = input
    if (email !== undefined) await handOutInvitations(context, [{ email, code: made.code }])
    return {
      invitation: invitationText(context.advertisedAddress(), context.keyHash, made.code),
      ...(made.user && { user: viewUser(viewScopeOf(context), made.user) }),
    }
  },

  'session/logout': async ({ store, caller }) => {
    await store.write(({ database, effects }) => {
      endSession(database, caller.tokenHash)
      effects.endedSessions.add(caller.tokenHash)
    })
    return {}
  },

  'client/register': async (context, machine) => {
    const client = await context.store.write((transaction) => {
      const row = registerMachine(transaction, context.caller.user, machine)
      transaction.database.run('UPDATE sessions SET client_id = ? WHERE token_hash = ?', [
        row.id,
        context.caller.tokenHash,
      ])
      audit(transaction, { userId: context.caller.user.id, clientId: row.id, action: 'client/register' })
      transaction.effects.changed('client', row.id)
      return row
    })
    return viewClient(viewScopeOf(context), client)
  },

  'client/announce': async ({ store, caller, remoteNetwork }, { candidates, ...announced }) => {
    const said = Object.entries(announced).filter((each): each is [string, string] => each[1] !== undefined)
    await store.write(({ database }) => {
      updateRow(database, 'clients', caller.client?.id ?? '', {
        candidates: JSON.stringify(candidates),
        wan_ip: remoteNetwork,
        ...Object.fromEntries(said),
      })
    })
    return {}
  },
}

function usersFor(context: OperationContext) {
  if (isServerCaller(context.caller)) return []
  const scope = viewScopeOf(context)
  const visible = allUsers(scope.database).filter((row) => maySeeUser(scope.viewer, row))
  return visible.map((row) => viewUser(scope, row))
}

/** Live ones and the newest finished ones; a server sees those it takes part in. What waits on the caller is never cut off. */
function snapshotJobs(context: OperationContext): JobRow[] {
  const { caller } = context
  const { database } = viewScopeOf(context)
  if (isServerCaller(caller) && caller.client) {
    const key = endpointKey(caller.client)
    const rows = (['source', 'destination'] as const).flatMap((side) =>
      database.all<JobRow>(
        `SELECT * FROM jobs INDEXED BY jobs_by_${side} WHERE is_live = 1 AND ${side}_key = ?
         ORDER BY sort_at DESC LIMIT ${snapshotLiveJobs}`,
        [key],
      ),
    )
    return rows.sort((left, right) => right.sort_at - left.sort_at).slice(0, snapshotLiveJobs)
  }
  const live = listJobs(database, caller, { state: 'live', limit: snapshotLiveJobs }).rows
  const finished = listJobs(database, caller, { state: 'finished', limit: snapshotFinishedJobs }).rows
  const mine = database.all<JobRow>(
    `SELECT * FROM jobs WHERE is_live = 1 AND destination_user = ? AND n_pending > 0 ORDER BY sort_at DESC LIMIT ${snapshotLiveJobs}`,
    [caller.user.id],
  )
  return [...new Map([...live, ...mine, ...finished].map((row) => [row.id, row])).values()]
}
