import type { shareAudience } from '../../shared/contract/operations/share-schemas.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { isServerCaller } from '../access/caller.ts'
import { mayRemoveUser, requireRight } from '../access/people-rights.ts'
import { grantPath, isVisibleName } from '../access/share-access.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import { type Handlers, type OperationContext, viewScopeOf } from '../api/context.ts'
import { findOrInvite } from '../invitations/find-or-invite.ts'
import { ensureHome } from '../invitations/invitations.ts'
import { queried, shareRecord } from '../queries/people-query.ts'
import { ReferenceNames } from '../queries/reference-names.ts'
import { clientById } from '../store/people.ts'
import { allShares, homeOf, mainSite, type ShareRow, shareById } from '../store/places.ts'
import { recordedChanges } from '../store/recorded.ts'
import { audit } from '../store/records.ts'
import { clientsServing, serversOfShare } from '../store/share-places.ts'
import type { Transaction } from '../store/store.ts'
import { createShare, shareColumns } from './create-share.ts'
import { mayChangeShare } from './may-change-share.ts'
import { activateShare, deactivateShare, deleteShare, makeDefault, updateShare } from './share-changes.ts'
import { shareNamed } from './share-rows.ts'
import { assignServer, removeServer } from './share-servers.ts'
import { viewShare, viewShareRecord } from './view-share.ts'

type Names = Exclude<keyof typeof shareAudience, `acl/${string}`> | 'share/folder'

export const shareOperations: Handlers<Names> = {
  'share/list': (context, { query, scope }) => {
    const { database } = viewScopeOf(context)
    const names = new ReferenceNames(database)
    const rows = allShares(database).filter(
      (row) => scope === 'all' || (row.inactive_at === null) === (scope === 'active'),
    )
    return { shares: queried(viewed(context, rows), 'Share', query, (share) => shareRecord(names, share)) }
  },

  'share/get': (context, { id }) => oneViewed(context, shareNamed(context, id, 'all')),

  'share/create': async (context, input) => {
    const parent = input.parent === undefined ? undefined : shareNamed(context, input.parent)
    const server = input.clientId === undefined ? undefined : clientById(viewScopeOf(context).database, input.clientId)
    const place = placeOf(parent, input.path, server?.site_code ?? mainSite)
    const { user } = context.caller
    // A folder of its own anywhere on the server's disks is for who answers for the server.
    const may = parent === undefined ? user.role === 'admin' : mayCreateIn(context, parent, input.path)
    if (!may || (parent !== undefined && input.kind !== 'folder'))
      throw new TernError('FORBIDDEN', { path: input.path })
    const row = await context.store.write((transaction) => {
      const share = createShare(transaction, user.id, place, input)
      audit(transaction, { userId: user.id, action: 'share/create', subject: share.id, params: { path: input.path } })
      return share
    })
    return oneViewed(context, row)
  },

  'share/create-home': async (context, { user: party, ...given }) => {
    const home = await context.store.write((transaction) => {
      const { user } = findOrInvite(transaction, context.caller, party, false)
      const { user: by } = context.caller
      requireRight(user.id === by.id || mayRemoveUser(by, user))
      ensureHome(transaction, user)
      const made = homeOf(transaction.database, user.id)
      if (made) updateShare(transaction, made, recordedChanges(given, context.caller.user.id, transaction.nowMs))
      return made
    })
    if (home === undefined) throw new TernError('NOT_FOUND', { entity: 'user', id: party })
    return oneViewed(context, home)
  },

  'share/update': async (context, input) => {
    const row = await changed(context, input.id, 'share/update', (transaction, share) => {
      updateShare(transaction, share, {
        ...(input.name !== undefined && { name: input.name }),
        ...shareColumns(transaction, input),
        modified_at: transaction.nowMs,
        modified_by: context.caller.user.id,
      })
      if (input.isDefault) makeDefault(transaction, share)
    })
    return oneViewed(context, row)
  },

  'share/delete': async (context, { id }) => {
    await changed(context, id, 'share/delete', (transaction, share) =>
      deleteShare(transaction, share, context.scheduler.options, context.caller.user),
    )
    return {}
  },

  'share/deactivate': async (context, { id }) => {
    await changed(context, id, 'share/deactivate', deactivateShare)
    return {}
  },

  'share/activate': async (context, { id }) => {
    await changed(context, id, 'share/activate', activateShare)
    return {}
  },

  'share/servers': (context, { id }) => {
    const isAdmin = context.caller.user.role === 'admin'
    const servers = serversOfShare(viewScopeOf(context).database, shareNamed(context, id, 'all'))
    return {
      servers: servers.map((server) => ({
        siteCode: server.site_code,
        ...(server.client_id !== null && { clientId: server.client_id }),
        ...(isAdmin && { path: server.path }),
      })),
    }
  },

  'share/assign': async (context, { id, clientId, path }) => {
    await changed(context, id, 'share/assign', (transaction, share) => assignServer(transaction, share, clientId, path))
    return {}
  },

  'share/deassign': async (context, { id, clientId }) => {
    await changed(context, id, 'share/deassign', (transaction, share) => removeServer(transaction, share, clientId))
    return {}
  },

  'share/folder': async (context, { shareId, path }) => {
    const { database } = viewScopeOf(context)
    const share = shareById(database, shareId)
    const access = new ShareAccess(database, context.caller.user)
    if (path.startsWith('/') || path.split(/[/\\]/).includes('..')) throw new TernError('PATH_INVALID', { path })
    const names = share && access.visibleNames(share, path)
    if (share === undefined || names === undefined) {
      const isKnown = share && access.at(share, '').maySeeName
      throw isKnown
        ? new TernError('FORBIDDEN', { path })
        : new TernError('NOT_FOUND', { entity: 'share', id: shareId })
    }
    const client = clientsServing(database, share, share.site_code).find((each) => context.presence.isOnline(each.id))
    if (client === undefined) throw new TernError('PEER_UNREACHABLE', { name: share.site_code })
    const { entries, isComplete } = await context.listings.ask(client.id, share.id, path)
    return {
      entries: entries
        .filter(({ name }) => isVisibleName(names, name))
        .map((entry) => ({ ...entry, sizeBytes: Math.max(0, Math.trunc(entry.sizeBytes)) })),
      isComplete,
    }
  },
}

/** What the caller may use something of. */
export function sharesFor(context: OperationContext) {
  const scope = viewScopeOf(context)
  if (isServerCaller(context.caller)) return []
  const access = new ShareAccess(scope.database, scope.viewer)
  return allShares(scope.database).flatMap((row) => viewShare(scope, row, access) ?? [])
}

function viewed(context: OperationContext, rows: readonly ShareRow[]) {
  const scope = viewScopeOf(context)
  if (isServerCaller(context.caller)) return []
  const access = new ShareAccess(scope.database, scope.viewer)
  return rows.flatMap((row) => viewShareRecord(scope, row, access) ?? [])
}

function oneViewed(context: OperationContext, row: ShareRow) {
  const { database } = viewScopeOf(context)
  const [share] = viewed(context, [shareById(database, row.id) ?? row])
  if (share === undefined) throw new TernError('NOT_FOUND', { entity: 'share', id: row.id })
  return share
}

async function changed(
  context: OperationContext,
  named: string,
  action: string,
  change: (transaction: Transaction, share: ShareRow) => void,
): Promise<ShareRow> {
  const share = shareNamed(context, named, 'all')
  if (!mayChangeShare(context, share)) throw new TernError('FORBIDDEN', { share: share.code })
  await context.store.write((transaction) => {
    change(transaction, share)
    audit(transaction, { userId: context.caller.user.id, action, subject: share.id, params: { code: share.code } })
  })
  return share
}

function mayCreateIn(context: OperationContext, parent: ShareRow, path: string): boolean {
  return new ShareAccess(viewScopeOf(context).database, context.caller.user).at(parent, path).mayWrite
}

/** A folder in a folder is one in its volume. */
function placeOf(parent: ShareRow | undefined, path: string, site: string) {
  if (parent === undefined) {
    if (!/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path))
      throw new TernError('PATH_INVALID', { path, problem: 'absolute-needed' })
    return { site_code: site, path }
  }
  if (parent.kind !== 'volume' && parent.kind !== 'folder')
    throw new TernError('CONFLICT', { problem: 'parent-is-a-volume' })
  if (/^(\/|[A-Za-z]:|\\)/.test(path)) throw new TernError('PATH_INVALID', { path })
  const within = [parent.relative_path ?? '', grantPath(path)].filter((part) => part !== '').join('/')
  return { site_code: parent.site_code, path: '', parent_id: parent.parent_id ?? parent.id, relative_path: within }
}
