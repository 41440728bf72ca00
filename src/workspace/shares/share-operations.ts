import { TernError } from '../../shared/domain/errors.ts'
import { checkShareFolder } from '../../shared/domain/meaning/volumes.ts'
import { isServerCaller } from '../access/caller.ts'
import { isVisibleName } from '../access/share-access.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { type Handlers, type OperationContext, viewScopeOf } from '../api/context.ts'
import { queried, shareRecord } from '../queries/people-query.ts'
import { ReferenceNames } from '../queries/reference-names.ts'
import { allShares, insertShare, mainSite, shareByCode, shareById, siteByCode } from '../store/places.ts'
import { audit } from '../store/records.ts'
import { clientsServing } from '../store/share-places.ts'
import { viewShare } from './view-share.ts'

type Names = 'share/list' | 'share/create' | 'share/folder'

export const shareOperations: Handlers<Names> = {
  'share/list': (context, { query }) => {
    const names = new ReferenceNames(viewScopeOf(context).database)
    return { shares: queried(sharesFor(context), 'Share', query, (share) => shareRecord(names, share)) }
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

function pathsOf(paths: CheckedInput<'share/create'>['paths']) {
  const folder = (system: 'windows' | 'linux' | 'mac') =>
    paths?.[system] === undefined ? null : checkShareFolder(system, paths[system])
  return { path_windows: folder('windows'), path_linux: folder('linux'), path_mac: folder('mac') }
}
