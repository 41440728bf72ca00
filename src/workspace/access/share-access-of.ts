import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { settingsAt } from '../settings/setting-store.ts'
import { userById } from '../store/people.ts'
import type { ShareRow } from '../store/places.ts'
import {
  type AccessPerson,
  decideShareAccess,
  type Grant,
  type PathAccess,
  type ShareQuestion,
  type SitePermissions,
  visibleNames,
} from './share-access.ts'

/** Asks the one decision about shares for one person; what it needs is looked up once. Made anew for each call. */
export class ShareAccess {
  readonly #database: SqliteDatabase
  readonly #person: AccessPerson
  readonly #owners = new Map<string, ShareQuestion['homeOwner']>()
  readonly #sites = new Map<string, SitePermissions>()
  #grants: readonly Grant[] | undefined
  #employeesNeedGrants: boolean | undefined

  constructor(database: SqliteDatabase, person: AccessPerson) {
    this.#database = database
    this.#person = person
  }

  /** What the person may do at a path of the share, `/`-separated, empty for the share itself; `site`: at which site. */
  at(share: ShareRow, path: string, site = share.site_code): PathAccess {
    return decideShareAccess(this.#question(share, site), path)
  }

  /** What of a folder's names may be seen; undefined when it may not be listed. */
  visibleNames(share: ShareRow, path: string, site = share.site_code): ReturnType<typeof visibleNames> {
    return visibleNames(this.#question(share, site), path)
  }

  #question(share: ShareRow, site: string): ShareQuestion {
    const { role } = this.#person
    if (role !== 'admin') this.#grants ??= grantsOf(this.#database, this.#person.id)
    this.#employeesNeedGrants ??= employeesNeedGrants(this.#database)
    return {
      person: this.#person,
      share,
      homeOwner: share.kind === 'home' && role === 'employee' ? this.#ownerOf(share) : undefined,
      grants: this.#grants ?? [],
      employeesNeedGrants: this.#employeesNeedGrants,
      site: this.#permissionsOf(site),
    }
  }

  #permissionsOf(site: string): SitePermissions {
    const known = this.#sites.get(site) ?? sitePermissions(this.#database, site)
    this.#sites.set(site, known)
    return known
  }

  #ownerOf({ user_id: id }: ShareRow): ShareQuestion['homeOwner'] {
    if (id === null) return undefined
    if (!this.#owners.has(id)) this.#owners.set(id, userById(this.#database, id))
    return this.#owners.get(id)
  }
}

/** Far more than a person is ever given; bounds what one question costs. */
const maxGrants = 10_000

function grantsOf(database: SqliteDatabase, userId: string): Grant[] {
  return database
    .all<ShareRow & { acl_path: string; may_read: number; may_write: number }>(
      `SELECT shares.*, acls.path AS acl_path, may_read, may_write FROM acls JOIN shares ON shares.id = acls.share_id
       WHERE acls.user_id = ? AND acls.inactive_at IS NULL LIMIT ${maxGrants}`,
      [userId],
    )
    .map(({ acl_path: path, may_read: mayRead, may_write: mayWrite, ...share }) => ({
      share,
      path,
      mayRead: mayRead === 1,
      mayWrite: mayWrite === 1,
    }))
}

function sitePermissions(database: SqliteDatabase, code: string): SitePermissions {
  const row = database.get<{ may_read: number; may_write: number }>(
    'SELECT may_read, may_write FROM sites WHERE code = ?',
    [code],
  )
  return { mayRead: row?.may_read !== 0, mayWrite: row?.may_write !== 0 }
}

function employeesNeedGrants(database: SqliteDatabase): boolean {
  return settingsAt(database, 'workspace').share_employee_access === 'granted'
}
