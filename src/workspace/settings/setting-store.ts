import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { Settings } from '../../shared/domain/settings/settings.ts'

/** What carries settings of its own beside jobs and tasks: all of the workspace, one share, one queue, one machine. */
export type SettingEntity = 'workspace' | 'share' | 'queue' | 'client'

/** What was written there, and nothing of what is inherited. `id`: of the share or the client, or the queue's name. */
export function settingsAt(database: SqliteDatabase, entity: SettingEntity, id = ''): Settings {
  const rows = database.all<{ name: string; value: string }>(
    'SELECT name, value FROM settings WHERE entity = ? AND entity_id = ? ORDER BY name',
    [entity, id],
  )
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

/** `undefined` takes it back, and what is inherited holds again. */
export function writeSetting(
  database: SqliteDatabase,
  entity: SettingEntity,
  id: string,
  name: string,
  value: string | undefined,
): void {
  if (value === undefined) {
    database.run('DELETE FROM settings WHERE entity = ? AND entity_id = ? AND name = ?', [entity, id, name])
    return
  }
  database.run(
    `INSERT INTO settings (entity, entity_id, name, value) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value`,
    [entity, id, name, value],
  )
}
