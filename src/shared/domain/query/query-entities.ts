import { jobStatuses } from '../status/job-status.ts'
import { taskStatuses } from '../status/task-status.ts'

export type AttributeType =
  | { readonly kind: 'text' | 'number' | 'date' | 'boolean' | 'list' }
  /** One of a few words. */
  | { readonly kind: 'word'; readonly choices: readonly string[] }
  /** Another entity; found by its id or its code, with or without its type before it (`user:<id>`). */
  | { readonly kind: 'reference' }

export type AttributeKind = AttributeType['kind']

export interface EntityDefinition {
  /** What holds its records: `Transfer` and `Job` are the same ones, `App` is a client of one type. */
  readonly base: string
  /** What tells its records from the others of the base. */
  readonly view?: { readonly attribute: string; readonly value: string | number }
  readonly attributes: Readonly<Record<string, AttributeType>>
}

const text: AttributeType = { kind: 'text' }
const number: AttributeType = { kind: 'number' }
const date: AttributeType = { kind: 'date' }
const boolean: AttributeType = { kind: 'boolean' }
const list: AttributeType = { kind: 'list' }
const reference: AttributeType = { kind: 'reference' }
const word = (...choices: readonly string[]): AttributeType => ({ kind: 'word', choices })

/** On nearly every entity. */
const common = {
  id: text,
  code: text,
  name: text,
  description: text,
  created: date,
  creator: reference,
  modified: date,
  modifier: reference,
  metadata: text,
}

const job = {
  ...common,
  type: number,
  status: word(...jobStatuses),
  finished: date,
  user: reference,
  user_hr: text,
  source: reference,
  source_hr: text,
  destination: reference,
  destination_hr: text,
  parent: reference,
  parent_hr: text,
  queue: reference,
  uri: text,
  priority: number,
  progress: number,
  size: number,
  speed: number,
  etr: text,
}

const taskEnd = (side: 'source' | 'destination') =>
  ({
    [`${side}.client`]: reference,
    [`${side}.path`]: text,
    [`${side}.path_abs_final`]: text,
    [`${side}.v`]: reference,
    [`${side}.volume`]: reference,
    [`${side}.s`]: reference,
    [`${side}.share`]: reference,
    [`${side}.user`]: reference,
    [`${side}.site`]: reference,
  }) as Readonly<Record<string, AttributeType>>

const task = {
  id: text,
  uri: text,
  job: reference,
  job_hr: text,
  status: word(...taskStatuses),
  created: date,
  finished: date,
  priority: number,
  size: number,
  time: number,
  metadata: text,
  source: reference,
  destination: reference,
  ...taskEnd('source'),
  ...taskEnd('destination'),
}

const share = {
  ...common,
  type: word('volume', 'folder', 'home', 'collection'),
  status: word('enabled', 'disabled', 'offline', 'disabled-offline'),
  status_hr: text,
  default: boolean,
  email: list,
  licensed: boolean,
  path: text,
  parent: reference,
  parent_hr: text,
  queue: reference,
  site: reference,
  user: reference,
  inactive: boolean,
}

const client = {
  ...common,
  type: number,
  type_hr: text,
  status: word('init', 'online', 'offline', 'disabled', 'disabled-offline'),
  host_ident: text,
  host_id: text,
  last_checkin: date,
  os: word('windows', 'linux', 'mac', 'raspbian', 'solaris'),
  parent: reference,
  roles: list,
  site: reference,
  site_hr: text,
  user: reference,
  user_hr: text,
  username: text,
  version: text,
  wan_ip: text,
}

const delivery = {
  ...job,
  status: word('init', 'pending', 'waiting', 'paused', 'done', 'aborted'),
  public: boolean,
  expires: date,
}

function viewOf(base: string, attribute: string, value: string | number, attributes: EntityDefinition['attributes']) {
  return { base, view: { attribute, value }, attributes }
}

/**
 * What queries can ask for, by the names and attributes that the transfers document and its siblings list. Numbers of
 * job and client types are the reference's.
 */
export const queryEntities = {
  Transfer: { base: 'Job', attributes: job },
  Job: { base: 'Job', attributes: job },
  Task: { base: 'Task', attributes: task },
  Queue: {
    base: 'Queue',
    attributes: {
      ...common,
      type: number,
      status: word('waiting', 'paused'),
      priority: number,
      default: boolean,
      compute_default: boolean,
      parent: reference,
      uri: text,
    },
  },
  Delivery: { base: 'Delivery', attributes: delivery },
  Request: { base: 'Request', attributes: delivery },
  User: {
    base: 'User',
    attributes: {
      ...common,
      role: word('admin', 'employee', 'standard', 'support', 'none'),
      status: word('enabled', 'invited', 'disabled'),
      logged_in: date,
      queue: reference,
      inactive: boolean,
    },
  },
  Site: {
    base: 'Site',
    attributes: { ...common, status: word('enabled', 'disabled'), main: boolean, accsyn: boolean },
  },
  Client: { base: 'Client', attributes: client },
  App: viewOf('Client', 'type', 0, client),
  Server: viewOf('Client', 'type', 1, client),
  UserServer: viewOf('Client', 'type', 2, client),
  Browser: viewOf('Client', 'type', 3, client),
  Share: { base: 'Share', attributes: share },
  Volume: viewOf('Share', 'type', 'volume', share),
  Folder: viewOf('Share', 'type', 'folder', share),
  Home: viewOf('Share', 'type', 'home', share),
  Collection: viewOf('Share', 'type', 'collection', share),
  File: {
    base: 'File',
    attributes: {
      id: text,
      name: text,
      path: text,
      filename: text,
      size: number,
      type: number,
      created: date,
      modified: date,
    },
  },
  ACL: {
    base: 'ACL',
    attributes: {
      id: text,
      entity: reference,
      target: reference,
      path: text,
      read: boolean,
      write: boolean,
      acknowledged: boolean,
      status: text,
      role: text,
      token: text,
      description: text,
      created: date,
      creator: reference,
    },
  },
  Workspace: {
    base: 'Workspace',
    attributes: { ...common, status: text, type: word('cloud', 'byos', 'enterprise', 'api') },
  },
  EntityTypes: { base: 'EntityTypes', attributes: {} },
  Attributes: { base: 'Attributes', attributes: { entitytype: text } },
} as const satisfies Readonly<Record<string, EntityDefinition>>

export type EntityName = keyof typeof queryEntities

export const entityNames = Object.keys(queryEntities) as readonly EntityName[]

const byLowerCase: ReadonlyMap<string, EntityName> = new Map(entityNames.map((name) => [name.toLowerCase(), name]))

/** By its name, in whatever case. */
export function entityNamed(written: string): EntityName | undefined {
  return byLowerCase.get(written.toLowerCase())
}

export function entityDefinition(name: EntityName): EntityDefinition {
  return queryEntities[name]
}

/**
 * The type of an attribute. Every reference also has the two attributes that it is found by, apart (`job.id`,
 * `user.code`).
 */
export function attributeType(entity: EntityName, attribute: string): AttributeType | undefined {
  const { attributes } = entityDefinition(entity)
  if (Object.hasOwn(attributes, attribute)) return attributes[attribute]
  const part = referencePart(attribute)
  return part !== undefined &&
    Object.hasOwn(attributes, part.reference) &&
    attributes[part.reference]?.kind === 'reference'
    ? text
    : undefined
}

/** `user.id` is the id of `user`. */
export function referencePart(attribute: string): { reference: string; part: 'id' | 'code' } | undefined {
  const match = /^(.+)\.(id|code)$/.exec(attribute)
  return match === null ? undefined : { reference: match[1] ?? '', part: match[2] as 'id' | 'code' }
}
