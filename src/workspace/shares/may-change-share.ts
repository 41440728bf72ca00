import { isElevated } from '../access/rights.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import { type OperationContext, viewScopeOf } from '../api/context.ts'
import type { ShareRow } from '../store/places.ts'

/** Giving rights away: admins anywhere; employees where they may write; everybody in their own home. */
export function mayGrant(context: OperationContext, share: ShareRow, path: string): boolean {
  const { user } = context.caller
  if (user.role === 'admin') return user.status === 'enabled'
  if (!isElevated(user) && !(share.kind === 'home' && share.user_id === user.id)) return false
  return new ShareAccess(viewScopeOf(context).database, user).at(share, path).mayWrite
}

/** Changing the share itself: volumes are for admins; other shares for whoever runs the workspace and may write there. */
export function mayChangeShare(context: OperationContext, share: ShareRow): boolean {
  const { user } = context.caller
  if (user.role === 'admin') return user.status === 'enabled'
  if (share.kind === 'volume' || !isElevated(user)) return false
  // What was put away may be brought back by whoever could use it before.
  return new ShareAccess(viewScopeOf(context).database, user).at({ ...share, inactive_at: null }, '').mayWrite
}
