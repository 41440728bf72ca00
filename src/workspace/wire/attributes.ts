import {
  type EntityName,
  entityDefinition,
  entityNamed,
  entityNames,
} from '../../shared/domain/query/query-entities.ts'
import type { Caller } from '../access/caller.ts'
import { admit, isOperation } from '../api/operation-table.ts'
import { aclAttributes } from './entities/acl-wire.ts'
import { collectionAttributes } from './entities/collection-wire.ts'
import { deliveryAttributes } from './entities/delivery-attributes.ts'
import { peopleAttributes } from './entities/people-attributes.ts'
import { shareAttributes } from './entities/share-wire.ts'
import type { WireAttributes } from './wire-route.ts'

const transfer: WireAttributes = {
  read: [
    'code',
    'created',
    'creator',
    'creator_hr',
    'description',
    'destination',
    'destination_hr',
    'etr',
    'finished',
    'id',
    'metadata',
    'modified',
    'modifier',
    'modifier_hr',
    'name',
    'parent',
    'parent_hr',
    'priority',
    'progress',
    'queue',
    'queue_hr',
    'size',
    'source',
    'source_hr',
    'speed',
    'status',
    'type',
    'uri',
    'user',
    'user_hr',
  ],
  create: [
    'allow_duplicates',
    'append',
    'code',
    'description',
    'destination',
    'invite',
    'metadata',
    'mirror',
    'mirror_paths',
    'name',
    'parent',
    'priority',
    'queue',
    'recipients',
    'settings',
    'source',
    'status',
    'tasks',
  ],
  update: ['code', 'description', 'metadata', 'name', 'priority', 'queue', 'status'],
}

const task: WireAttributes = {
  read: [
    'created',
    'destination',
    'finished',
    'id',
    'job',
    'job_hr',
    'metadata',
    'priority',
    'size',
    'source',
    'status',
    'time',
    'uri',
  ],
  create: ['description', 'destination', 'metadata', 'priority', 'settings', 'source', 'status', 'uri'],
  update: ['metadata', 'priority', 'status'],
}

const own: Partial<Record<EntityName, WireAttributes>> = {
  Transfer: transfer,
  Job: transfer,
  Task: task,
  ...collectionAttributes,
  ...shareAttributes,
  ACL: aclAttributes,
  ...deliveryAttributes,
  ...peopleAttributes,
}

/** Entities as scripts name them. */
export const wireEntityTypes: readonly string[] = entityNames
  .filter((name) => name !== 'EntityTypes' && name !== 'Attributes')
  .map((name) => name.toLowerCase())

/** What the caller can do with an entity's attributes; undefined when there is no such entity. */
export function attributesFor(
  written: string,
  caller: Caller,
  purpose: keyof WireAttributes,
): readonly string[] | undefined {
  const name = entityNamed(written)
  if (name === undefined || !wireEntityTypes.includes(name.toLowerCase())) return undefined
  if (purpose !== 'read' && !mayWrite(written.toLowerCase(), purpose, caller)) return []
  return own[name]?.[purpose] ?? (purpose === 'read' ? queriedAttributes(name) : [])
}

/** What operations call an entity that has several names. */
const nouns: Readonly<Partial<Record<string, string>>> = {
  job: 'transfer',
  request: 'delivery',
  app: 'client',
  server: 'client',
  userserver: 'client',
  browser: 'client',
  file: 'collection',
  volume: 'share',
  folder: 'share',
  home: 'share',
}

function mayWrite(entity: string, purpose: 'create' | 'update', caller: Caller): boolean {
  const operation = `${nouns[entity] ?? entity}/${purpose}`
  if (!isOperation(operation)) return false
  try {
    admit(operation, caller)
    return true
  } catch {
    // Refused to this caller, which is all that is asked for.
    return false
  }
}

/** Attributes of attributes stand in queries alone. */
function queriedAttributes(name: EntityName): readonly string[] {
  return Object.keys(entityDefinition(name).attributes).filter((attribute) => !attribute.includes('.'))
}
