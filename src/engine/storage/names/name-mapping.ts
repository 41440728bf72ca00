import { createHash } from 'node:crypto'
import type { NameTraits } from '../../protocol/name-traits.ts'
import { isReservedCharacter, isWindowsDevice, lengthIn, nameFaultOf } from './names.ts'

/**
 * Names that a file system cannot hold, called otherwise (docs/protocol.md, Names). `what?.mov` becomes
 * `what%3F~tern-k3v0q8d1.mov`: what cannot stand there as percent and hexadecimal, then a mark that proves the name: a
 * part of the SHA-256 of the original, which can be read back from the name alone. The same mark without a change
 * tells two names apart that are one to the disk. Whatever would read as a mapped name is mapped itself.
 */
const markPattern = /^(.*)~tern-([0-9a-v]{8})(\.[A-Za-z0-9]{1,10})?$/s
const shortenedPattern = /^.*~tern-[0-9a-v]{26}(?:\.[A-Za-z0-9]{1,10})?$/s
const extensionPattern = /(?<!^)\.[A-Za-z0-9]{1,10}$/
const anyMark = '~tern-'
/** No file system holds longer ones. */
const longestEver = 1024
const proofLength = 8
const recordLength = 26

export interface MappedName {
  readonly name: string
  /** The original does not fit into it: it must be recorded under this key (`name-records.ts`), or is lost. */
  readonly recordKey?: string
}

/**
 * The name by which a file system holds one that it cannot hold as it is, or must keep apart from another. Undefined
 * where no name can be found (a file system of very short names), and for what is no name at all. Pure.
 */
export function mapName(name: string, traits: NameTraits): MappedName | undefined {
  if (!isName(name)) return undefined
  const escaped = escapeDevice(escapeCharacters(name, traits))
  const mapped = { name: withMark(escaped, proofOf(name, proofLength)) }
  if (lengthIn(mapped.name, traits.unit) > traits.longestName) return shortened(name, escaped, traits)
  return nameFaultOf(mapped.name, traits) === undefined ? mapped : undefined
}

/** The original of a mapped name, or undefined for any other: a name that merely looks like one has no proof. Pure. */
export function originalNameOf(name: string): string | undefined {
  if (name.length > longestEver || !name.includes(anyMark)) return undefined
  const [, stem = '', proof, extension = ''] = markPattern.exec(name) ?? []
  if (proof === undefined) return undefined
  const plain = unescaped(stem + extension)
  if (plain === undefined) return undefined
  // Some disks compose or decompose letters in names by themselves.
  const forms = [plain, plain.normalize('NFC'), plain.normalize('NFD')]
  // Anybody can make a proof: what it proves must be a name as well, else a file would be listed as one elsewhere.
  return forms.find((form) => isName(form) && proofOf(form, proofLength) === proof)
}

/** The key of a name that was cut short, by which its original is recorded. Pure. */
export function recordKeyOf(name: string): string | undefined {
  if (name.length > longestEver || !name.includes(anyMark) || !shortenedPattern.test(name)) return undefined
  const at = name.lastIndexOf(anyMark) + anyMark.length
  return name.slice(at, at + recordLength)
}

/** Whether a reader would take it for a mapped name. Pure. */
export function looksMapped(name: string): boolean {
  return name.includes(anyMark) && (recordKeyOf(name) !== undefined || originalNameOf(name) !== undefined)
}

/** The key under which an original is recorded. Pure. */
export function recordKeyFor(original: string): string {
  return proofOf(original, recordLength)
}

/** On some file system. */
function isName(name: string): boolean {
  return nameFaultOf(name, { rules: 'posix', unit: 'utf16', longestName: longestEver }) === undefined
}

function shortened(name: string, escaped: string, traits: NameTraits): MappedName | undefined {
  const recordKey = recordKeyFor(name)
  const extension = extensionPattern.exec(escaped)?.[0] ?? ''
  const stem = escaped.slice(0, escaped.length - extension.length)
  const room = traits.longestName - lengthIn(anyMark + recordKey + extension, traits.unit)
  const cut = `${cutTo(stem, room, traits.unit)}${anyMark}${recordKey}${extension}`
  return room > 0 && nameFaultOf(cut, traits) === undefined ? { name: cut, recordKey } : undefined
}

function withMark(escaped: string, proof: string): string {
  const at = extensionPattern.exec(escaped)?.index ?? escaped.length
  return `${escaped.slice(0, at)}${anyMark}${proof}${escaped.slice(at)}`
}

/** Percent signs as well, so that there is one way to read it back. */
function escapeCharacters(name: string, traits: NameTraits): string {
  let escaped = ''
  for (const character of name) {
    escaped += character === '%' || isReservedCharacter(character, traits.rules) ? percentOf(character) : character
  }
  return escaped
}

/** The mark stands behind the first dot, and a device is what stands before it. */
function escapeDevice(escaped: string): string {
  return isWindowsDevice(escaped) ? percentOf(escaped.charAt(0)) + escaped.slice(1) : escaped
}

/** All characters that are escaped are ASCII. */
function percentOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function unescaped(text: string): string | undefined {
  let isWhole = true
  const plain = text.replace(/%(.{0,2})/gs, (_, digits: string) => {
    isWhole &&= /^[0-7][0-9A-F]$/.test(digits)
    return String.fromCharCode(Number.parseInt(digits, 16))
  })
  return isWhole ? plain : undefined
}

/** Never cuts inside a character. */
function cutTo(text: string, room: number, unit: NameTraits['unit']): string {
  let cut = ''
  let used = 0
  for (const character of text) {
    used += lengthIn(character, unit)
    if (used > room) break
    cut += character
  }
  return cut
}

const alphabet = '0123456789abcdefghijklmnopqrstuv'

/** Five bits of SHA-256 a character, in letters that no file system folds together. */
function proofOf(name: string, length: number): string {
  const digest = createHash('sha256').update(name, 'utf8').digest()
  let proof = ''
  for (let bit = 0; proof.length < length; bit += 5) {
    const pair = digest.readUInt16BE(bit >> 3)
    proof += alphabet[(pair >> (11 - (bit & 7))) & 31]
  }
  return proof
}
