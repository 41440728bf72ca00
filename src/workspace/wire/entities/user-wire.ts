import type { OperationInput, OperationOutput } from '../../../shared/contract/operations.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import type { UserId } from '../../../shared/domain/ids.ts'
import { printWireDate } from '../../../shared/domain/units/wire-date.ts'
import { findFlags, findId, findQuery, found, foundOrNothing, requiredId } from '../find.ts'
import { WireNames } from '../wire-names.ts'
import type { WireAnswer, WireCall, WireRecord, WireRoute } from '../wire-route.ts'
import { recordedInput, recordedWire, writtenInput } from './recorded-wire.ts'

type User = OperationOutput<'user/get'>

export const userRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'user/find', answer: findUsers },
  { verb: 'POST', uri: 'user/create', answer: createUser },
  { verb: 'PUT', uri: 'user/edit', answer: editUser },
  { verb: 'DELETE', uri: 'user/delete', answer: deleteUser },
  { verb: 'DELETE', uri: 'user/deactivate', answer: deactivateUser },
  { verb: 'POST', uri: 'user/activate', answer: activateUser },
  { verb: 'GET', uri: 'user/api_key', answer: createKey },
]

async function findUsers(call: WireCall): Promise<WireAnswer> {
  const flags = findFlags(call)
  const recordOf = recordsOf(call)
  const id = findId<UserId>(call)
  if (id !== undefined) return found(await foundOrNothing(call.run('user/get', { id })), flags, recordOf)
  const query = findQuery(call.query, flags.parent)
  const { users } = await call.run('user/list', { ...(query !== undefined && { query }), scope: scopeOf(flags, query) })
  return found(users, flags, recordOf)
}

/** A query that asks itself whether they were put away is asked of all. */
export function scopeOf({ isInactive }: { readonly isInactive: boolean }, query: string | undefined) {
  if (isInactive) return 'inactive'
  return query !== undefined && /\binactive\b/i.test(query) ? 'all' : 'active'
}

export const creatableUser = {
  ...recordedInput,
  code: 'email',
  email: 'email',
  role: 'role',
  queue: 'queue',
  create_home_share: 'createHomeShare',
  give_all_volumes_access: 'giveAllVolumesAccess',
  give_default_volume_access: 'giveDefaultVolumeAccess',
  volumes: 'volumes',
  message: 'message',
  mail: 'mail',
}

async function createUser(call: WireCall): Promise<WireAnswer> {
  const input = writtenInput('user', call.data, creatableUser)
  const { user } = await call.run('user/create', input as OperationInput<'user/create'>)
  return { result: [recordsOf(call)(user)] }
}

export const editableUser = { ...recordedInput, role: 'role', status: 'status', queue: 'queue' }

async function editUser(call: WireCall): Promise<WireAnswer> {
  const input = { ...writtenInput('user', call.data, editableUser), id: requiredId<UserId>(call) }
  return { result: [recordsOf(call)(await call.run('user/update', input as OperationInput<'user/update'>))] }
}

async function deleteUser(call: WireCall): Promise<WireAnswer> {
  await call.run('user/delete', { id: requiredId<UserId>(call) })
  return { result: true }
}

async function deactivateUser(call: WireCall): Promise<WireAnswer> {
  await call.run('user/deactivate', { id: requiredId<UserId>(call) })
  return { result: true }
}

/** By id, or by the bare code in place of a query. */
async function activateUser(call: WireCall): Promise<WireAnswer> {
  const id = findId<UserId>(call) ?? (await inactiveIdOf(call, call.query))
  await call.run('user/activate', { id })
  return { result: true }
}

async function inactiveIdOf(call: WireCall, code: string | undefined): Promise<UserId> {
  const email = code?.trim().toLowerCase()
  const { users } = await call.run('user/list', { scope: 'all' })
  const user = users.find((each) => each.email.toLowerCase() === email)
  if (email === undefined || user === undefined) {
    throw new TernError('NOT_FOUND', { entity: 'user', id: (email ?? '').slice(0, 300) })
  }
  return user.id
}

/** A key is shown once: so this makes another one, of the same rights, and the oldest made so go when there are many. */
const askedLabel = 'get_api_key'
const mostAsked = 10

async function createKey(call: WireCall): Promise<WireAnswer> {
  const { key } = await call.run('key/create', { label: askedLabel })
  const { keys } = await call.run('key/list', {})
  const current = call.context.caller.apiKey?.id
  const old = keys.filter(({ label, id }) => label === askedLabel && id !== current).slice(mostAsked)
  for (const { id } of old) await call.run('key/revoke', { id })
  return { api_key: key }
}

function recordsOf({ context }: WireCall): (user: User) => WireRecord {
  const names = new WireNames(context.store.read((database) => database))
  return (user) => {
    const queue = user.queue === undefined ? undefined : names.queue(user.queue)
    return {
      id: user.id,
      code: user.email,
      name: user.name,
      role: user.role,
      status: user.status,
      logged_in: user.lastSeenAtMs === undefined ? null : printWireDate(user.lastSeenAtMs),
      queue: queue?.id ?? null,
      queue_hr: queue?.readable ?? null,
      inactive: user.inactiveAtMs !== undefined,
      ...recordedWire(names, user),
    }
  }
}
