import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ClientId } from '../../shared/domain/ids.ts'
import { canonicalValue } from '../../shared/domain/settings/canonical-value.ts'
import { resolveSettings, type SettingsByLevel } from '../../shared/domain/settings/merge-settings.ts'
import { settingProblem } from '../../shared/domain/settings/setting-problem.ts'
import { isSettingName, type Settings, settingDefinition } from '../../shared/domain/settings/settings.ts'
import { type Handlers, type OperationContext, viewScopeOf } from '../api/context.ts'
import { requireQueue } from '../queues/queue-rows.ts'
import { runningDispatches } from '../store/dispatches.ts'
import { allUsers, clientById } from '../store/people.ts'
import { type ShareRow, shareByCode, shareById } from '../store/places.ts'
import { audit } from '../store/records.ts'
import { InheritedSettings } from './inherited-settings.ts'
import { clientSettings, isLiveSetting, tellRuns } from './live-limits.ts'
import { type SettingEntity, settingsAt, writeSetting } from './setting-store.ts'

interface Entity {
  readonly entity: SettingEntity
  /** Empty for the workspace. */
  readonly id: string
  readonly share?: ShareRow
}

/** Far more than there are names; bounds what somebody can store under made-up queues. */
const maxStoredSettings = 10_000

export const settingOperations: Handlers<'setting/list' | 'setting/set'> = {
  'setting/list': (context, input) => {
    const { database } = viewScopeOf(context)
    return answer(context, entityOf(database, input.entity, input.id))
  },

  'setting/set': async (context, input) => {
    const { name, value } = input
    const entity = await context.store.write((transaction) => {
      const { database, effects } = transaction
      const found = entityOf(database, input.entity, input.id)
      const given = value === null ? undefined : `${value}`
      const problem = problemOf(settingsAt(database, found.entity, found.id), name, given, found.entity)
      if (problem) throw new TernError(problem.code, { ...problem.params, jsonPath: name })
      const text = given === undefined ? undefined : canonicalValue(name, given)
      if (text !== undefined) checkRoom(database)
      writeSetting(database, found.entity, found.id, name, text)
      audit(transaction, {
        userId: context.caller.user.id,
        clientId: context.caller.client?.id,
        action: 'setting/set',
        subject: found.id === '' ? found.entity : `${found.entity} ${found.id}`,
        params: { name, ...(text !== undefined && { value: text.slice(0, 1000) }) },
      })
      // What was waiting for it may go, and everybody sees why something waits now.
      if (name === 'upload_enable' || name === 'download_enable') {
        for (const { id } of readyJobs(database)) effects.changed('job', id)
      }
      if (found.entity === 'client')
        transaction.effects.send(found.id as ClientId, clientSettings(database, found.id as ClientId))
      else if (isLiveSetting(name)) tellRuns(transaction, runningDispatches(database))
      // Employees see other shares now.
      if (name === 'share_employee_access') {
        for (const user of allUsers(database)) if (user.role === 'employee') effects.resetUsers.add(user.id)
      }
      effects.schedule()
      return found
    })
    return answer(context, entity)
  },
}

function answer(context: OperationContext, { entity, id, share }: Entity) {
  const { database } = viewScopeOf(context)
  const own = settingsAt(database, entity, id)
  // A machine inherits nothing: what it is told holds over all of its transfers, beside what each of them says.
  if (entity === 'client') return { own, settings: {} }
  const levels: SettingsByLevel = share
    ? new InheritedSettings(database).levelsOfShare(share)
    : { workspace: settingsAt(database, 'workspace'), ...(entity === 'queue' && { queue: own }) }
  return { own, settings: resolveSettings(levels) }
}

/** What is kept can always be taken back; a slip of the pen would take back nothing, and not say so. */
function problemOf(own: Settings, name: string, given: string | undefined, scope: SettingEntity) {
  if (given === undefined && Object.hasOwn(own, name)) return undefined
  return settingProblem(name, given ?? (isSettingName(name) ? settingDefinition(name).default : ''), scope)
}

function readyJobs(database: SqliteDatabase): { readonly id: string }[] {
  return database.all<{ id: string }>(
    'SELECT DISTINCT job_id AS id FROM job_parts INDEXED BY job_parts_ready WHERE is_ready = 1 AND is_barred = 0 LIMIT 1000',
  )
}

function checkRoom(database: SqliteDatabase): void {
  const count = database.get<{ count: number }>('SELECT count(*) AS count FROM settings')?.count ?? 0
  if (count < maxStoredSettings) return
  throw new TernError('LIMIT_EXCEEDED', { what: 'settings', limit: maxStoredSettings })
}

function entityOf(database: SqliteDatabase, entity: SettingEntity, id: string | undefined): Entity {
  if (entity === 'workspace') return { entity, id: '' }
  if (id === undefined) throw new TernError('BAD_REQUEST', { jsonPath: '$.id', problem: 'missing' })
  if (entity === 'queue') return { entity, id: requireQueue(database, id).code }
  if (entity === 'client') {
    if (clientById(database, id) === undefined) throw new TernError('NOT_FOUND', { entity: 'client', id })
    return { entity, id }
  }
  const share = shareById(database, id) ?? shareByCode(database, id)
  if (share === undefined) throw new TernError('NOT_FOUND', { entity: 'share', id })
  return { entity, id: share.id, share }
}
