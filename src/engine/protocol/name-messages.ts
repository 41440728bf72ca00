import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { readError, writeError } from './error-codec.ts'
import { maxPathBytes } from './limits.ts'
import type { NamePolicy, NameRules, NameTraits } from './name-traits.ts'
import type { WireReader, WireWriter } from './wire.ts'

/** From the receiver, right after an item began: what its place cannot hold, for the sender to look for in all of the item. */
export interface NameSurvey {
  readonly type: 'nameSurvey'
  readonly item: number
  /** `longestPath`: what the item has left below its place. */
  readonly traits: NameTraits
  readonly policy: NamePolicy
}

/** From the sender: what it found. Until then the receiver answers nothing of the item's list. */
export interface NamesSurveyed {
  readonly type: 'namesSurveyed'
  readonly item: number
  readonly mapped: number
  readonly refused: number
  readonly names: readonly { readonly path: string; readonly error: ErrorEnvelope }[]
}

/** Of each kind, mapped and refused. */
export const maxSurveyedNames = 100

const rules: readonly NameRules[] = ['posix', 'windows', 'macos']
const policies: readonly NamePolicy[] = ['map', 'refuse']
const units: readonly NameTraits['unit'][] = ['bytes', 'utf16']
const foldsCaseBit = 1
const foldsUnicodeBit = 2
/** An error without parameters and a path of one letter. */
const minNameBytes = 2 + 2

export function writeNameSurvey(out: WireWriter, { item, traits, policy }: NameSurvey): WireWriter {
  const folds = (traits.foldsCase ? foldsCaseBit : 0) | (traits.foldsUnicode ? foldsUnicodeBit : 0)
  out.u32(item).u8(policies.indexOf(policy)).u8(rules.indexOf(traits.rules)).u8(folds).u8(units.indexOf(traits.unit))
  return out.u16(traits.longestName).u32(traits.longestPath)
}

export function readNameSurvey(from: WireReader): NameSurvey {
  const item = from.u32()
  const policy = oneOf(policies, from.u8())
  const own = oneOf(rules, from.u8())
  const folds = from.u8()
  const unit = oneOf(units, from.u8())
  const traits = {
    rules: own,
    foldsCase: (folds & foldsCaseBit) !== 0,
    foldsUnicode: (folds & foldsUnicodeBit) !== 0,
    unit,
    longestName: from.u16(),
    longestPath: from.u32(),
  }
  return { type: 'nameSurvey', item, policy, traits }
}

export function writeNamesSurveyed(out: WireWriter, { item, mapped, refused, names }: NamesSurveyed): WireWriter {
  out.u32(item).u64(mapped).u64(refused).u32(names.length)
  for (const { path, error } of names) writeError(out.text(path), error)
  return out
}

export function readNamesSurveyed(from: WireReader): NamesSurveyed {
  const item = from.u32()
  const mapped = from.u64()
  const refused = from.u64()
  const count = from.count(maxSurveyedNames * 2, minNameBytes)
  const names: { path: string; error: ErrorEnvelope }[] = []
  for (let index = 0; index < count; index += 1) names.push({ path: from.text(maxPathBytes), error: readError(from) })
  return { type: 'namesSurveyed', item, mapped, refused, names }
}

function oneOf<T>(all: readonly T[], number: number): T {
  const found = all[number]
  if (found === undefined) throw new TernError('PROTOCOL_ERROR', { what: 'name rules' })
  return found
}
