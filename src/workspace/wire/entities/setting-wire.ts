import type { OperationInput, OperationOutput } from '../../../shared/contract/operations.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import { isSettingName } from '../../../shared/domain/settings/settings.ts'
import { flag, misused, requiredRecord } from '../find.ts'
import type { WireAnswer, WireCall, WireRecord, WireRoute } from '../wire-route.ts'

type Entity = Pick<OperationInput<'setting/list'>, 'entity' | 'id'>
type Resolved = OperationOutput<'setting/list'>

export const settingRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'setting', answer: readSettings },
  { verb: 'PUT', uri: 'setting', answer: writeSetting },
  { verb: 'DELETE', uri: 'setting', answer: deleteSetting },
]

/** What has settings of its own, by the words of scripts. A queue is a kind of job. */
const entities: Readonly<Record<string, Entity['entity']>> = {
  workspace: 'workspace',
  queue: 'queue',
  client: 'client',
  job: 'queue',
  share: 'share',
  volume: 'share',
  folder: 'share',
  home: 'share',
  collection: 'share',
}

/**
 * One setting as it holds, or all of an entity: what was written there; with `recursive` or `upstream` what it inherits
 * as well; with `omit_defaults` off also what nobody wrote anywhere.
 */
async function readSettings(call: WireCall): Promise<WireAnswer> {
  const data = requiredRecord(call)
  const settings = await call.run('setting/list', entityOf(call, data))
  const name = data.name ?? undefined
  if (name !== undefined) return { result: heldValue(settings, settingName(data)) }
  const inherits = flag(data, 'recursive') || flag(data, 'upstream')
  const omitsDefaults = data.omit_defaults === undefined || flag(data, 'omit_defaults')
  const ofShare = await shareSettings(call, data)
  const all = Object.entries(settings.settings).filter(([each, { level }]) => {
    if (level === 'default') return !omitsDefaults
    return inherits || Object.hasOwn(settings.own, each)
  })
  return { result: { ...ofShare, ...Object.fromEntries(all.map(([each, { value }]) => [each, value])) } }
}

/** What a share says beside it, where a script asks for both at once; the weaker of the two. */
async function shareSettings(call: WireCall, { share }: WireRecord): Promise<Readonly<Record<string, string>>> {
  if (share === undefined || share === null) return {}
  if (typeof share !== 'string') throw misused('share', 'text')
  return (await call.run('setting/list', { entity: 'share', id: share })).own
}

function heldValue({ own, settings }: Resolved, name: string): string | null {
  return own[name] ?? settings[name]?.value ?? null
}

async function writeSetting(call: WireCall): Promise<WireAnswer> {
  const data = requiredRecord(call)
  const { value } = data
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw misused('value', 'text')
  await call.run('setting/set', { ...entityOf(call, data), name: writtenName(data), value })
  return { result: true }
}

async function deleteSetting(call: WireCall): Promise<WireAnswer> {
  const data = requiredRecord(call)
  await call.run('setting/set', { ...entityOf(call, data), name: writtenName(data), value: null })
  return { result: true }
}

function entityOf(call: WireCall, { entitytype: type }: WireRecord): Entity {
  if (typeof type !== 'string') throw misused('entitytype', 'text')
  const entity = Object.hasOwn(entities, type.toLowerCase()) ? entities[type.toLowerCase()] : undefined
  if (entity === undefined) throw new TernError('UNSUPPORTED', { feature: 'settings-of-entity' })
  if (entity === 'workspace') return { entity }
  if (call.id === undefined) throw new TernError('BAD_REQUEST', { problem: 'id-missing' })
  return { entity, id: call.id }
}

function writtenName({ name }: WireRecord): string {
  if (typeof name !== 'string') throw misused('name', 'text')
  return name
}

/** @throws TernError NOT_FOUND for a name that no setting has */
function settingName(data: WireRecord): string {
  const name = writtenName(data)
  if (!isSettingName(name)) throw new TernError('NOT_FOUND', { entity: 'setting', id: name.slice(0, 100) })
  return name
}
