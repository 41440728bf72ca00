import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { UserId } from '../../shared/domain/ids.ts'
import { type Handlers, viewScopeOf } from '../api/context.ts'
import { metaValue, setMetaValue, workspaceOf } from '../store/places.ts'
import { type RecordedColumns, recordedChanges, recordedFields } from '../store/recorded.ts'
import { audit } from '../store/records.ts'

export const workspaceOperations: Handlers<'workspace/get' | 'workspace/update'> = {
  'workspace/get': (context) => viewWorkspace(viewScopeOf(context).database),

  'workspace/update': async (context, input) => {
    await context.store.write((transaction) => {
      const { database, effects, nowMs } = transaction
      const changes = recordedChanges(input, context.caller.user.id, nowMs)
      const record = { ...recordOf(database), ...changes }
      setMetaValue(database, 'workspaceRecord', JSON.stringify(record))
      if (input.name !== undefined) setMetaValue(database, 'workspaceName', input.name)
      const { name } = input
      audit(transaction, {
        by: context.caller,
        action: 'workspace/update',
        ...(name !== undefined && { params: { name } }),
      })
      // Its name is part of what everybody holds of it.
      if (name !== undefined) for (const { id } of signedIn(database)) effects.resetUsers.add(id)
    })
    return viewWorkspace(viewScopeOf(context).database)
  },
}

function viewWorkspace(database: SqliteDatabase) {
  return { ...workspaceOf(database), ...recordedFields(recordOf(database)) }
}

function recordOf(database: SqliteDatabase): RecordedColumns {
  const first = database.get<{ created_at: number; created_by: UserId | null }>(
    "SELECT sites.created_at, (SELECT user_id FROM audit WHERE number = 1) AS created_by FROM sites WHERE code = 'hq'",
  )
  const known = metaValue(database, 'workspaceRecord')
  return {
    description: '',
    metadata: null,
    created_at: first?.created_at ?? 0,
    created_by: first?.created_by ?? null,
    modified_at: null,
    modified_by: null,
    ...(known !== undefined && (JSON.parse(known) as Partial<RecordedColumns>)),
  }
}

function signedIn(database: SqliteDatabase): { readonly id: UserId }[] {
  return database.all<{ id: UserId }>('SELECT DISTINCT user_id AS id FROM sessions')
}
