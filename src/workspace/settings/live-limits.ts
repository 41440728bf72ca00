import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { ServerFrame } from '../../shared/contract/stream.ts'
import type { ClientId } from '../../shared/domain/ids.ts'
import { type DispatchRow, runningDispatches } from '../store/dispatches.ts'
import { requireJob } from '../store/jobs.ts'
import type { Transaction } from '../store/store.ts'
import type { TaskRow } from '../store/tasks.ts'
import { InheritedSettings } from './inherited-settings.ts'
import { settingsAt } from './setting-store.ts'

/** What running transfers take over while they go; all else holds from their next run on. */
export function isLiveSetting(name: string): boolean {
  return name === 'transfer_speedlimit' || name === 'transfer_speedlimit_timetable'
}

/** Tells those who keep the limits of these runs, the senders, what holds by now. */
export function tellRuns({ database, effects }: Transaction, dispatches: readonly DispatchRow[]): void {
  for (const { clientId, frame } of runFrames(database, dispatches)) effects.send(clientId, frame)
}

/** What a client has to hear when it comes: limits may have changed while it was away. */
export function limitFrames(database: SqliteDatabase, clientId: ClientId): readonly ServerFrame[] {
  const runs = runningDispatches(database).filter(({ sender }) => sender === clientId)
  return [clientSettings(database, clientId), ...runFrames(database, runs).map(({ frame }) => frame)]
}

export function clientSettings(database: SqliteDatabase, clientId: ClientId): ServerFrame {
  return { type: 'client.settings', settings: settingsAt(database, 'client', clientId) }
}

function runFrames(database: SqliteDatabase, dispatches: readonly DispatchRow[]) {
  const inherited = new InheritedSettings(database)
  return dispatches.flatMap(({ id, epoch, job_id: jobId, sender }) => {
    const task = database.get<TaskRow>(
      'SELECT * FROM tasks WHERE dispatch_id = ? ORDER BY priority DESC, seq LIMIT 1',
      [id],
    )
    if (task === undefined) return []
    const settings = inherited.forClients(requireJob(database, jobId), task)
    const frame: ServerFrame = { type: 'dispatch.settings', dispatchId: id, epoch, settings }
    return [{ clientId: sender, frame }]
  })
}
