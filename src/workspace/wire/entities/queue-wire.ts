import type { OperationInput, OperationOutput } from '../../../shared/contract/operations.ts'
import { readableEntity } from '../../../shared/domain/entity-text.ts'
import type { QueueId } from '../../../shared/domain/ids.ts'
import { queueById, requireQueue } from '../../queues/queue-rows.ts'
import { findFlags, findId, findQuery, found, foundOrNothing, requiredId } from '../find.ts'
import { WireNames } from '../wire-names.ts'
import type { WireAnswer, WireCall, WireRecord, WireRoute } from '../wire-route.ts'
import { recordedInput, recordedWire, switchedStatus, writtenInput } from './recorded-wire.ts'

type Queue = OperationOutput<'queue/get'>

/** The number of a queue among the kinds of jobs. */
const queueType = 2

export const queueRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'queue/find', answer: findQueues },
  { verb: 'POST', uri: 'queue/create', answer: createQueue },
  { verb: 'PUT', uri: 'queue/edit', answer: editQueue },
  { verb: 'DELETE', uri: 'queue/delete', answer: deleteQueue },
]

async function findQueues(call: WireCall): Promise<WireAnswer> {
  const flags = findFlags(call)
  const recordOf = recordsOf(call)
  const id = findId<QueueId>(call)
  if (id !== undefined) return found(await foundOrNothing(call.run('queue/get', { id })), flags, recordOf)
  if (flags.isInactive) return { result: [] }
  const query = findQuery(call.query, flags.parent)
  const { queues } = await call.run('queue/list', query === undefined ? {} : { query })
  return found(queues, flags, recordOf)
}

export const writableQueue = {
  ...recordedInput,
  code: 'code',
  priority: 'priority',
  status: 'status',
  default: 'isDefault',
  parent: 'parent',
}

async function createQueue(call: WireCall): Promise<WireAnswer> {
  const input = inputOf(call, { parent: call.id })
  return { result: [recordsOf(call)(await call.run('queue/create', input as OperationInput<'queue/create'>))] }
}

async function editQueue(call: WireCall): Promise<WireAnswer> {
  const input = { ...inputOf(call, {}), id: requiredId<QueueId>(call) }
  return { result: [recordsOf(call)(await call.run('queue/update', input as OperationInput<'queue/update'>))] }
}

/** A paused queue is one that is switched off, by either pair of words; it is named below another by id or code. */
function inputOf({ data, context }: WireCall, defaults: { readonly parent?: string | undefined }) {
  const { status: word, parent: named = defaults.parent, ...input } = writtenInput('queue', data, writableQueue)
  const status = switchedStatus(word, { waiting: 'waiting', paused: 'paused', enabled: 'waiting', disabled: 'paused' })
  const parentId =
    typeof named === 'string' ? context.store.read((database) => requireQueue(database, named)).id : undefined
  return { ...input, ...(status !== undefined && { status }), ...(parentId !== undefined && { parentId }) }
}

async function deleteQueue(call: WireCall): Promise<WireAnswer> {
  await call.run('queue/delete', { id: requiredId<QueueId>(call) })
  return { result: true }
}

function recordsOf({ context }: WireCall): (queue: Queue) => WireRecord {
  const database = context.store.read((each) => each)
  const names = new WireNames(database)
  return (queue) => {
    const parent = queue.parentId === undefined ? undefined : queueById(database, queue.parentId)
    return {
      id: queue.id,
      code: queue.code,
      name: queue.name,
      type: queueType,
      status: queue.status,
      priority: queue.priority,
      default: queue.isDefault,
      compute_default: false,
      parent: parent?.id ?? null,
      parent_hr: parent ? readableEntity({ type: 'queue', id: parent.id, code: parent.code }) : null,
      uri: queue.uri,
      ...recordedWire(names, queue),
    }
  }
}
