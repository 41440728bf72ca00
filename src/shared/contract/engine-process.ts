import type { Role } from '../domain/entities.ts'
import type { JobId, TaskId, WorkspaceId } from '../domain/ids.ts'
import type { Settings } from '../domain/settings/settings.ts'
import type { SendTarget } from './ipc-schemas.ts'
import type {
  IncomingDetails,
  InvitationCheck,
  LogRow,
  MeasuredItems,
  PersonView,
  ShareView,
  SiteView,
  TaskRow,
  TransferDetails,
  TransferKey,
  TransferRow,
  TransfersDelta,
  TransfersSnapshot,
  WorkspaceView,
} from './view.ts'

/**
 * Between main and a process that runs clients (the engine process, a storage process). Both are ours and typed; paths
 * here are real and absolute, because main has already turned tokens into them.
 */

/** First message after the fork; secrets travel here, never by environment or arguments. */
export interface EngineProcessSetup {
  /** This profile's folder: identity, grants, journals, presences. */
  readonly folder: string
  readonly computerName: string
  readonly kind: 'app' | 'server' | 'user-server'
  /** 32 bytes, base64; encrypts the host's private key file. Absent where there is no keyring: file 0600. */
  readonly keyFileSecret?: string
  /** Standard error when absent. */
  readonly logFile?: string
  readonly listen?: { readonly host: string; readonly port: number }
  readonly downloadFolder: string
  readonly limitBytesPerSecond?: number
  /** Where it covers a moment it counts instead: `mon-fri 08:00-18:00 5` (shared/domain/settings/speed-timetable.ts). */
  readonly limitTimetable?: string
  /** Beside `folder`: what no transfer ever reads or writes, whoever allows it. */
  readonly protectedFolders?: readonly string[]
  /** Server clients: the only folders that a share may lie in. */
  readonly allowedRoots?: readonly string[]
  /** Sessions from the keychain. */
  readonly sessions: readonly KnownSession[]
}

/** `email`: whose session it is, where the keychain may hold those of several people of one workspace. */
export interface KnownSession {
  readonly workspaceId: WorkspaceId
  readonly email?: string
  readonly sessionToken: string
}

export interface PresenceDescription {
  readonly workspaceId: WorkspaceId
  readonly address: string
  /** Pinned key of the workspace server. */
  readonly keyHash: string
}

export interface SendRequest {
  readonly jobId?: JobId
  readonly items: readonly { readonly path: string; readonly kind: 'file' | 'folder' }[]
  readonly target: SendTarget
  readonly name?: string
  readonly priority?: number
  readonly queue?: string
  readonly onConflict: 'replace' | 'skip' | 'rename'
  readonly exclude?: string
  readonly settings?: Readonly<Record<string, string>>
  readonly startPaused: boolean
  readonly note?: string
  readonly deliverFrom: 'source' | 'workspace'
  readonly specification?: string
}

/** Where a delivery lands: a folder under a grant of this machine. */
export interface LocalLocation {
  readonly rootPath: string
  readonly subPath: string
}

/** Calls from main to the engine process. */
export interface EngineCommands {
  setup(input: EngineProcessSetup): EngineStarted
  /** Joins by invitation; the session goes to main by the `session` event before this answers. */
  join(input: { invitation: string; name: string; email: string; password: string }): { workspaceId: WorkspaceId }
  /** Server clients: by an invitation of a server. The session goes to who runs it as with `join`. */
  joinServer(input: { invitation: string }): { workspaceId: WorkspaceId }
  checkInvitation(input: { invitation: string }): InvitationCheck
  /** A session that was issued elsewhere (hosting, storage). */
  attach(input: PresenceDescription & { sessionToken: string; isHostedHere: boolean; isDemo: boolean }): null
  signIn(input: { workspaceId: WorkspaceId; password: string }): null
  signInTo(input: {
    address: string
    keyHash: string
    email: string
    password: string
    isHostedHere: boolean
    isDemo: boolean
  }): { workspaceId: WorkspaceId }
  signOut(input: { workspaceId: WorkspaceId }): null
  /** Leaves the workspace and forgets everything of it on this machine. */
  forget(input: { workspaceId: WorkspaceId }): null
  createInvitation(input: { workspaceId: WorkspaceId; email?: string; role?: Role }): { invitation: string }
  provideSessions(input: { sessions: readonly KnownSession[] }): null
  /** In place of the limit and the timetable of the setup. */
  setLimit(input: { bytesPerSecond?: number; timetable?: string }): null
  setDownloadFolder(input: { path: string }): null
  /** Server clients: in place of the `allowedRoots` of the setup. */
  setAllowedRoots(input: { paths: readonly string[] }): null
  /** A person picked these by a drop, a dialog or a paste. */
  grant(input: { paths: readonly string[]; mode: 'read' | 'write'; origin: 'drop' | 'dialog' | 'paste' }): null
  transfersSnapshot(input: Record<string, never>): TransfersSnapshot
  transfersFinished(input: { offset: number; limit: number; search?: string }): {
    rows: readonly TransferRow[]
    total: number
  }
  transfersUpdate(input: {
    keys: readonly TransferKey[]
    status?: 'waiting' | 'paused' | 'aborted'
    priority?: number
  }): null
  transfersRemind(input: { key: TransferKey }): null
  transferDetails(input: { key: TransferKey }): TransferDetails
  transferTasks(input: { key: TransferKey; offset: number; limit: number }): { rows: readonly TaskRow[]; total: number }
  transferLog(input: { key: TransferKey }): { rows: readonly LogRow[] }
  /** The path on this machine to show, if the transfer has one. */
  transferLocalPath(input: { key: TransferKey }): { path: string }
  /** `location` absent: the preset under the download folder. The token in the answer is empty: main fills it in. */
  incomingDetails(input: { key: TransferKey; location?: LocalLocation }): IncomingDetails
  incomingAccept(input: {
    key: TransferKey
    revision: number
    location: LocalLocation
    exclude: readonly TaskId[]
    remember: boolean
  }): null
  incomingDecline(input: { key: TransferKey; reason?: string }): null
  /** `asked`: of the details that the person saw; an answer for anything else is a CONFLICT. */
  consentDecide(input: {
    key: TransferKey
    decision: 'once' | 'always' | 'refuse'
    reason?: string
    asked?: string
  }): null
  settingsList(input: { workspaceId: WorkspaceId }): { settings: Settings }
  /** Answers what is set after it. */
  settingsSet(input: { workspaceId: WorkspaceId; name: string; value: string | null }): { settings: Settings }
  measure(input: { paths: readonly string[] }): {
    files: number
    bytes: number
    items: readonly Omit<MeasuredItems['items'][number], 'token'>[]
  }
  shareFolder(input: { workspaceId: WorkspaceId; code: string; path: string }): {
    entries: readonly { name: string; kind: 'file' | 'folder' }[]
    isComplete: boolean
  }
  specification(input: SendRequest): { json: string }
  submit(input: SendRequest): {
    keys: readonly TransferKey[]
    invitations: readonly { email: string; invitation: string }[]
  }
  /** Stops, journals and answers within 3 s; the process exits after it. */
  shutdown(input: Record<string, never>): null
}

export interface EngineStarted {
  readonly keyHash: string
  readonly listening?: { readonly host: string; readonly port: number }
}

export interface PresencesView {
  readonly workspaces: readonly WorkspaceView[]
  readonly people: readonly PersonView[]
  readonly sites: readonly SiteView[]
  readonly shares: readonly ShareView[]
}

/** Events from the engine process to main. */
export interface EngineEvents {
  /** Main puts it into the keychain; absent token: remove it. */
  session: { readonly workspaceId: WorkspaceId; readonly email: string; readonly sessionToken?: string }
  presences: PresencesView
  transfers: TransfersDelta
  /** Something a person should be told although the window may be closed. */
  notice: TransferNotice
}

export type TransferNotice =
  | {
      readonly kind: 'delivery'
      readonly key: TransferKey
      readonly name: string
      readonly from: string
      readonly files: number
      readonly bytes: number
    }
  | {
      readonly kind: 'consent'
      readonly key: TransferKey
      readonly name: string
      readonly from: string
      readonly path: string
      readonly mode: 'read' | 'write'
    }
  | {
      readonly kind: 'done'
      readonly key: TransferKey
      readonly name: string
      readonly direction: 'in' | 'out' | 'between'
      readonly to: string
      readonly files: number
      readonly bytes: number
    }
  | { readonly kind: 'failed'; readonly key: TransferKey; readonly name: string; readonly row: TransferRow }
  | {
      readonly kind: 'declined'
      readonly key: TransferKey
      readonly name: string
      readonly by: string
      readonly reason?: string
    }
  | { readonly kind: 'reminder'; readonly key: TransferKey; readonly name: string; readonly from: string }
