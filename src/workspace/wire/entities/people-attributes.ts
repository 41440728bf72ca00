import type { EntityName } from '../../../shared/domain/query/query-entities.ts'
import { clientDetails } from '../../queries/people-query.ts'
import type { WireAttributes } from '../wire-route.ts'
import { editableClient } from './client-wire.ts'
import { writableQueue } from './queue-wire.ts'
import { recordedInput } from './recorded-wire.ts'
import { creatableSite, editableSite } from './site-wire.ts'
import { creatableUser, editableUser } from './user-wire.ts'

const recorded = ['id', 'code', 'name', 'description', 'metadata', 'created', 'modified']
const people = ['creator', 'creator_hr', 'modifier', 'modifier_hr']

function attributes(read: readonly string[], create: object, update: object): WireAttributes {
  const names = (input: object) => Object.keys(input).sort()
  return { read: [...recorded, ...people, ...read].sort(), create: names(create), update: names(update) }
}

const client = attributes(clientDetails, {}, editableClient)

/** What scripts can read, give and change of people, places and machines. */
export const peopleAttributes: Partial<Record<EntityName, WireAttributes>> = {
  User: attributes(['role', 'status', 'logged_in', 'queue', 'queue_hr', 'inactive'], creatableUser, editableUser),
  Site: attributes(['status', 'main', 'accsyn', 'read', 'write'], creatableSite, editableSite),
  Queue: attributes(
    ['type', 'status', 'priority', 'default', 'compute_default', 'parent', 'parent_hr', 'uri'],
    writableQueue,
    writableQueue,
  ),
  Client: client,
  App: client,
  Server: client,
  UserServer: client,
  Browser: client,
  Workspace: attributes(['status', 'type'], {}, recordedInput),
}
