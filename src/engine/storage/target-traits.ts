import { randomBytes } from 'node:crypto'
import { closeSync, lstatSync, opendirSync, openSync, readdirSync, statfsSync, unlinkSync } from 'node:fs'
import type { NameRules, NameTraits } from '../protocol/name-traits.ts'
import type { Folder, FolderTree } from './folders/folder-tree.ts'
import { hostNameRules } from './folders/relative-path.ts'

/** As the storage calls it. */
export type TargetTraits = NameTraits

/** Linux's numbers of file systems that keep Windows' rules: FAT, exFAT, NTFS, SMB. */
const windowsFileSystems = new Set([0x4d44, 0x2011bab0, 0x7366746e, 0x5346544e, 0xff534d42, 0xfe534d42, 0x517b])
/** Those of Linux's own, which take any name: ext, XFS, Btrfs, F2FS, tmpfs, overlay, ZFS, bcachefs, squashfs. */
const posixFileSystems = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xca451a4e, 0x73717368,
])
const fuseDrive = 0x65735546
/** eCryptfs encrypts names, which makes them longer. */
const shortNames = new Map([[0xf15f, 143]])

/** Names of a folder, to find one with letters. */
const looksAtMost = 200

type Measures = Pick<NameTraits, 'unit' | 'longestName' | 'longestPath'>

/**
 * What each family of systems counts. Linux is asked by open folders, so no path is too long for it; Node gives
 * Windows the long form of a path by itself.
 */
const measuresOf: Readonly<Record<NameRules, Measures>> = {
  posix: { unit: 'bytes', longestName: 255, longestPath: 32_768 },
  macos: { unit: 'bytes', longestName: 255, longestPath: 1023 },
  windows: { unit: 'utf16', longestName: 255, longestPath: 32_760 },
}

/** By the kind of file system alone, without touching it. Pure but for the two facts of this machine. */
export function rulesOfFileSystem(type: number, host: NameRules = hostNameRules): NameRules {
  return host === 'posix' && windowsFileSystems.has(type) ? 'windows' : host
}

export function targetNameRules(folders: FolderTree): NameRules {
  return rulesOfFileSystem(fileSystemOf(folders.folder('')) ?? 0)
}

/** What systems of these rules usually make of names; where nothing may be tried this is all there is to know. */
export function usualTraits(rules: NameRules): NameTraits {
  return { rules, foldsCase: rules !== 'posix', foldsUnicode: rules === 'macos', ...measuresOf[rules] }
}

/**
 * What the file system of one folder makes of names: seen by what lies there, else tried with one empty file of our own;
 * of a file system that is not known with two. `onName` is told each name before it is made. Where the folder may not be written, the usual answer is taken.
 */
export function probeTraits(
  folders: FolderTree,
  rules: NameRules,
  path = '',
  onName: (name: string) => void = () => undefined,
): NameTraits {
  const folder = folders.freshFolder(path)
  if (!folder) return usualTraits(rules)
  const type = fileSystemOf(folder) ?? 0
  const isUnknown = hostNameRules === 'posix' && rules === 'posix' && !posixFileSystems.has(type)
  const found = isUnknown && refusesColon(folder, onName) ? 'windows' : rules
  return { ...usualTraits(found), ...shorter(type), ...(seenFolds(folder, type) ?? foldsOf(folder, onName)) }
}

/**
 * The same without trying anything: by the kind of file system and by what lies there. A disk by FUSE is mostly one of
 * Windows'. Throws system errors where the folder cannot be looked at.
 */
export function seenTraits(folder: string): NameTraits {
  const type = process.platform === 'linux' ? statfsSync(folder).type : 0
  const usual = usualTraits(type === fuseDrive ? 'windows' : rulesOfFileSystem(type))
  return { ...usual, ...shorter(type), foldsCase: seenFolding(folder) ?? usual.foldsCase }
}

/** True where names are kept apart and may be anything: nothing has to be looked at beforehand. Pure. */
export function takesAnyName({ rules, foldsCase, foldsUnicode, longestName }: NameTraits): boolean {
  return rules === 'posix' && !foldsCase && !foldsUnicode && longestName >= 255
}

/**
 * The longest name in bytes that a folder's file system can hold: 255, or three times as many where UTF-16 units count.
 * Of a folder that cannot be looked at: what this machine's own could.
 */
export function longestSourceName(root: string): number {
  let type = 0
  try {
    if (process.platform === 'linux') type = statfsSync(root).type
  } catch {
    // The scan says what is wrong with it.
  }
  return rulesOfFileSystem(type) === 'posix' ? 255 : 3 * 255
}

function shorter(type: number): Partial<Measures> {
  const longestName = shortNames.get(type)
  return longestName === undefined ? {} : { longestName }
}

function fileSystemOf(folder: Folder | undefined): number | undefined {
  try {
    return folder && process.platform === 'linux' ? statfsSync(folder.self).type : undefined
  } catch {
    return undefined
  }
}

/** On Linux's own file systems a folder folds both or nothing; elsewhere what there is to see does not say all. */
function seenFolds(folder: Folder, type: number): Partial<Pick<NameTraits, 'foldsCase' | 'foldsUnicode'>> | undefined {
  if (!posixFileSystems.has(type)) return undefined
  try {
    const folds = seenFolding(folder.self)
    return folds === undefined ? undefined : { foldsCase: folds, foldsUnicode: folds }
  } catch {
    return undefined
  }
}

/**
 * By a name that is there and has letters: whether its other spelling is the same entry. Undefined where there is none.
 * Throws system errors.
 */
function seenFolding(folder: string): boolean | undefined {
  const directory = opendirSync(folder)
  try {
    for (let count = 0; count < looksAtMost; count += 1) {
      const name = directory.readSync()?.name
      if (name === undefined) return undefined
      const other = otherSpelling(name)
      if (other === name) continue
      const [one, two] = [name, other].map((each) => lstatSync(`${folder}/${each}`, { throwIfNoEntry: false }))
      if (one) return two !== undefined && one.ino === two.ino && one.dev === two.dev
    }
    return undefined
  } finally {
    directory.closeSync()
  }
}

function otherSpelling(name: string): string {
  return name.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()))
}

function foldsOf(
  folder: Folder,
  onName: (name: string) => void,
): Partial<Pick<NameTraits, 'foldsCase' | 'foldsUnicode'>> {
  const name = `.tern-${randomBytes(12).toString('hex')}a\u00e9.part`
  onName(name)
  try {
    closeSync(openSync(folder.child(name), 'wx', 0o600))
    try {
      return {
        foldsCase: isThere(folder.child(name.replace('.tern', '.TERN'))),
        foldsUnicode: isThere(folder.child(name.normalize('NFD'))),
      }
    } finally {
      unlinkSync(folder.child(name))
    }
  } catch {
    // Not writable, or no such letters: the rules alone must do.
    return {}
  }
}

/** Drives by FUSE or a network: some take a colon, some refuse it, some make another name of it. */
function refusesColon(folder: Folder, onName: (name: string) => void): boolean {
  const stem = `.tern-${randomBytes(12).toString('hex')}`
  const name = `${stem}:.part`
  onName(name)
  onName(`${stem}.part`)
  try {
    closeSync(openSync(folder.child(name), 'wx', 0o600))
  } catch {
    return isWritable(folder, `${stem}.part`)
  }
  const made = readdirSync(folder.self).filter((entry) => entry.startsWith(stem))
  for (const entry of made) unlinkSync(folder.child(entry))
  return !made.includes(name)
}

function isWritable(folder: Folder, name: string): boolean {
  try {
    closeSync(openSync(folder.child(name), 'wx', 0o600))
    unlinkSync(folder.child(name))
    return true
  } catch {
    return false
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
