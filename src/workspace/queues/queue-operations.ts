import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { QueueId } from '../../shared/domain/ids.ts'
import { freeCode } from '../access/entity-codes.ts'
import { type Handlers, type OperationContext, viewScopeOf } from '../api/context.ts'
import { tellJobsIn } from '../jobs/tell-jobs.ts'
import { queried } from '../queries/people-query.ts'
import { queueQueryRecord } from '../queries/place-records.ts'
import { ReferenceNames } from '../queries/reference-names.ts'
import { recordedChanges, recordedFields, updateRow } from '../store/recorded.ts'
import { audit } from '../store/records.ts'
import {
  allQueues,
  defaultQueue,
  insertQueue,
  type QueueRow,
  queueChain,
  queueUri,
  requireQueue,
} from './queue-rows.ts'

type Names = 'queue/list' | 'queue/get' | 'queue/create' | 'queue/update' | 'queue/delete'

export const queueOperations: Handlers<Names> = {
  'queue/list': (context, { query }) => {
    const { database } = viewScopeOf(context)
    const names = new ReferenceNames(database)
    const queues = allQueues(database).map((row) => viewQueue(database, row))
    return { queues: queried(queues, 'Queue', query, (queue) => queueQueryRecord(names, queue)) }
  },

  'queue/get': (context, { id }) => readQueue(context, id),

  'queue/create': async (context, input) => {
    const made = await context.store.write((transaction) => {
      const { database, nowMs } = transaction
      const userId = context.caller.user.id
      const code = freeCode(database, 'queue', input)
      if (input.parentId !== undefined) requireQueue(database, input.parentId)
      const row = insertQueue(database, {
        code,
        name: input.name ?? code,
        priority: input.priority,
        status: input.status,
        is_default: 0,
        parent_id: input.parentId ?? null,
        description: input.description ?? '',
        metadata: input.metadata ? JSON.stringify(input.metadata) : null,
        created_at: nowMs,
        created_by: userId,
        modified_at: null,
        modified_by: null,
      })
      if (input.isDefault) makeDefault(database, row.id)
      audit(transaction, { by: context.caller, action: 'queue/create', subject: row.id, params: { code } })
      return row.id
    })
    return readQueue(context, made)
  },

  'queue/update': async (context, input) => {
    await context.store.write((transaction) => {
      const { database, effects, nowMs } = transaction
      const row = requireQueue(database, input.id)
      const code = input.code === undefined ? row.code : freeCode(database, 'queue', { code: input.code }, row.code)
      if (input.parentId) checkParent(database, row, input.parentId)
      updateRow(database, 'queues', row.id, {
        code,
        ...(input.name !== undefined && { name: input.name }),
        ...(input.priority !== undefined && { priority: input.priority }),
        ...(input.status !== undefined && { status: input.status }),
        ...(input.parentId !== undefined && { parent_id: input.parentId }),
        ...recordedChanges(input, context.caller.user.id, nowMs),
      })
      if (code !== row.code) renameIn(database, row.code, code)
      if (input.isDefault) makeDefault(database, row.id)
      tellJobsIn(transaction, code)
      effects.schedule()
      audit(transaction, { by: context.caller, action: 'queue/update', subject: row.id, params: changesOf(input) })
    })
    return readQueue(context, input.id)
  },

  'queue/delete': async (context, { id }) => {
    await context.store.write((transaction) => {
      const { database, effects } = transaction
      const row = requireQueue(database, id)
      if (row.is_default === 1) throw new TernError('CONFLICT', { problem: 'default-queue' })
      const heir = defaultQueue(database)
      tellJobsIn(transaction, row.code)
      renameIn(database, row.code, heir.code)
      database.run('UPDATE queues SET parent_id = ? WHERE parent_id = ?', [row.parent_id, row.id])
      database.run('DELETE FROM queues WHERE id = ?', [row.id])
      effects.schedule()
      audit(transaction, { by: context.caller, action: 'queue/delete', subject: row.id, params: { code: row.code } })
    })
    return {}
  },
}

function readQueue(context: OperationContext, id: string) {
  const { database } = viewScopeOf(context)
  return viewQueue(database, requireQueue(database, id))
}

export function viewQueue(database: SqliteDatabase, row: QueueRow) {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    priority: row.priority,
    status: row.status,
    isDefault: row.is_default === 1,
    ...(row.parent_id !== null && { parentId: row.parent_id }),
    uri: queueUri(database, row),
    ...recordedFields(row),
  }
}

function makeDefault(database: SqliteDatabase, id: QueueId): void {
  database.run('UPDATE queues SET is_default = 0 WHERE is_default = 1')
  database.run('UPDATE queues SET is_default = 1 WHERE id = ?', [id])
}

/** A queue below itself would be nowhere. */
function checkParent(database: SqliteDatabase, row: QueueRow, parentId: QueueId): void {
  const parent = requireQueue(database, parentId)
  if (queueChain(database, parent).some((each) => each.id === row.id)) {
    throw new TernError('CONFLICT', { problem: 'queue-below-itself' })
  }
}

/** Whatever names a queue by its code goes with it; settings of a queue that is there already stay as they are. */
function renameIn(database: SqliteDatabase, from: string, to: string): void {
  database.run('UPDATE jobs SET queue = ? WHERE queue = ?', [to, from])
  database.run('UPDATE users SET queue = ? WHERE queue = ?', [to, from])
  database.run('UPDATE shares SET queue = ? WHERE queue = ?', [to, from])
  database.run('UPDATE deliveries SET queue = ? WHERE queue = ?', [to, from])
  const isRename = database.get('SELECT 1 FROM queues WHERE code = ? COLLATE BINARY', [from]) === undefined
  if (isRename) {
    database.run("UPDATE settings SET entity_id = ? WHERE entity = 'queue' AND entity_id = ?", [to, from])
  } else database.run("DELETE FROM settings WHERE entity = 'queue' AND entity_id = ?", [from])
}

function changesOf(input: {
  readonly code?: string | undefined
  readonly status?: string | undefined
  readonly priority?: number | undefined
}) {
  return {
    ...(input.code !== undefined && { code: input.code }),
    ...(input.status !== undefined && { status: input.status }),
    ...(input.priority !== undefined && { priority: input.priority }),
  }
}
