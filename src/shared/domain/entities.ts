import type { ClientId, ShareId, UserId, WorkspaceId } from './ids.ts'

export type Role = 'admin' | 'employee' | 'standard'

export interface User {
  readonly id: UserId
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly status: 'enabled' | 'invited' | 'disabled'
  /** Whether any client of theirs is online, and since when it is not. */
  readonly online: boolean
  readonly lastSeenAtMs?: number
}

export interface Share {
  readonly id: ShareId
  readonly code: string
  readonly name: string
  readonly kind: 'volume' | 'folder' | 'home' | 'collection'
  readonly isDefault: boolean
  /** Home: whose. */
  readonly userId?: UserId
  readonly siteCode: string
  readonly mayRead: boolean
  readonly mayWrite: boolean
}

export interface Site {
  readonly code: string
  readonly name: string
  readonly online: boolean
  readonly lastSeenAtMs?: number
}

export type ClientKind = 'app' | 'server' | 'user-server' | 'browser'

/** A machine's presence in one workspace. */
export interface Client {
  readonly id: ClientId
  readonly name: string
  readonly kind: ClientKind
  readonly userId?: UserId
  readonly siteCode?: string
  /** SHA-256 of the public key (SPKI, DER), lower-case hexadecimal. */
  readonly keyHash: string
  readonly online: boolean
  readonly lastSeenAtMs?: number
}

export interface Workspace {
  readonly id: WorkspaceId
  readonly code: string
  readonly name: string
}
