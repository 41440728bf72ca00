import { newEntityId } from '../../platform/random-id.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { UserId } from '../../shared/domain/ids.ts'
import { grantPath } from '../access/share-access.ts'
import { type Handlers, type OperationContext, viewScopeOf } from '../api/context.ts'
import { findOrInvite } from '../invitations/find-or-invite.ts'
import { handOutInvitations } from '../invitations/hand-out.ts'
import { aclRecord, queried } from '../queries/people-query.ts'
import { ReferenceNames } from '../queries/reference-names.ts'
import { type ShareRow, shareById } from '../store/places.ts'
import { audit } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { mayGrant } from './may-change-share.ts'
import { shareNamed } from './share-rows.ts'

interface AclRow {
  readonly id: string
  readonly user_id: UserId
  readonly share_id: ShareRow['id']
  readonly path: string
  readonly may_read: number
  readonly may_write: number
  readonly acknowledged: number
  readonly description: string
  readonly created_at: number
  readonly created_by: UserId | null
}

const maxListed = 10_000
const maxOfOnePerson = 5_000

export const aclOperations: Handlers<'acl/list' | 'acl/create' | 'acl/acknowledge' | 'acl/delete'> = {
  'acl/list': (context, { query, userId, share: named, includesFolders }) => {
    const { database } = viewScopeOf(context)
    const share = named === undefined ? undefined : shareNamed(context, named)
    const rows = database.all<AclRow>(
      `SELECT * FROM acls WHERE inactive_at IS NULL AND (?1 IS NULL OR user_id = ?1)
         AND (?2 IS NULL OR share_id = ?2 OR (?3 AND share_id IN (SELECT id FROM shares WHERE parent_id = ?2)))
       ORDER BY created_at, id LIMIT ${maxListed}`,
      [userId ?? null, share?.id ?? null, includesFolders ? 1 : 0],
    )
    const names = new ReferenceNames(database)
    const visible = rows.filter((row) => maySeeAcl(context, row)).map(viewAcl)
    return { acls: queried(visible, 'ACL', query, (acl) => aclRecord(names, acl)) }
  },

  'acl/create': async (context, input) => {
    const { mayRead, mayWrite, invite } = input
    if (!mayRead && !mayWrite) throw new TernError('BAD_REQUEST', { jsonPath: '$.mayRead', problem: 'missing' })
    const path = grantPath(input.path)
    const share = shareNamed(context, input.share)
    if (!mayGrant(context, share, path)) throw new TernError('FORBIDDEN', { share: share.code })
    const made = await context.store.write((transaction) => {
      const { user, invitation } = findOrInvite(transaction, context.caller, input.user, invite)
      if (share.kind === 'volume' && user.role === 'standard') {
        throw new TernError('CONFLICT', { problem: 'volume-for-operators' })
      }
      const row = putAcl(transaction, {
        user_id: user.id,
        share_id: share.id,
        path,
        may_read: mayRead ? 1 : 0,
        may_write: mayWrite ? 1 : 0,
        created_by: context.caller.user.id,
      })
      told(context, transaction, row, 'acl/create')
      return { row, invitation }
    })
    const [handed] = await handOutInvitations(context, made.invitation ? [made.invitation] : [], input.message)
    return { acl: viewAcl(made.row), ...(handed && { invitation: handed.invitation }) }
  },

  'acl/acknowledge': async (context, { id }) => {
    const row = await context.store.write((transaction) => {
      const found = aclOf(context, id)
      if (found.user_id !== context.caller.user.id) throw new TernError('FORBIDDEN')
      transaction.database.run('UPDATE acls SET acknowledged = 1 WHERE id = ?', [id])
      return { ...found, acknowledged: 1 }
    })
    return viewAcl(row)
  },

  'acl/delete': async (context, { id }) => {
    const found = aclOf(context, id)
    const share = shareById(viewScopeOf(context).database, found.share_id)
    if (share === undefined || !mayGrant(context, share, found.path)) throw new TernError('FORBIDDEN')
    await context.store.write((transaction) => {
      transaction.database.run('DELETE FROM acls WHERE id = ?', [id])
      told(context, transaction, found, 'acl/delete')
    })
    return {}
  },
}

function viewAcl(row: AclRow) {
  return {
    id: row.id,
    userId: row.user_id,
    shareId: row.share_id,
    path: row.path,
    mayRead: row.may_read === 1,
    mayWrite: row.may_write === 1,
    isAcknowledged: row.acknowledged === 1,
    description: row.description,
    createdAtMs: row.created_at,
    ...(row.created_by !== null && { createdBy: row.created_by }),
  }
}

/** One's own, and those at places where one may give and take them. */
function maySeeAcl(context: OperationContext, row: AclRow): boolean {
  if (row.user_id === context.caller.user.id) return true
  const share = shareById(viewScopeOf(context).database, row.share_id)
  return share !== undefined && mayGrant(context, share, row.path)
}

function aclOf(context: OperationContext, id: string): AclRow {
  const row = viewScopeOf(context).database.get<AclRow>('SELECT * FROM acls WHERE id = ? AND inactive_at IS NULL', [id])
  if (row === undefined || !maySeeAcl(context, row)) throw new TernError('NOT_FOUND', { entity: 'acl', id })
  return row
}

function putAcl(
  { database, nowMs }: Transaction,
  acl: Omit<AclRow, 'id' | 'acknowledged' | 'description' | 'created_at'>,
): AclRow {
  const count = database.get<{ count: number }>('SELECT count(*) AS count FROM acls WHERE user_id = ?', [acl.user_id])
  if ((count?.count ?? 0) >= maxOfOnePerson)
    throw new TernError('LIMIT_EXCEEDED', { what: 'grants', limit: maxOfOnePerson })
  database.run(
    `INSERT INTO acls (id, user_id, share_id, path, may_read, may_write, created_by, created_at, modified_by, modified_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, ?8)
     ON CONFLICT (user_id, share_id, path) DO UPDATE SET may_read = ?5, may_write = ?6, acknowledged = 0,
       modified_by = ?7, modified_at = ?8`,
    [newEntityId(), acl.user_id, acl.share_id, acl.path, acl.may_read, acl.may_write, acl.created_by, nowMs],
  )
  const row = database.get<AclRow>('SELECT * FROM acls WHERE user_id = ? AND share_id = ? AND path = ?', [
    acl.user_id,
    acl.share_id,
    acl.path,
  ])
  if (row === undefined) throw new TernError('INTERNAL')
  return row
}

/** What its person sees of shares is different now, and jobs that waited for it may go or must not. */
function told(context: OperationContext, transaction: Transaction, row: AclRow, action: string): void {
  transaction.effects.changed('share', row.share_id)
  transaction.effects.resetUsers.add(row.user_id)
  transaction.effects.schedule()
  audit(transaction, {
    userId: context.caller.user.id,
    action,
    subject: row.share_id,
    params: { user: row.user_id, path: row.path, mayRead: row.may_read === 1, mayWrite: row.may_write === 1 },
  })
}
