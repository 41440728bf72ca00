import type { Recorded } from '../../shared/contract/operations/record-fields.ts'
import type { OperationOutput } from '../../shared/contract/operations.ts'
import type { QueryReference, QueryValue } from '../../shared/domain/query/predicate.ts'
import { clientTypes } from '../people/client-types.ts'
import type { ReferenceNames } from './reference-names.ts'

type UserRecord = OperationOutput<'user/get'>
type SiteRecord = OperationOutput<'site/get'>
type QueueRecord = OperationOutput<'queue/get'>
type ClientRecord = OperationOutput<'client/get'>

/** As queries ask for them, under the reference's names of attributes. */
function recorded(names: ReferenceNames, record: Recorded) {
  const person = (id: string | undefined) => (id === undefined ? undefined : names.user(id))
  return {
    description: record.description,
    metadata: record.metadata === undefined ? undefined : JSON.stringify(record.metadata),
    created: record.createdAtMs,
    creator: person(record.createdBy),
    modified: record.modifiedAtMs,
    modifier: person(record.modifiedBy),
  }
}

export function userQueryRecord(names: ReferenceNames, user: UserRecord) {
  return {
    id: user.id,
    code: user.email,
    name: user.name,
    role: user.role,
    status: user.status,
    logged_in: user.lastSeenAtMs,
    queue: user.queue === undefined ? undefined : names.queue(user.queue),
    inactive: user.inactiveAtMs !== undefined,
    ...recorded(names, user),
  } satisfies Readonly<Record<string, QueryValue>>
}

export function siteQueryRecord(names: ReferenceNames, site: SiteRecord) {
  return {
    id: site.id,
    code: site.code,
    name: site.name,
    status: site.status,
    main: site.isMain,
    accsyn: false,
    ...recorded(names, site),
  } satisfies Readonly<Record<string, QueryValue>>
}

export function queueQueryRecord(names: ReferenceNames, queue: QueueRecord) {
  return {
    id: queue.id,
    code: queue.code,
    name: queue.name,
    type: 2,
    status: queue.status,
    priority: queue.priority,
    default: queue.isDefault,
    compute_default: false,
    parent: parentOf(queue.parentId),
    uri: queue.uri,
    ...recorded(names, queue),
  } satisfies Readonly<Record<string, QueryValue>>
}

export function clientQueryRecord(names: ReferenceNames, client: ClientRecord) {
  return {
    id: client.id,
    code: client.name,
    name: client.name,
    type: clientTypes[client.kind],
    type_hr: client.kind,
    status: clientStatus(client),
    host_ident: client.keyHash,
    host_id: client.keyHash,
    last_checkin: client.lastSeenAtMs,
    os: client.os,
    parent: undefined,
    roles: client.kind === 'server' ? ['storage', 'site'] : [],
    site: client.siteCode === undefined ? undefined : names.site(client.siteCode),
    site_hr: client.siteCode,
    user: client.userId === undefined ? undefined : names.user(client.userId),
    user_hr: client.userId === undefined ? undefined : names.user(client.userId).code,
    username: client.username,
    version: client.version,
    wan_ip: client.wanIp,
    ...recorded(names, client),
  } satisfies Readonly<Record<string, QueryValue>>
}

/** Switched off, whether it is connected or not; else whether it is connected. */
export function clientStatus({ isDisabled, online }: Pick<ClientRecord, 'isDisabled' | 'online'>) {
  if (isDisabled) return online ? 'disabled' : 'disabled-offline'
  return online ? 'online' : 'offline'
}

function parentOf(id: string | undefined): QueryReference | undefined {
  return id === undefined ? undefined : { type: 'queue', id }
}
