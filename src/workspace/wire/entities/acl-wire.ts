import type { OperationInput, OperationOutput } from '../../../shared/contract/operations.ts'
import { printWireDate } from '../../../shared/domain/units/wire-date.ts'
import { userById } from '../../store/people.ts'
import { isRecord } from '../envelope.ts'
import { findFlags, findQuery, flag, found, requiredId } from '../find.ts'
import { WireNames } from '../wire-names.ts'
import type { WireAnswer, WireAttributes, WireCall, WireRecord, WireRoute } from '../wire-route.ts'
import { writtenInput } from './recorded-wire.ts'

type Acl = OperationOutput<'acl/list'>['acls'][number]

/** Whether its person is told of it is theirs to say, and which grants there are the app shows by itself. */
const creatable = {
  entity: 'user',
  target: 'share',
  path: 'path',
  read: 'mayRead',
  write: 'mayWrite',
  message: 'message',
  invite: 'invite',
  notify: 'notify',
}

export const aclAttributes: WireAttributes = {
  read: [
    ...['acknowledged', 'created', 'creator', 'creator_hr', 'description', 'entity', 'entity_hr', 'id', 'path', 'read'],
    ...['role', 'status', 'target', 'target_hr', 'token', 'write'],
  ],
  create: Object.keys(creatable),
  update: [],
}

export const aclRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'acl/find', answer: findAcls },
  { verb: 'POST', uri: 'acl/create', answer: createAcl },
  { verb: 'DELETE', uri: 'acl/delete', answer: deleteAcl },
]

async function findAcls(call: WireCall): Promise<WireAnswer> {
  const flags = findFlags(call)
  const query = findQuery(call.query)
  const isRecursive = flag(isRecord(call.data) ? call.data : {}, 'recursive')
  // Scripts ask this way for the grants at a share; those at the folders in it are of other shares.
  const share = /^target\s*=\s*["']?share:([0-9a-f]{24})["']?$/.exec(query ?? '')?.[1]
  const input =
    isRecursive && share !== undefined ? { share, includesFolders: true } : { ...(query !== undefined && { query }) }
  const { acls } = await call.run('acl/list', input)
  return found(acls, flags, recordsOf(call))
}

async function createAcl(call: WireCall): Promise<WireAnswer> {
  const { notify: _, user, share, ...input } = writtenInput('acl', call.data, creatable)
  const bare = (value: unknown) => (typeof value === 'string' ? value.replace(/^[a-z]+:/, '') : value)
  // Scripts say only when nobody is to be invited.
  const written = { mayRead: false, mayWrite: false, invite: true, ...input, user: bare(user), share: bare(share) }
  const { acl } = await call.run('acl/create', written as OperationInput<'acl/create'>)
  return { result: [recordsOf(call)(acl)] }
}

async function deleteAcl(call: WireCall): Promise<WireAnswer> {
  await call.run('acl/delete', { id: requiredId(call) })
  return { result: true }
}

function recordsOf({ context }: WireCall): (acl: Acl) => WireRecord {
  const database = context.store.read((each) => each)
  const names = new WireNames(database)
  return (acl) => {
    const [user, share] = [names.user(acl.userId), names.share(acl.shareId)]
    const creator = acl.createdBy === undefined ? undefined : names.user(acl.createdBy)
    return {
      id: acl.id,
      entity: user.reference,
      entity_hr: user.readable,
      target: share.reference,
      target_hr: share.readable,
      path: acl.path === '' ? '/' : acl.path,
      read: acl.mayRead,
      write: acl.mayWrite,
      acknowledged: acl.isAcknowledged,
      status: 'enabled',
      role: userById(database, acl.userId)?.role ?? null,
      token: null,
      description: acl.description,
      created: printWireDate(acl.createdAtMs),
      creator: creator?.id ?? null,
      creator_hr: creator?.readable ?? null,
    }
  }
}
