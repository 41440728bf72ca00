import { randomBytes } from 'node:crypto'
import type { ErrorEnvelope } from '../../../shared/domain/errors.ts'
import type { NameRules, NameTraits } from '../../protocol/name-traits.ts'

export type NameFault =
  | 'empty'
  | 'dots'
  | 'separator'
  | 'nul'
  | 'encoding'
  | 'too-long'
  | 'own-name'
  | 'reserved-character'
  | 'reserved-name'
  | 'short-alias'
  | 'trailing-dot-or-space'

/** What a name is measured by. */
export type NameLimits = Pick<NameTraits, 'rules' | 'unit' | 'longestName'>

/** Of most file systems that keep these rules; some hold less (`target-traits.ts`). */
const usualLimits: Readonly<Record<NameRules, NameLimits>> = {
  posix: { rules: 'posix', unit: 'bytes', longestName: 255 },
  macos: { rules: 'macos', unit: 'bytes', longestName: 255 },
  windows: { rules: 'windows', unit: 'utf16', longestName: 255 },
}

const ownNamePattern = /^\.tern-(?:.*\.part|staging.*)$/i
const windowsReservedCharacters = /[<>:"|?*]/
/** Windows takes the name before the first dot, without trailing spaces, whatever follows. */
const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i
/** FAT and NTFS give long names a second one of this form (`PROGRA~1`), by which another file could be written. */
const windowsShortAlias = /^[^.]{1,6}~[0-9]{1,6}(?:\.[^.]{0,3})?$/
const shownLength = 255

/** Partials and staging folders of this program: never sent, listed, watched or accepted as a name. */
export function isOwnName(name: string): boolean {
  return name.charCodeAt(0) === 46 && ownNamePattern.test(name)
}

/** A fresh partial name: random, so that nobody can have put a file there beforehand. */
export function newPartialName(): string {
  return `.tern-${randomBytes(12).toString('hex')}.part`
}

/** A fresh name for a staging folder at a target's root. */
export function newStagingName(): string {
  return `.tern-staging-${randomBytes(8).toString('hex')}`
}

/** Half a character, which has no bytes in UTF-8. */
export function hasLoneSurrogate(name: string): boolean {
  return !name.isWellFormed()
}

/** Why one name (a single path component) cannot be used under these rules; undefined when it can. Pure. */
export function checkName(name: string, rules: NameRules): ErrorEnvelope | undefined {
  const fault = nameFaultOf(name, usualLimits[rules])
  return fault && { code: 'NAME_NOT_ALLOWED', params: { name: name.slice(0, shownLength), reason: fault } }
}

/** The same for one file system. Pure. */
export function nameFaultOf(name: string, limits: NameLimits): NameFault | undefined {
  if (name === '') return 'empty'
  if (name === '.' || name === '..') return 'dots'
  if (name.includes('/')) return 'separator'
  if (name.includes('\0')) return 'nul'
  if (hasLoneSurrogate(name)) return 'encoding'
  if (isOwnName(name)) return 'own-name'
  const fault = limits.rules === 'windows' ? windowsFault(name) : undefined
  return fault ?? (isTooLong(name, limits) ? 'too-long' : undefined)
}

function windowsFault(name: string): NameFault | undefined {
  if (name.includes('\\')) return 'separator'
  if (windowsReservedCharacters.test(name) || hasControlCharacter(name)) return 'reserved-character'
  if (name.endsWith('.') || name.endsWith(' ')) return 'trailing-dot-or-space'
  if (isWindowsDevice(name)) return 'reserved-name'
  return windowsShortAlias.test(name) ? 'short-alias' : undefined
}

export function isWindowsDevice(name: string): boolean {
  return windowsDevice.test(name)
}

/** Whether one character keeps a name from being held, wherever it stands in it. */
export function isReservedCharacter(character: string, rules: NameRules): boolean {
  if (rules !== 'windows') return false
  return character === '\\' || windowsReservedCharacters.test(character) || hasControlCharacter(character)
}

export function isTooLong(name: string, { unit, longestName }: Pick<NameLimits, 'unit' | 'longestName'>): boolean {
  if (unit === 'utf16') return name.length > longestName
  // Most names are far too short to need counting.
  return name.length * 3 > longestName && Buffer.byteLength(name) > longestName
}

/** In the unit in which a file system counts. */
export function lengthIn(text: string, unit: NameTraits['unit']): number {
  return unit === 'utf16' ? text.length : Buffer.byteLength(text)
}

function hasControlCharacter(name: string): boolean {
  for (let index = 0; index < name.length; index += 1) if (name.charCodeAt(index) < 32) return true
  return false
}
