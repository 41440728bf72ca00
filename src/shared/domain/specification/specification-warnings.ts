import type { ErrorParams } from '../errors.ts'
import { isSettingName, type Settings, settingTable } from '../settings/settings.ts'
import type { taskAttributes } from './specification-attributes.ts'
import { at, type JsonObject } from './specification-values.ts'

/** What is understood and accepted, and yet not what its writer may think. `shared/words` has the sentences. */
export type SpecificationWarningAdvice =
  /** A setting that nothing in Tern acts on yet. */
  | 'setting-without-effect'
  /** `transfer_encryption=none`: Tern encrypts anyway. */
  | 'always-encrypted'
  /** An attribute of a task or job that is accepted and not kept. */
  | 'attribute-without-effect'
  /** Tasks that name the same source and destination as one before them. */
  | 'duplicates-left-out'
  /** `invite` with nobody to invite. */
  | 'invite-without-recipients'

export interface SpecificationWarning {
  readonly path: string
  readonly advice: SpecificationWarningAdvice
  readonly params: ErrorParams
}

interface GivenSpecification {
  readonly job: JsonObject
  readonly tasksPath: string
}

interface CheckedSpecification {
  readonly tasks: readonly { readonly settings: Settings }[]
  readonly recipients: readonly string[]
  readonly settings: Settings
  readonly invite: boolean
}

/** Each thing once, at its first place: a hundred thousand tasks with the same setting are one warning. */
export function warningsOf(
  { job, tasksPath }: GivenSpecification,
  specification: CheckedSpecification,
): SpecificationWarning[] {
  const warnings = new Map<string, SpecificationWarning>()
  const warn = (path: string, advice: SpecificationWarningAdvice, what: string) => {
    const key = `${advice} ${what}`
    if (!warnings.has(key)) warnings.set(key, { path, advice, params: { jsonPath: path, what } })
  }
  warnOfSettings(job.settings, '$.settings', warn)
  if (specification.invite && specification.recipients.length === 0) {
    warn('$.invite', 'invite-without-recipients', 'invite')
  }
  const given = eachTask(job, tasksPath)
  let count = 0
  for (const [path, task] of given) {
    count++
    if (typeof task !== 'object' || task === null) continue
    const { settings, description, mirror, mirror_paths } = task as Readonly<
      Record<keyof typeof taskAttributes, unknown>
    >
    if (settings) warnOfSettings(settings, `${path}.settings`, warn)
    if (description) warn(`${path}.description`, 'attribute-without-effect', 'description')
    if (mirror_paths ?? mirror) {
      const key = mirror_paths === undefined ? 'mirror' : 'mirror_paths'
      warn(`${path}.${key}`, 'attribute-without-effect', key)
    }
  }
  if (count > specification.tasks.length) {
    warn(tasksPath, 'duplicates-left-out', `${count - specification.tasks.length}`)
  }
  return [...warnings.values()]
}

function warnOfSettings(
  settings: unknown,
  jsonPath: string,
  warn: (path: string, advice: SpecificationWarningAdvice, what: string) => void,
): void {
  if (typeof settings !== 'object' || settings === null) return
  for (const [name, value] of Object.entries(settings)) {
    if (!isSettingName(name)) continue
    if (name === 'transfer_encryption' && value === 'none') warn(at(jsonPath, name), 'always-encrypted', name)
    else if (settingTable[name].effect === 'accepted') warn(at(jsonPath, name), 'setting-without-effect', name)
  }
}

function* eachTask(job: JsonObject, tasksPath: string): Iterable<[path: string, task: unknown]> {
  const { tasks } = job
  if (typeof tasks !== 'object' || tasks === null) return yield ['$', undefined]
  if (Array.isArray(tasks)) {
    for (const [index, task] of tasks.entries()) yield [`${tasksPath}[${index}]`, task]
    return
  }
  if (typeof (tasks as JsonObject).source === 'string') return yield ['$.tasks', tasks]
  for (const [key, task] of Object.entries(tasks)) yield [at('$.tasks', key), task]
}
