import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  type Stats,
} from 'node:fs'
import type { KeptAttributes } from '../../api.ts'

/** What one file or folder is to have, in this system's numbers; absent: as it is. */
export interface WantedAttributes {
  /** Permission bits alone: set-id and sticky bits are never taken from a peer. */
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
}

export type AttributeKind = 'owner' | 'group' | 'permissions'

/** Who this process is, and whose files it may give away. */
export interface Rights {
  readonly isRoot: boolean
  readonly groups: readonly number[]
}

export function ownRights(): Rights {
  const uid = process.geteuid?.()
  return { isRoot: uid === 0, groups: process.getgroups?.() ?? [] }
}

/**
 * What has to be changed of what is there. Owners only where this process is root, groups where it is root or belongs to
 * them: elsewhere both stay, as in rsync. Nothing on systems without such attributes. Pure.
 */
export function differingAttributes(
  has: Pick<Stats, 'mode' | 'uid' | 'gid'>,
  wanted: WantedAttributes,
  rights: Rights,
): WantedAttributes {
  const { mode, uid, gid } = wanted
  const mayGroup = gid !== undefined && (rights.isRoot || rights.groups.includes(gid))
  return {
    ...(mode !== undefined && (has.mode & 0o7777) !== (mode & 0o777) && { mode: mode & 0o777 }),
    ...(uid !== undefined && rights.isRoot && uid !== has.uid && { uid }),
    ...(mayGroup && gid !== has.gid && { gid }),
  }
}

export function kindsOf({ mode, uid, gid }: WantedAttributes): AttributeKind[] {
  const kinds: AttributeKind[] = []
  if (uid !== undefined) kinds.push('owner')
  if (gid !== undefined) kinds.push('group')
  if (mode !== undefined) kinds.push('permissions')
  return kinds
}

/** Of an open file. Throws system errors. */
export function applyToOpen(fd: number, wanted: WantedAttributes, rights: Rights): AttributeKind[] {
  const has = fstatSync(fd)
  const differing = differingAttributes(has, wanted, rights)
  // The owner first: changing it takes bits away.
  if (differing.uid !== undefined || differing.gid !== undefined) {
    fchownSync(fd, differing.uid ?? has.uid, differing.gid ?? has.gid)
  }
  if (differing.mode !== undefined) fchmodSync(fd, differing.mode)
  return kindsOf(differing)
}

/** Linux only and absent from Node's constants: a handle that needs no right to read. */
const O_PATH = 0o10000000

/**
 * Of what lies at a path, never through a link: `at` comes from a folder that was proven in this turn. Throws system
 * errors.
 */
export function applyAt(at: string, wanted: WantedAttributes, rights: Rights): AttributeKind[] {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  if (process.platform !== 'linux') {
    const fd = openSync(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      return applyToOpen(fd, wanted, rights)
    } finally {
      closeSync(fd)
    }
  }
  const fd = openSync(at, O_PATH | O_NOFOLLOW)
  try {
    const has = fstatSync(fd)
    if (has.isSymbolicLink()) return []
    const differing = differingAttributes(has, wanted, rights)
    const self = `/proc/self/fd/${fd}`
    if (differing.uid !== undefined || differing.gid !== undefined) {
      chownSync(self, differing.uid ?? has.uid, differing.gid ?? has.gid)
    }
    if (differing.mode !== undefined) chmodSync(self, differing.mode)
    return kindsOf(differing)
  } finally {
    closeSync(fd)
  }
}

/** What a listed entry's figures come to here. `uid` and `gid` are this system's own numbers. */
export function wantedAttributes(
  kept: KeptAttributes,
  entry: { readonly mode: number; readonly uid?: number; readonly gid?: number },
): WantedAttributes {
  return {
    ...(kept.permissions && { mode: entry.mode & 0o777 }),
    ...(kept.owner && entry.uid !== undefined && { uid: entry.uid }),
    ...(kept.group && entry.gid !== undefined && { gid: entry.gid }),
  }
}
