import { randomBytes } from 'node:crypto'
import { closeSync, lstatSync, openSync, statfsSync, unlinkSync } from 'node:fs'
import type { FolderTree } from './folder-tree.ts'
import type { NameRules } from './names.ts'
import { hostNameRules } from './relative-path.ts'

/** What a target's file system makes of names. */
export interface TargetTraits {
  readonly rules: NameRules
  /** `A` and `a` are one file. */
  readonly foldsCase: boolean
  /** Composed and decomposed forms of a letter are one file. */
  readonly foldsUnicode: boolean
}

/** Linux's numbers of the file systems that keep Windows' rules: FAT, exFAT, NTFS, SMB. */
const windowsFileSystems = new Set([0x4d44, 0x2011bab0, 0x7366746e, 0x5346544e, 0xff534d42, 0xfe534d42, 0x517b])

export function targetNameRules(folders: FolderTree): NameRules {
  if (process.platform !== 'linux') return hostNameRules
  const root = folders.folder('')
  return root && windowsFileSystems.has(statfsSync(root.self).type) ? 'windows' : 'posix'
}

/** Tries with one empty file of our own; where the root may not be written, the host's usual answer is taken. */
export function probeTraits(folders: FolderTree, rules: NameRules): TargetTraits {
  const root = folders.freshFolder('')
  const name = `.tern-${randomBytes(12).toString('hex')}a\u00e9.part`
  if (root) {
    try {
      closeSync(openSync(root.child(name), 'wx', 0o600))
      try {
        return {
          rules,
          foldsCase: isThere(root.child(name.replace('.tern', '.TERN'))),
          foldsUnicode: isThere(root.child(name.normalize('NFD'))),
        }
      } finally {
        unlinkSync(root.child(name))
      }
    } catch {
      // Not writable, or no such letters: the rules alone must do.
    }
  }
  return { rules, foldsCase: rules !== 'posix', foldsUnicode: rules === 'macos' }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
