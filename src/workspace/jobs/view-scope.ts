import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Workspace } from '../../shared/domain/entities.ts'
import type { UserRow } from '../store/people.ts'
import { workspaceOf } from '../store/places.ts'
import type { Presence } from '../stream/presence.ts'

/** One look at the data by one viewer; it lives as long as one answer is worked out. */
export interface ViewScope {
  readonly database: SqliteDatabase
  readonly presence: Presence
  readonly viewer: Pick<UserRow, 'id' | 'role' | 'status'>
}

const knownOf = new WeakMap<ViewScope, Map<string, unknown>>()

/** What many rows of one answer ask for is read once: the same machine, the same person, the same folder. */
export function once<Value>(scope: ViewScope, key: string, read: () => Value): Value {
  let known = knownOf.get(scope)
  if (known === undefined) {
    known = new Map()
    knownOf.set(scope, known)
  }
  if (known.has(key)) return known.get(key) as Value
  const value = read()
  known.set(key, value)
  return value
}

export function workspaceSeen(scope: ViewScope): Workspace {
  return once(scope, 'workspace', () => workspaceOf(scope.database))
}
