import { TernError } from '../../shared/domain/errors.ts'
import { type Handlers, viewScopeOf } from '../api/context.ts'
import { inviteServer } from '../sites/invite-server.ts'
import { audit } from '../store/records.ts'
import { type InvitationRow, invitationText } from './invitations.ts'

type Names = 'invitation/list' | 'invitation/revoke' | 'invitation/create-server'

export const invitationOperations: Handlers<Names> = {
  'invitation/create-server': async ({ store, caller, advertisedAddress, keyHash }, { site }) => {
    const code = await store.write((transaction) => inviteServer(transaction, caller.user, site))
    return { invitation: invitationText(advertisedAddress(), keyHash, code) }
  },

  'invitation/list': (context, { all, limit }) => {
    const { user } = context.caller
    if (all && user.role !== 'admin') throw new TernError('FORBIDDEN', { needs: 'admin' })
    const rows = viewScopeOf(context).database.all<InvitationRow>(
      `SELECT * FROM invitations ${all ? '' : 'WHERE created_by = ?'} ORDER BY created_at DESC, id LIMIT ?`,
      [...(all ? [] : [user.id]), limit],
    )
    return { invitations: rows.map(viewInvitation) }
  },

  'invitation/revoke': async ({ store, caller }, { id }) => {
    await store.write((transaction) => {
      const { database, nowMs } = transaction
      const row = database.get<InvitationRow>('SELECT * FROM invitations WHERE id = ?', [id])
      const isTheirs = row !== undefined && (row.created_by === caller.user.id || caller.user.role === 'admin')
      if (!isTheirs) throw new TernError('NOT_FOUND', { entity: 'invitation', id })
      if (row.used_at !== null) throw new TernError('INVITATION_USED')
      database.run('UPDATE invitations SET expires_at = min(expires_at, ?) WHERE id = ?', [nowMs, id])
      audit(transaction, { by: caller, action: 'invitation/revoke', subject: id })
    })
    return {}
  },
}

function viewInvitation(row: InvitationRow) {
  return {
    id: row.id,
    ...(row.email !== null && { email: row.email }),
    ...(row.name !== null && { name: row.name }),
    role: row.role,
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(row.site_code !== null && { siteCode: row.site_code }),
    createdBy: row.created_by,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    ...(row.used_at !== null && { usedAtMs: row.used_at }),
  }
}
