import type { ClientKind, Role, Share, Workspace } from '../entities.ts'
import type { ClientId, ShareId, UserId } from '../ids.ts'

/*
 * What deciding who and what is meant has to know of a workspace. The workspace answers from its database, tests from a
 * table; answers do not change while one call is decided.
 */

export interface DirectoryUser {
  readonly id: UserId
  readonly email: string
  readonly role: Role
  readonly isDisabled: boolean
}

export interface DirectoryClient {
  readonly id: ClientId
  readonly name: string
  readonly kind: ClientKind
  /** Equal for the clients of one computer. */
  readonly machine: string
  /** Whose; absent for a server, which stands for its site. */
  readonly userId?: UserId
  readonly siteCode?: string
}

export interface DirectoryShare {
  readonly id: ShareId
  readonly code: string
  readonly kind: Share['kind']
  /** The first of those that have it. */
  readonly siteCode: string
  readonly folders: ShareFolders
}

/** Where a share's root folder is: on its server, and as workstations of each system have it mounted. */
export interface ShareFolders {
  readonly server: string
  readonly windows?: string
  readonly linux?: string
  readonly mac?: string
}

export interface Directory {
  /** `client`: the machine that asks, if it is one. */
  readonly caller: { readonly user: DirectoryUser; readonly client?: DirectoryClient }
  readonly workspace: Pick<Workspace, 'id' | 'code'>
  /** Its code; it is what "the workspace" means as a party. */
  readonly mainSite: string
  hasSite(code: string): boolean
  userByEmail(email: string): DirectoryUser | undefined
  userById(id: string): DirectoryUser | undefined
  clientById(id: string): DirectoryClient | undefined
  /** The most recently seen first. */
  clientsOf(userId: UserId): readonly DirectoryClient[]
  shareByCode(code: string): DirectoryShare | undefined
  shareById(id: string): DirectoryShare | undefined
  homeOf(userId: UserId): DirectoryShare | undefined
  defaultVolume(): DirectoryShare | undefined
  /** All shares of a site by their folders, whoever may use them. */
  volumesOf(siteCode: string): VolumeIndex
  /** Whether a site's servers have the share. */
  isServedAt(share: DirectoryShare, siteCode: string): boolean
  /**
   * What the caller may do at a path below a share, empty for the share itself, at a site: the share's own when it is not
   * said. `maySeeName` alone: it leads to what the caller may use.
   */
  rightsTo(share: DirectoryShare, path: string, siteCode?: string): DirectoryRights
  mayNameMachine(client: DirectoryClient): boolean
}

export interface DirectoryRights {
  readonly mayRead: boolean
  readonly mayWrite: boolean
  readonly maySeeName: boolean
}

/** Shares by the folders that lead to them; made by `indexVolumes`. */
export interface VolumeIndex {
  readonly byFolder: ReadonlyMap<string, readonly IndexedVolume[]>
  /** Components of the longest folder. */
  readonly depth: number
}

export interface IndexedVolume {
  readonly share: DirectoryShare
  /** `/<code>`, which counts as the share's folder where no real one does. */
  readonly isAlias: boolean
}

/** Admins and employees: their bare paths are on the default volume, those of others in their home. */
export function isOperator(user: DirectoryUser): boolean {
  return user.role !== 'standard'
}
