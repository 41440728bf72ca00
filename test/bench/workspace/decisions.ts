import { join } from 'node:path'
import { defaultSchedulerOptions } from '../../../src/workspace/scheduler/scheduler.ts'
import { startDispatches } from '../../../src/workspace/scheduler/start-dispatches.ts'
import { databaseFile } from '../../../src/workspace/store/data-folder.ts'
import { Effects } from '../../../src/workspace/store/effects.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'
import { Presence } from '../../../src/workspace/stream/presence.ts'

const runs = 200
const takeBack = new Error('taken back')

/**
 * Milliseconds of each decision with every machine online, its ends all busy but for one, whose run has just ended: the
 * next one is found, its access checked, its order written. Everything is taken back, so that each decides the same.
 */
export function timeDecisions(folder: string): number[] {
  using database = openDatabase(join(folder, databaseFile))
  const presence = new Presence()
  for (const { id } of database.all<{ id: string }>('SELECT id FROM clients')) presence.setOnline(id, true)
  const look = () =>
    startDispatches({ database, effects: new Effects(), nowMs: Date.now() }, presence, defaultSchedulerOptions)
  const takenBack = (work: () => void) => {
    try {
      database.transaction(() => {
        work()
        throw takeBack
      })
    } catch (error) {
      if (error !== takeBack) throw error
    }
  }
  const times: number[] = []
  takenBack(() => {
    look()
    database.exec('SAVEPOINT busy')
    const running = database.get<{ id: string; job_id: string }>(
      'SELECT id, job_id FROM dispatches WHERE is_running = 1',
    )
    if (running === undefined) throw new Error('nothing was started')
    const started = () =>
      database.get<{ count: number }>('SELECT count(*) AS count FROM dispatches WHERE is_running = 1')?.count
    const all = started()
    for (let index = 0; index < runs; index += 1) {
      database.run('UPDATE dispatches SET is_running = 0 WHERE id = ?', [running.id])
      database.run('UPDATE job_parts SET dispatch_id = NULL WHERE dispatch_id = ?', [running.id])
      const startedMs = performance.now()
      look()
      times.push(performance.now() - startedMs)
      if (started() !== all) throw new Error('a decision started nothing')
      database.exec('ROLLBACK TO busy')
    }
  })
  return times
}
