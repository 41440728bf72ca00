import { TernError } from '../../shared/domain/errors.ts'
import { isServerCaller } from '../access/caller.ts'
import { mayChangeUser, mayRemoveUser, requireRight } from '../access/people-rights.ts'
import { isElevated, maySeeUser } from '../access/rights.ts'
import { type Handlers, type OperationContext, viewScopeOf } from '../api/context.ts'
import { handOutInvitations } from '../invitations/hand-out.ts'
import { invitationText } from '../invitations/invitations.ts'
import { updateTransfer } from '../jobs/update-transfer.ts'
import { viewUser } from '../jobs/view.ts'
import type { ViewScope } from '../jobs/view-scope.ts'
import { queried } from '../queries/people-query.ts'
import { userQueryRecord } from '../queries/place-records.ts'
import { ReferenceNames } from '../queries/reference-names.ts'
import type { JobColumns } from '../store/jobs.ts'
import { allUsers, inactiveUsers, type UserRow } from '../store/people.ts'
import { recordedChanges, recordedFields, updateRow } from '../store/recorded.ts'
import { audit } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import { createPerson, queueCode } from './create-person.ts'
import {
  bringBack,
  checkAnotherAdmin,
  putAway,
  removePerson,
  requireUser,
  revokeAccess,
  shutOut,
  tellOfPerson,
} from './person-changes.ts'

type Names =
  | 'user/list'
  | 'user/get'
  | 'user/create'
  | 'user/update'
  | 'user/delete'
  | 'user/deactivate'
  | 'user/activate'

export const userOperations: Handlers<Names> = {
  'user/list': (context, { query, scope: which }) => {
    if (isServerCaller(context.caller)) return { users: [] }
    const scope = viewScopeOf(context)
    const names = new ReferenceNames(scope.database)
    const rows = [
      ...(which === 'inactive' ? [] : allUsers(scope.database)),
      ...(which === 'active' || !isElevated(scope.viewer) ? [] : inactiveUsers(scope.database)),
    ]
    const users = rows.filter((row) => maySeeUser(scope.viewer, row)).map((row) => viewUserRecord(scope, row))
    return { users: queried(users, 'User', query, (user) => userQueryRecord(names, user)) }
  },

  'user/get': (context, { id }) => readUser(context, id),

  'user/create': async (context, input) => {
    const { user } = context.caller
    const made = await context.store.write((transaction) => {
      const person = createPerson(transaction, user, input)
      audit(transaction, {
        by: context.caller,
        action: 'user/create',
        subject: person.id,
        params: { role: input.role },
      })
      return person
    })
    if (input.mail) await handOutInvitations(context, [{ email: input.email, code: made.code }], input.message)
    return {
      user: readUser(context, made.id),
      invitation: invitationText(context.advertisedAddress(), context.keyHash, made.code),
    }
  },

  'user/update': async (context, input) => {
    const by = context.caller.user
    await context.store.write((transaction) => {
      const { database, nowMs } = transaction
      const user = visibleUser(context, requireUser(database, input.id))
      requireRight(mayChangeUser(by, user, input))
      const role = input.role ?? user.role
      const status = input.status ?? user.status
      if (user.status === 'invited' && input.status === 'enabled') {
        throw new TernError('CONFLICT', { status: user.status })
      }
      if (user.inactive_at !== null && input.status !== undefined)
        throw new TernError('CONFLICT', { problem: 'inactive' })
      if (role !== 'admin' || status === 'disabled') checkAnotherAdmin(database, user)
      const queue = queueCode(transaction, input.queue)
      updateRow(database, 'users', user.id, {
        role,
        status,
        ...(input.name !== undefined && { name: input.name }),
        ...(queue !== undefined && { queue }),
        ...recordedChanges(input, by.id, nowMs),
      })
      if (role !== user.role) revokeAccess(transaction, user.id)
      if (status === 'disabled' && user.status !== 'disabled') shutOut(transaction, user.id)
      tellOfPerson(transaction, user.id)
      audit(transaction, { by: context.caller, action: 'user/update', subject: user.id, params: { role, status } })
    })
    return readUser(context, input.id)
  },

  'user/delete': async (context, { id }) => {
    await context.store.write((transaction) => {
      const user = removableUser(context, transaction, id)
      checkAnotherAdmin(transaction.database, user)
      for (const job of liveJobsOf(transaction, user.id)) {
        updateTransfer(transaction, context.caller, { id: job, status: 'aborted' }, context.scheduler.options)
      }
      removePerson(transaction, user)
      audit(transaction, { by: context.caller, action: 'user/delete', subject: id, params: { email: user.email } })
    })
    return {}
  },

  'user/deactivate': async (context, { id }) => {
    await context.store.write((transaction) => {
      const user = removableUser(context, transaction, id)
      if (user.inactive_at !== null) return
      checkAnotherAdmin(transaction.database, user)
      putAway(transaction, user)
      audit(transaction, { by: context.caller, action: 'user/deactivate', subject: id })
    })
    return readUser(context, id)
  },

  'user/activate': async (context, { id }) => {
    await context.store.write((transaction) => {
      const user = removableUser(context, transaction, id)
      if (user.inactive_at === null) return
      bringBack(transaction, user)
      audit(transaction, { by: context.caller, action: 'user/activate', subject: id })
    })
    return readUser(context, id)
  },
}

export function viewUserRecord(scope: ViewScope, row: UserRow) {
  const mayKnow = isElevated(scope.viewer) || row.id === scope.viewer.id
  const { metadata, ...fields } = recordedFields(row)
  return {
    ...viewUser(scope, row),
    ...fields,
    ...(mayKnow && metadata !== undefined && { metadata }),
    ...(row.queue !== null && { queue: row.queue }),
    ...(row.inactive_at !== null && { inactiveAtMs: row.inactive_at }),
  }
}

function readUser(context: OperationContext, id: string) {
  const scope = viewScopeOf(context)
  return viewUserRecord(scope, visibleUser(context, requireUser(scope.database, id)))
}

/** Who must not be seen does not exist. */
function visibleUser({ caller }: OperationContext, row: UserRow): UserRow {
  const isHidden = row.inactive_at !== null && !isElevated(caller.user)
  if (isHidden || !maySeeUser(caller.user, row)) throw new TernError('NOT_FOUND', { entity: 'user', id: row.id })
  return row
}

function removableUser(context: OperationContext, { database }: Transaction, id: string): UserRow {
  const user = visibleUser(context, requireUser(database, id))
  requireRight(mayRemoveUser(context.caller.user, user))
  return user
}

function liveJobsOf({ database }: Transaction, userId: string): JobColumns['id'][] {
  return database
    .all<Pick<JobColumns, 'id'>>('SELECT job_id AS id FROM job_person WHERE user_id = ? AND is_live = 1', [userId])
    .map(({ id }) => id)
}
