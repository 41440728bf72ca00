import { TernError } from '../../shared/domain/errors.ts'
import type { NameRules } from '../protocol/name-traits.ts'
import { hostNameRules } from './folders/relative-path.ts'

/** What systems allow as the text of a link. */
const maxTargetLength = 4096

/**
 * Whether a kept link could lead out of its item. `linkPath`: relative to the item. Steps upwards may only stand at the
 * start of the text and stay inside: behind a name, which may itself be a link, nobody can say where `..` leads. Then
 * any chain of kept links stays inside as well. Pure.
 */
export function leadsOut(linkPath: string, target: string, rules: NameRules = hostNameRules): boolean {
  const text = rules === 'windows' ? target.replaceAll('\\', '/') : target
  if (text.startsWith('/') || (rules === 'windows' && /^[a-z]:/i.test(text))) return true
  if (linkPath === '') return true
  let isStart = true
  let up = 0
  for (const step of text.split('/')) {
    if (step === '' || step === '.') continue
    if (step !== '..') isStart = false
    else if (isStart) up += 1
    else return true
  }
  return up > linkPath.split('/').length - 1
}

/** Refuses what no system takes as the text of a link. @throws TernError NAME_NOT_ALLOWED `{path, reason}` */
export function checkLinkTarget(linkPath: string, target: string): void {
  if (target === '' || target.includes('\0') || target.length > maxTargetLength) {
    throw new TernError('NAME_NOT_ALLOWED', { path: linkPath, name: linkPath, reason: 'link-target' })
  }
}
