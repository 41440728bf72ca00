import type { OperationInput, OperationOutput } from '../../../shared/contract/operations.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import type { ClientId } from '../../../shared/domain/ids.ts'
import type { EntityName } from '../../../shared/domain/query/query-entities.ts'
import { clientById, clientsOfSite } from '../../store/people.ts'
import { defaultShare } from '../../store/places.ts'
import { findFlags, findId, findQuery, found, foundOrNothing, requiredId, requiredRecord } from '../find.ts'
import { WireNames } from '../wire-names.ts'
import type { WireAnswer, WireAttributes, WireCall, WireRecord, WireRoute } from '../wire-route.ts'
import { recordedInput, recordedWire, switchedStatus, writtenInput } from './recorded-wire.ts'
import { scopeOf } from './user-wire.ts'

type Share = OperationOutput<'share/get'>
type Noun = 'share' | 'volume' | 'folder' | 'home'

const editable = {
  ...recordedInput,
  email: 'emails',
  queue: 'queue',
  status: 'status',
  paths: 'paths',
  default: 'isDefault',
}
const creatable = {
  ...editable,
  code: 'code',
  type: 'kind',
  path: 'path',
  parent: 'parent',
  server: 'clientId',
  siteservers: 'siteServers',
}
/** It is called like its person. */
const creatableHome = { code: 'user', user: 'user', description: 'description', metadata: 'metadata' }

const attributes: WireAttributes = {
  read: [
    ...['code', 'created', 'creator', 'creator_hr', 'default', 'description', 'email', 'id', 'inactive', 'licensed'],
    ...['metadata', 'modified', 'modifier', 'modifier_hr', 'name', 'parent', 'parent_hr', 'path', 'paths', 'queue'],
    ...['queue_hr', 'site', 'site_hr', 'status', 'status_hr', 'type', 'user', 'user_hr'],
  ],
  create: Object.keys(creatable).sort(),
  update: Object.keys(editable).sort(),
}

export const shareAttributes: Partial<Record<EntityName, WireAttributes>> = {
  Share: attributes,
  Volume: attributes,
  Folder: attributes,
  Home: { ...attributes, create: Object.keys(creatableHome).sort() },
}

const nouns: readonly Noun[] = ['share', 'volume', 'folder', 'home']

export const shareRoutes: readonly WireRoute[] = [
  ...nouns.flatMap((noun): WireRoute[] => [
    { verb: 'GET', uri: `${noun}/find`, answer: (call) => findShares(call, noun) },
    { verb: 'POST', uri: `${noun}/create`, answer: (call) => createShare(call, noun) },
    { verb: 'PUT', uri: `${noun}/edit`, answer: editShare },
    { verb: 'DELETE', uri: `${noun}/delete`, answer: (call) => done(call, 'share/delete') },
    { verb: 'DELETE', uri: `${noun}/deactivate`, answer: (call) => done(call, 'share/deactivate') },
    { verb: 'POST', uri: `${noun}/activate`, answer: (call) => done(call, 'share/activate') },
    { verb: 'GET', uri: `${noun}/servers`, answer: findServers },
    { verb: 'PUT', uri: `${noun}/server`, answer: (call) => switchServer(call, 'share/assign') },
    { verb: 'DELETE', uri: `${noun}/server`, answer: (call) => switchServer(call, 'share/deassign') },
  ]),
]

async function findShares(call: WireCall, noun: Noun): Promise<WireAnswer> {
  const flags = findFlags(call)
  const id = findId(call)
  const query = findQuery(call.query, flags.parent)
  const shares =
    id === undefined
      ? (await call.run('share/list', { ...(query !== undefined && { query }), scope: scopeOf(flags, query) })).shares
      : await foundOrNothing(call.run('share/get', { id }))
  return found(
    shares.filter(({ kind }) => noun === 'share' || kind === noun),
    flags,
    recordsOf(call),
  )
}

async function createShare(call: WireCall, noun: Noun): Promise<WireAnswer> {
  if (noun === 'home') {
    const input = writtenInput('home', call.data, creatableHome) as OperationInput<'share/create-home'>
    return { result: [recordsOf(call)(await call.run('share/create-home', input))] }
  }
  const database = call.context.store.read((each) => each)
  const { siteServers = [], ...input } = sharedInput(call, creatable)
  const kind = noun === 'share' ? (input.kind ?? 'folder') : noun
  const share = await call.run('share/create', {
    ...input,
    kind,
    ...(kind === 'folder' && { parent: input.parent ?? call.id ?? defaultShare(database)?.id, path: input.path ?? '' }),
    ...(kind === 'volume' && { path: input.path ?? folderOf(call, input) }),
  } as OperationInput<'share/create'>)
  if (!Array.isArray(siteServers))
    throw new TernError('BAD_REQUEST', { jsonPath: '$.data.siteservers', problem: 'list' })
  for (const clientId of siteServers) await call.run('share/assign', { id: share.id, clientId: clientId as ClientId })
  return { result: [recordsOf(call)(share)] }
}

/** A volume's folder for the system of the server that gets it. */
function folderOf({ context }: WireCall, { clientId, paths }: Readonly<Record<string, unknown>>): unknown {
  const given = (paths ?? {}) as Readonly<Record<string, unknown>>
  const os = context.store.read((database) =>
    typeof clientId === 'string' ? clientById(database, clientId)?.os : undefined,
  )
  return given[os ?? 'linux'] ?? given.linux ?? given.mac ?? given.windows
}

async function editShare(call: WireCall): Promise<WireAnswer> {
  const input = { ...sharedInput(call, editable), id: requiredId(call) } as OperationInput<'share/update'>
  return { result: [recordsOf(call)(await call.run('share/update', input))] }
}

function sharedInput({ data }: WireCall, names: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const { status: word, emails, isDefault, ...input } = writtenInput('share', data, names)
  const status = switchedStatus(word, { enabled: 'enabled', disabled: 'disabled' })
  const list = typeof emails === 'string' ? emails.split(/[,;\s]+/).filter((each) => each !== '') : emails
  return {
    ...input,
    ...(status !== undefined && { status }),
    ...(list !== undefined && { emails: list }),
    ...(isDefault !== undefined && isDefault !== false && { isDefault }),
  }
}

/** By its id; what is activated may be named by its code, which stands in place of a query. */
async function done(call: WireCall, name: 'share/delete' | 'share/deactivate' | 'share/activate'): Promise<WireAnswer> {
  await call.run(name, { id: findId(call) ?? call.query ?? '' })
  return { result: true }
}

async function findServers(call: WireCall): Promise<WireAnswer> {
  const { servers } = await call.run('share/servers', { id: requiredId(call) })
  const { store, presence } = call.context
  const database = store.read((each) => each)
  const names = new WireNames(database)
  const records = servers.flatMap(({ siteCode, clientId, path }) =>
    clientsOfSite(database, siteCode)
      .filter(({ id }) => clientId === undefined || id === clientId)
      .map((client) => ({
        id: client.id,
        code: client.name,
        name: client.name,
        type: 1,
        status: presence.isOnline(client.id) ? 'online' : 'offline',
        site: names.site(siteCode).id,
        site_hr: names.site(siteCode).readable,
        path: path ?? null,
      })),
  )
  return { result: records }
}

async function switchServer(call: WireCall, name: 'share/assign' | 'share/deassign'): Promise<WireAnswer> {
  const { client, path } = requiredRecord(call)
  await call.run(name, {
    id: requiredId(call),
    clientId: client as ClientId,
    ...(name === 'share/assign' && typeof path === 'string' && { path }),
  })
  return { result: true }
}

function recordsOf({ context }: WireCall): (share: Share) => WireRecord {
  const names = new WireNames(context.store.read((database) => database))
  return (share) => {
    const parent = share.parentId === undefined ? undefined : names.share(share.parentId)
    const queue = share.queue === undefined ? undefined : names.queue(share.queue)
    const user = share.userId === undefined ? undefined : names.user(share.userId)
    const site = names.site(share.siteCode)
    return {
      id: share.id,
      code: share.code,
      name: share.name,
      type: share.kind,
      status: share.status,
      status_hr: share.status === 'enabled' ? 'Enabled' : 'Disabled',
      default: share.isDefault,
      email: share.emails,
      licensed: true,
      path: share.relativePath ?? share.path ?? '',
      paths: share.paths ?? {},
      parent: parent?.id ?? null,
      parent_hr: parent?.readable ?? null,
      queue: queue?.id ?? null,
      queue_hr: queue?.readable ?? null,
      site: site.id,
      site_hr: site.readable,
      user: user?.id ?? null,
      user_hr: user?.readable ?? null,
      inactive: !share.isActive,
      ...recordedWire(names, share),
    }
  }
}
