import { nowMs } from '../../platform/clock.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { acceptInvitation, openInvitation } from '../invitations/invitations.ts'
import { viewClient, viewUser } from '../jobs/view.ts'
import { checkPasswordStrength, hashPassword, verifyPassword } from '../sessions/passwords.ts'
import { createSession } from '../sessions/tokens.ts'
import { joinServer } from '../sites/invite-server.ts'
import { type ClientRow, type Machine, type UserRow, upsertClient, userByEmail, userById } from '../store/people.ts'
import { mainSite, workspaceOf } from '../store/places.ts'
import { audit } from '../store/records.ts'
import type { Transaction } from '../store/store.ts'
import type { AnonymousContext, AnonymousHandlers } from './context.ts'

export const protocolVersion = 1

/** What can be asked before anybody is known; limited by address. */
export const anonymousOperations: AnonymousHandlers = {
  'workspace/hello': ({ store }) => ({
    workspace: store.read(workspaceOf),
    protocolVersion,
    serverTimeMs: nowMs(),
  }),

  'invitation/inspect': (context, { code }) => {
    context.limits.anonymous.take(context.remoteNetwork)
    return context.store.read((database) => {
      const invitation = openInvitation(database, code, nowMs())
      const email = invitation.email ?? undefined
      return {
        workspace: workspaceOf(database),
        invitedBy: userById(database, invitation.created_by)?.name ?? '',
        ...(email !== undefined && { email }),
        role: invitation.role,
      }
    })
  },

  'session/join': async (context, { code, email, name, password, machine }) => {
    context.limits.anonymous.take(context.remoteNetwork)
    checkPasswordStrength(password)
    context.store.read((database) => openInvitation(database, code, nowMs()))
    const passwordHash = await hashPassword(password)
    const made = await context.store.write((transaction) => {
      const user = acceptInvitation(transaction, code, { email, name, passwordHash })
      return startSession(transaction, user, machine, context.remoteNetwork)
    })
    context.logger.info({ userId: made.user.id }, 'a person joined')
    return describeSession(context, made)
  },

  'session/join-server': async (context, { code, machine }) => {
    context.limits.anonymous.take(context.remoteNetwork)
    const made = await context.store.write((transaction) => {
      const { user, client } = joinServer(transaction, code, machine)
      const { database, nowMs: now } = transaction
      return { user, client, sessionToken: createSession(database, user, client, now, context.remoteNetwork) }
    })
    context.logger.info({ clientId: made.client.id, site: made.client.site_code }, 'a server joined')
    return describeSession(context, made)
  },

  'session/login': async (context, { email, password, machine }) => {
    context.limits.anonymous.take(context.remoteNetwork)
    // By network as well: nobody may lock a person out from afar by guessing wrong on purpose.
    const guesser = `${email.toLowerCase()} ${context.remoteNetwork}`
    context.limits.failures.take(guesser)
    const user = context.store.read((database) => userByEmail(database, email))
    const isRight = await verifyPassword(password, user?.password_hash)
    if (!isRight || user?.status !== 'enabled') {
      await context.store.write((transaction) => audit(transaction, { userId: user?.id, action: 'session/refused' }))
      throw new TernError('BAD_CREDENTIALS')
    }
    context.limits.failures.giveBack(guesser)
    const made = await context.store.write((transaction) => {
      audit(transaction, { userId: user.id, action: 'session/login', params: { machine: machine.name } })
      return startSession(transaction, user, machine, context.remoteNetwork)
    })
    return describeSession(context, made)
  },
}

interface MadeSession {
  readonly sessionToken: string
  readonly user: UserRow
  readonly client: ClientRow
}

function startSession(transaction: Transaction, user: UserRow, machine: Machine, remote: string): MadeSession {
  const { database, effects, nowMs: now } = transaction
  const client = registerMachine(transaction, user, machine)
  effects.changed('client', client.id)
  return { sessionToken: createSession(database, user, client, now, remote), user, client }
}

/** A server stands for the main site, so only an admin may bring one; every other machine is its person's own. */
export function registerMachine(transaction: Transaction, user: UserRow, machine: Machine): ClientRow {
  if (machine.kind !== 'server')
    return upsertClient(transaction.database, machine, { userId: user.id }, transaction.nowMs)
  if (user.role !== 'admin') throw new TernError('FORBIDDEN', { needs: 'admin' })
  return upsertClient(transaction.database, machine, { siteCode: mainSite }, transaction.nowMs)
}

function describeSession(context: AnonymousContext, made: MadeSession) {
  return context.store.read((database) => {
    const scope = { database, presence: context.presence, viewer: made.user }
    return {
      sessionToken: made.sessionToken,
      workspace: workspaceOf(database),
      user: viewUser(scope, made.user),
      client: viewClient(scope, made.client),
    }
  })
}
