import { TernError } from '../../shared/domain/errors.ts'
import { checkShareFolder } from '../../shared/domain/meaning/volumes.ts'
import { isServerCaller } from '../access/caller.ts'
import { maySeeUser, shareRights } from '../access/rights.ts'
import { createInvitation, invitationText } from '../invitations/invitations.ts'
import { listJobs } from '../jobs/list.ts'
import { viewClient, viewJob, viewShare, viewSite, viewUser, visibleClient } from '../jobs/view.ts'
import { queried, shareRecord, userRecord } from '../queries/people-query.ts'
import { ReferenceNames } from '../queries/reference-names.ts'
import { endSession, endSessionsOf } from '../sessions/tokens.ts'
import type { JobRow } from '../store/jobs.ts'
import { allClients, allUsers, clientsOfSite, userById } from '../store/people.ts'
import {
  allShares,
  allSites,
  insertShare,
  mainSite,
  shareByCode,
  shareById,
  siteByCode,
  workspaceOf,
} from '../store/places.ts'
import { audit } from '../store/records.ts'
import { endpointKey } from '../stream/presence.ts'
import type { CheckedInput } from './checked-input.ts'
import { type Handlers, type OperationContext, viewScopeOf } from './context.ts'
import { registerMachine } from './session-operations.ts'

const snapshotLiveJobs = 1000
const snapshotFinishedJobs = 200

type Names =
  | 'workspace/snapshot'
  | 'invitation/create'
  | 'session/logout'
  | 'user/list'
  | 'user/update'
  | 'share/list'
  | 'share/create'
  | 'share/folder'
  | 'client/register'
  | 'client/announce'

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
      shares: sharesOf(context),
      sites: allSites(database).map((row) => viewSite(scope, row)),
      clients: allClients(database).flatMap((row) => visibleClient(scope, row) ?? []),
      jobs: snapshotJobs(context).map((row) => viewJob(scope, row)),
    }
  },

  'invitation/create': async (context, input) => {
    const made = await context.store.write((transaction) => createInvitation(transaction, context.caller.user, input))
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

  'user/list': (context, { query }) => ({ users: queried(usersFor(context), 'User', query, userRecord) }),

  'user/update': async (context, input) => {
    await context.store.write((transaction) => {
      const { database, effects } = transaction
      const user = userById(database, input.id)
      if (user === undefined) throw new TernError('NOT_FOUND', { entity: 'user', id: input.id })
      const role = input.role ?? user.role
      const status = input.status ?? user.status
      if (user.status === 'invited' && input.status === 'enabled')
        throw new TernError('CONFLICT', { status: user.status })
      const losesAdmin = user.role === 'admin' && (role !== 'admin' || status !== 'enabled')
      const others = database.get("SELECT 1 FROM users WHERE role = 'admin' AND status = 'enabled' AND id <> ?", [
        user.id,
      ])
      if (losesAdmin && others === undefined) throw new TernError('CONFLICT', { problem: 'last-admin' })
      database.run('UPDATE users SET role = ?, status = ? WHERE id = ?', [role, status, user.id])
      audit(transaction, {
        userId: context.caller.user.id,
        action: 'user/update',
        subject: user.id,
        params: { role, status },
      })
      effects.changed('user', user.id)
      if (status === 'disabled') {
        endSessionsOf(database, user.id)
        effects.endedUsers.add(user.id)
      }
      effects.resetUsers.add(user.id)
      effects.schedule()
    })
    const scope = viewScopeOf(context)
    const user = userById(scope.database, input.id)
    if (user === undefined) throw new TernError('NOT_FOUND', { entity: 'user', id: input.id })
    return viewUser(scope, user)
  },

  'share/list': (context, { query }) => {
    const names = new ReferenceNames(viewScopeOf(context).database)
    return { shares: queried(sharesOf(context), 'Share', query, (share) => shareRecord(names, share)) }
  },

  'share/create': async (context, input) => {
    const row = await context.store.write((transaction) => {
      const { database, effects, nowMs } = transaction
      if (shareByCode(database, input.code) || siteByCode(database, input.code))
        throw new TernError('CONFLICT', { code: input.code })
      if (!/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(input.path)) {
        throw new TernError('PATH_INVALID', { path: input.path, problem: 'absolute-needed' })
      }
      const share = insertShare(database, {
        code: input.code,
        name: input.name,
        kind: input.kind,
        is_default: 0,
        user_id: null,
        site_code: mainSite,
        path: input.path,
        ...pathsOf(input.paths),
        created_at: nowMs,
      })
      audit(transaction, {
        userId: context.caller.user.id,
        action: 'share/create',
        subject: share.id,
        params: { path: input.path },
      })
      effects.changed('share', share.id)
      effects.changedSites.add(mainSite)
      return share
    })
    const share = viewShare(viewScopeOf(context), row)
    if (share === undefined) throw new TernError('FORBIDDEN')
    return share
  },

  'share/folder': async (context, { shareId, path }) => {
    const { database } = viewScopeOf(context)
    const share = shareById(database, shareId)
    const owner = share?.user_id ? userById(database, share.user_id) : undefined
    if (share === undefined || !shareRights(context.caller.user, share, owner).mayRead) {
      throw new TernError('NOT_FOUND', { entity: 'share', id: shareId })
    }
    if (path.startsWith('/') || path.split(/[/\\]/).includes('..')) throw new TernError('PATH_INVALID', { path })
    const client = clientsOfSite(database, share.site_code).find((each) => context.presence.isOnline(each.id))
    if (client === undefined) throw new TernError('PEER_UNREACHABLE', { name: share.site_code })
    const { entries, isComplete } = await context.listings.ask(client.id, share.id, path)
    return {
      entries: entries.map((entry) => ({ ...entry, sizeBytes: Math.max(0, Math.trunc(entry.sizeBytes)) })),
      isComplete,
    }
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

  'client/announce': async ({ store, caller }, { candidates }) => {
    await store.write(({ database }) => {
      database.run('UPDATE clients SET candidates = ? WHERE id = ?', [
        JSON.stringify(candidates),
        caller.client?.id ?? '',
      ])
    })
    return {}
  },
}

function pathsOf(paths: CheckedInput<'share/create'>['paths']) {
  const folder = (system: 'windows' | 'linux' | 'mac') =>
    paths?.[system] === undefined ? null : checkShareFolder(system, paths[system])
  return { path_windows: folder('windows'), path_linux: folder('linux'), path_mac: folder('mac') }
}

function usersFor(context: OperationContext) {
  if (isServerCaller(context.caller)) return []
  const scope = viewScopeOf(context)
  const visible = allUsers(scope.database).filter((row) => maySeeUser(scope.viewer, row))
  return visible.map((row) => viewUser(scope, row))
}

function sharesOf(context: OperationContext) {
  const scope = viewScopeOf(context)
  if (isServerCaller(context.caller)) return []
  return allShares(scope.database).flatMap((row) => viewShare(scope, row) ?? [])
}

/** Live ones and the newest finished ones; a server sees those it takes part in. What waits on the caller is never cut off. */
function snapshotJobs(context: OperationContext): JobRow[] {
  const { caller } = context
  const { database } = viewScopeOf(context)
  if (isServerCaller(caller) && caller.client) {
    const key = endpointKey(caller.client)
    return database.all<JobRow>(
      `SELECT * FROM jobs WHERE is_live = 1 AND (source_key = ?1 OR destination_key = ?1) ORDER BY sort_at DESC LIMIT ${snapshotLiveJobs}`,
      [key],
    )
  }
  const live = listJobs(database, caller, { state: 'live', limit: snapshotLiveJobs }).rows
  const finished = listJobs(database, caller, { state: 'finished', limit: snapshotFinishedJobs }).rows
  const mine = database.all<JobRow>(
    `SELECT * FROM jobs WHERE is_live = 1 AND destination_user = ? AND n_pending > 0 ORDER BY sort_at DESC LIMIT ${snapshotLiveJobs}`,
    [caller.user.id],
  )
  return [...new Map([...live, ...mine, ...finished].map((row) => [row.id, row])).values()]
}
