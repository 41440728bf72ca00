import type { OperationInput, OperationOutput } from '../../../shared/contract/operations.ts'
import type { ClientKind } from '../../../shared/domain/entities.ts'
import type { ClientId } from '../../../shared/domain/ids.ts'
import { printWireDate } from '../../../shared/domain/units/wire-date.ts'
import { clientTypes } from '../../people/client-types.ts'
import { clientStatus } from '../../queries/place-records.ts'
import { findFlags, findId, findQuery, found, foundOrNothing, requiredId } from '../find.ts'
import { WireNames } from '../wire-names.ts'
import type { WireAnswer, WireCall, WireRecord, WireRoute } from '../wire-route.ts'
import { recordedInput, recordedWire, switchedStatus, writtenInput } from './recorded-wire.ts'

type Client = OperationOutput<'client/get'>

/** Each sort of client under a name of its own, and all of them; nobody makes one but the machine itself. */
const views: Readonly<Record<string, ClientKind | undefined>> = {
  client: undefined,
  app: 'app',
  server: 'server',
  userserver: 'user-server',
  browser: 'browser',
}

/** Parts of the reference that are not part of Tern: there are none, and asking is no mistake. */
const emptyViews = ['lane', 'engine']

export const clientRoutes: readonly WireRoute[] = [
  ...Object.entries(views).flatMap(([entity, kind]): WireRoute[] => [
    { verb: 'GET', uri: `${entity}/find`, answer: (call) => findClients(call, kind) },
    { verb: 'PUT', uri: `${entity}/edit`, answer: editClient },
    { verb: 'DELETE', uri: `${entity}/delete`, answer: deleteClient },
  ]),
  ...emptyViews.map((entity): WireRoute => ({ verb: 'GET', uri: `${entity}/find`, answer: () => ({ result: [] }) })),
]

async function findClients(call: WireCall, kind: ClientKind | undefined): Promise<WireAnswer> {
  const flags = findFlags(call)
  const recordOf = recordsOf(call)
  const id = findId<ClientId>(call)
  if (id !== undefined) return found(await foundOrNothing(call.run('client/get', { id })), flags, recordOf)
  if (flags.isInactive) return { result: [] }
  const query = findQuery(call.query, flags.parent)
  const { clients } = await call.run('client/list', {
    ...(query !== undefined && { query }),
    ...(kind !== undefined && { kind }),
  })
  return found(clients, flags, recordOf)
}

export const editableClient = { ...recordedInput, status: 'status', site: 'siteCode' }

async function editClient(call: WireCall): Promise<WireAnswer> {
  const { status: word, ...input } = writtenInput('client', call.data, editableClient)
  const status = switchedStatus(word, { enabled: 'enabled', online: 'enabled', disabled: 'disabled' })
  const change = {
    ...input,
    ...(status !== undefined && { isDisabled: status === 'disabled' }),
    id: requiredId<ClientId>(call),
  }
  return { result: [recordsOf(call)(await call.run('client/update', change as OperationInput<'client/update'>))] }
}

async function deleteClient(call: WireCall): Promise<WireAnswer> {
  await call.run('client/delete', { id: requiredId<ClientId>(call) })
  return { result: true }
}

function recordsOf({ context }: WireCall): (client: Client) => WireRecord {
  const names = new WireNames(context.store.read((database) => database))
  return (client) => {
    const site = client.siteCode === undefined ? undefined : names.site(client.siteCode)
    const user = client.userId === undefined ? undefined : names.user(client.userId)
    return {
      id: client.id,
      code: client.name,
      name: client.name,
      type: clientTypes[client.kind],
      type_hr: client.kind === 'user-server' ? 'userserver' : client.kind,
      status: clientStatus(client),
      host_ident: client.keyHash,
      host_id: client.keyHash,
      last_checkin: client.lastSeenAtMs === undefined ? null : printWireDate(client.lastSeenAtMs),
      os: client.os ?? null,
      parent: null,
      roles: client.kind === 'server' ? ['storage', 'site'] : [],
      site: site?.id ?? null,
      site_hr: site?.readable ?? null,
      user: user?.id ?? null,
      user_hr: user?.readable ?? null,
      username: client.username ?? null,
      version: client.version ?? null,
      wan_ip: client.wanIp ?? null,
      ...recordedWire(names, client),
    }
  }
}
