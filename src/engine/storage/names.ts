import { randomBytes } from 'node:crypto'
import type { ErrorEnvelope } from '../../shared/domain/errors.ts'

/** Whose naming rules count: those of the file system that receives, not of the machine that sends. */
export type NameRules = 'posix' | 'windows' | 'macos'

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
  | 'trailing-dot-or-space'

const ownNamePattern = /^\.tern-(?:.*\.part|staging.*)$/i
const windowsReservedCharacters = /[<>:"|?*]/
/** Windows takes the name before the first dot, without trailing spaces, whatever follows. */
const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const maxNameLength = 255

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

/** Why one name (a single path component) cannot be used under these rules; undefined when it can. Pure. */
export function checkName(name: string, rules: NameRules): ErrorEnvelope | undefined {
  const fault = nameFault(name, rules)
  return fault && { code: 'NAME_NOT_ALLOWED', params: { name: name.slice(0, maxNameLength), reason: fault } }
}

function nameFault(name: string, rules: NameRules): NameFault | undefined {
  if (name === '') return 'empty'
  if (name === '.' || name === '..') return 'dots'
  if (name.includes('/')) return 'separator'
  if (name.includes('\0')) return 'nul'
  if (loneSurrogate.test(name)) return 'encoding'
  if (isOwnName(name)) return 'own-name'
  if (rules === 'windows') return windowsFault(name)
  return isLongerThan(name, maxNameLength) ? 'too-long' : undefined
}

function windowsFault(name: string): NameFault | undefined {
  if (name.includes('\\')) return 'separator'
  if (windowsReservedCharacters.test(name) || hasControlCharacter(name)) return 'reserved-character'
  if (name.endsWith('.') || name.endsWith(' ')) return 'trailing-dot-or-space'
  if (windowsDevice.test(name)) return 'reserved-name'
  return name.length > maxNameLength ? 'too-long' : undefined
}

/** Whether a name takes more than so many bytes as UTF-8; most names are far too short to need counting. */
function isLongerThan(name: string, bytes: number): boolean {
  return name.length * 3 > bytes && Buffer.byteLength(name) > bytes
}

function hasControlCharacter(name: string): boolean {
  for (let index = 0; index < name.length; index += 1) if (name.charCodeAt(index) < 32) return true
  return false
}
