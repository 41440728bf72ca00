import { TernError } from '../../shared/domain/errors.ts'
import type { UserRow } from '../store/people.ts'
import type { ShareRow } from '../store/places.ts'

/*
 * Who may do what at a path of a share. Pure: rows in, answers out; `ShareAccess` looks the rows up. There are grants
 * only, never denials, so what one grant allows no other takes away (docs/adr/0012-access-by-acl.md).
 */

export type AccessPerson = Pick<UserRow, 'id' | 'role' | 'status'>

/** A share, or the one that a grant is for. */
export type AccessShare = Pick<ShareRow, 'id' | 'kind' | 'user_id' | 'parent_id' | 'relative_path' | 'inactive_at'>

/** One person's grant at a share: its path and what is below it. */
export interface Grant {
  readonly share: AccessShare
  /** Below the share, `/`-separated; empty for all of it. */
  readonly path: string
  readonly mayRead: boolean
  readonly mayWrite: boolean
}

export interface ShareQuestion {
  readonly person: AccessPerson
  readonly share: AccessShare
  /** Of a home: whose it is. */
  readonly homeOwner?: Pick<UserRow, 'role'> | undefined
  /** Of this person, at any share; those of other places say nothing here. */
  readonly grants: readonly Grant[]
  /** Whether employees need grants like standard people do (setting `share_employee_access`). */
  readonly employeesNeedGrants: boolean
  /** What the site in question lets anybody do, whoever they are. */
  readonly site: SitePermissions
}

export interface SitePermissions {
  readonly mayRead: boolean
  readonly mayWrite: boolean
}

export interface PathAccess {
  /** List and download. */
  readonly mayRead: boolean
  /** Upload, make folders, rename, move, delete. */
  readonly mayWrite: boolean
  /** Know that it is there: it may be read or written, or leads to what may. */
  readonly maySeeName: boolean
}

const none: PathAccess = { mayRead: false, mayWrite: false, maySeeName: false }

/**
 * The one decision. `path` is below the share, `/`-separated, empty for the share itself; one that leads anywhere else
 * gets nothing.
 */
export function decideShareAccess(question: ShareQuestion, path: string): PathAccess {
  const components = accessComponents(path)
  if (components === undefined || !isUsable(question)) return none
  const { site } = question
  if (needsNoGrant(question)) return { ...site, maySeeName: true }
  const at = placeOf(question.share, components)
  let [mayRead, mayWrite, maySeeName] = [false, false, false]
  for (const grant of grantsThatCount(question)) {
    if (grant.root !== at.root) continue
    if (startsWith(at.components, grant.components)) {
      mayRead ||= grant.mayRead
      mayWrite ||= grant.mayWrite
      maySeeName ||= grant.mayRead || grant.mayWrite
    } else if (startsWith(grant.components, at.components)) {
      maySeeName ||= isOwnGrant(question, grant.shareId)
    }
  }
  return { mayRead: mayRead && site.mayRead, mayWrite: mayWrite && site.mayWrite, maySeeName }
}

/**
 * Which names a person may see in a folder: all of them where it may be read, else those that lead to a grant.
 * Undefined: it may not be listed at all, as what may only be written.
 */
export function visibleNames(question: ShareQuestion, path: string): 'all' | ReadonlySet<string> | undefined {
  const { mayRead, maySeeName } = decideShareAccess(question, path)
  if (mayRead) return 'all'
  const components = accessComponents(path)
  if (!maySeeName || components === undefined) return undefined
  const at = placeOf(question.share, components)
  const names = new Set<string>()
  for (const grant of grantsThatCount(question)) {
    const next = grant.components[at.components.length]
    const leadsOn = grant.root === at.root && next !== undefined && startsWith(grant.components, at.components)
    if (leadsOn && isOwnGrant(question, grant.shareId)) names.add(next)
  }
  return names.size === 0 ? undefined : names
}

/** Whether a name on a disk is one of `visibleNames`. */
export function isVisibleName(names: 'all' | ReadonlySet<string>, name: string): boolean {
  return names === 'all' || names.has(name.normalize('NFC'))
}

/**
 * A path below a share by its components, or undefined when it is none. Names compare exactly, but for the two ways to
 * write an accent: how a site's disk compares them is not known, and a grant must never reach further than it says.
 */
export function accessComponents(path: string): readonly string[] | undefined {
  if (path.includes('\0') || path.length > 4096) return undefined
  // A server on Windows reads a backslash as a separator, and drops spaces at the end of a name.
  if (path.split(/[/\\]/).some((part) => /^\.\. *$/.test(part))) return undefined
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .map((part) => part.normalize('NFC'))
}

/** A grant's path as it is kept. @throws TernError PATH_INVALID `{path}` */
export function grantPath(path: string): string {
  const components = accessComponents(path)
  if (components === undefined) throw new TernError('PATH_INVALID', { path: path.slice(0, 500) })
  return components.join('/')
}

function isUsable({ person, share }: ShareQuestion): boolean {
  return person.status === 'enabled' && share.inactive_at === null
}

function needsNoGrant({ person, share, homeOwner, employeesNeedGrants }: ShareQuestion): boolean {
  if (person.role === 'admin') return true
  if (share.kind === 'home' && share.user_id === person.id) return true
  if (person.role !== 'employee' || employeesNeedGrants) return false
  return share.kind !== 'home' || homeOwner?.role === 'standard'
}

/** Volumes are for those who run the workspace: a grant that outlived its person's role opens nothing. */
function* grantsThatCount({ person, grants }: ShareQuestion) {
  for (const { share, path, mayRead, mayWrite } of grants) {
    if (share.kind === 'volume' && person.role === 'standard') continue
    const below = accessComponents(path)
    if (below === undefined || share.inactive_at !== null) continue
    yield { shareId: share.id, mayRead, mayWrite, ...placeOf(share, below) }
  }
}

/** A volume does not show itself to those who may use a folder in it; the folder does. */
function isOwnGrant({ share }: ShareQuestion, shareId: string): boolean {
  return share.kind !== 'volume' || share.id === shareId
}

/**
 * The same place by the volume that it is in: a folder of a volume, and the same folder as a share, are one place. A home
 * is a place of its own, wherever it lies.
 */
function placeOf(share: AccessShare, below: readonly string[]) {
  if (share.kind === 'home' || share.parent_id === null) return { root: share.id, components: below }
  const within = accessComponents(share.relative_path ?? '') ?? []
  return { root: share.parent_id, components: [...within, ...below] }
}

function startsWith(components: readonly string[], start: readonly string[]): boolean {
  return start.length <= components.length && start.every((component, index) => components[index] === component)
}
