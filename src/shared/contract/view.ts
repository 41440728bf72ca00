import type { Role } from '../domain/entities.ts'
import type { ErrorEnvelope } from '../domain/errors.ts'
import type { ClientId, JobId, TaskId, UserId, WorkspaceId } from '../domain/ids.ts'
import type { JobProgress, JobStatus, TaskResult, TaskStatus } from '../domain/job.ts'
import type { QueryReference } from '../domain/query/predicate.ts'
import type { Reason } from '../domain/reason.ts'
import type { ResolvedSetting } from '../domain/settings/merge-settings.ts'

/** `<workspace id>/<job id>`: every entity is keyed by workspace and id. */
export type TransferKey = `${string}/${string}`

export interface PlaceLabel {
  readonly kind: 'here' | 'user' | 'site'
  /** As a person calls it: "Lisa", "hq", "here". */
  readonly name: string
  /** `projects/lfm/114`, for the details pane. */
  readonly detail?: string
}

/** What a row of the Transfers table is made of. Words are made from it by `shared/words`. */
export interface TransferRow {
  readonly key: TransferKey
  readonly workspaceId: WorkspaceId
  readonly jobId: JobId
  readonly name: string
  /** Seen from this computer. */
  readonly direction: 'out' | 'in' | 'between'
  readonly from: PlaceLabel
  readonly to: PlaceLabel
  readonly status: JobStatus
  readonly reason?: Reason
  /** What the person at this computer has to decide. */
  readonly waitsOnYou?: 'location' | 'consent'
  readonly progress?: RowProgress
  /** Verified before this dispatch, or at its end. */
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly fileCount: number
  readonly taskCounts: Readonly<Record<TaskStatus, number>>
  readonly result: TaskResult
  readonly queue: string
  readonly priority: number
  readonly createdAtMs: number
  /** Absent while the workspace does not hold it. */
  readonly modifiedAtMs?: number
  readonly finishedAtMs?: number
  readonly revision: number
  readonly note?: string
  /** By which queries know who made it and its two ends; absent while the workspace does not hold it. */
  readonly parties?: {
    readonly user: QueryReference
    readonly source: readonly QueryReference[]
    readonly destination: readonly QueryReference[]
  }
  readonly can: RowAbilities
}

export interface RowAbilities {
  readonly pause: boolean
  readonly resume: boolean
  readonly abort: boolean
  readonly retry: boolean
  readonly showInFolder: boolean
  readonly setPriority: boolean
}

/** Figures of the job as a whole; tasks have their own in the details. */
export type RowProgress = Omit<JobProgress, 'jobId' | 'tasks' | 'runs'>

export interface ViewRevision {
  /** Changes when the engine process starts anew. */
  readonly epoch: string
  readonly number: number
}

/** Live transfers, those that wait on the user, and the newest finished ones (up to 500). */
export interface TransfersSnapshot {
  readonly revision: ViewRevision
  readonly rows: readonly TransferRow[]
  readonly totals: TransferTotals
}

/** Applies to `from` only; anything else means: take a snapshot again. */
export interface TransfersDelta {
  readonly from: ViewRevision
  readonly to: ViewRevision
  readonly upserts: readonly TransferRow[]
  readonly removed: readonly TransferKey[]
  readonly totals: TransferTotals
}

export interface TransferTotals {
  readonly bytesPerSecondOut: number
  readonly bytesPerSecondIn: number
  readonly running: number
  readonly waiting: number
  readonly failed: number
  readonly waitingOnYou: number
  readonly finishedTotal: number
}

/** Before anything is known. */
export const noTotals: TransferTotals = {
  bytesPerSecondOut: 0,
  bytesPerSecondIn: 0,
  running: 0,
  waiting: 0,
  failed: 0,
  waitingOnYou: 0,
  finishedTotal: 0,
}

export interface TaskRow {
  readonly id: TaskId
  readonly uri: string
  readonly path: string
  readonly kind: 'file' | 'folder' | 'unknown'
  readonly status: TaskStatus
  readonly sizeBytes: number
  readonly bytesVerified: number
  readonly finishedAtMs?: number
  readonly result?: TaskResult
  readonly error?: ErrorEnvelope
}

export interface LogRow {
  readonly atMs: number
  readonly level: 'info' | 'warning' | 'error'
  readonly code: string
  readonly params?: Readonly<Record<string, string | number | boolean>>
}

export interface TransferDetails {
  readonly key: TransferKey
  /** What somebody set, here or further up, and where; the rest holds as the table of settings has it. */
  readonly settings: Readonly<Record<string, ResolvedSetting>>
  /** The job specification as submitted. */
  readonly specification: unknown
  readonly sourceText: string
  readonly destinationText: string
}

export interface PersonView {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly online: boolean
  readonly sinceMs?: number
  readonly isMe: boolean
  readonly isInvited: boolean
}

export interface SiteView {
  readonly workspaceId: WorkspaceId
  readonly code: string
  readonly online: boolean
  readonly sinceMs?: number
}

export interface ShareView {
  readonly workspaceId: WorkspaceId
  readonly code: string
  readonly name: string
  readonly kind: 'volume' | 'folder' | 'home' | 'collection'
  readonly siteCode: string
  readonly isMine: boolean
  readonly isDefault: boolean
  readonly mayRead: boolean
  readonly mayWrite: boolean
}

export interface WorkspaceView {
  readonly id: WorkspaceId
  readonly code: string
  readonly name: string
  readonly address: string
  readonly me: { readonly userId: UserId; readonly name: string; readonly email: string; readonly role: Role }
  readonly clientId: ClientId
  readonly connection: 'connecting' | 'online' | 'offline' | 'signed-out' | 'key-changed'
  readonly sinceMs?: number
  readonly isHostedHere: boolean
  readonly isDemo: boolean
}

/** Everything around the table: small, sent whole when it changes. */
export interface AppView {
  readonly isFirstRun: boolean
  readonly platform: 'linux' | 'darwin' | 'win32'
  readonly version: string
  readonly computerName: string
  readonly workspaces: readonly WorkspaceView[]
  readonly people: readonly PersonView[]
  readonly sites: readonly SiteView[]
  readonly shares: readonly ShareView[]
  readonly keyring: 'available' | 'absent' | 'waiting-for-unlock' | 'denied' | 'unknown'
  readonly engine: { readonly state: 'starting' | 'running' | 'restarting' | 'stopped'; readonly crashes: number }
  readonly demo?: { readonly folder: string; readonly workspaceId?: WorkspaceId }
  readonly downloads: { readonly path: string; readonly freeBytes?: number }
  readonly hasTray: boolean
  readonly ownFrame: boolean
  readonly preferences: Preferences
}

export interface Preferences {
  readonly downloadFolder: string
  /** Bytes a second; absent: no limit. */
  readonly limitBytesPerSecond?: number
  /** Where it covers a moment it counts instead, by this computer's clock: `mon-fri 08:00-18:00 5`. */
  readonly limitTimetable?: string
  readonly startAtLogin: boolean
  readonly notifications: boolean
  readonly keepAwake: boolean
}

/** Something on this computer that a person picked; the path itself stays with main. */
export interface PickedItem {
  readonly token: string
  readonly name: string
  readonly kind: 'file' | 'folder'
  /** For reading only. */
  readonly displayPath: string
}

export interface MeasuredItems {
  readonly files: number
  readonly bytes: number
  readonly items: readonly {
    readonly token: string
    readonly files: number
    readonly bytes: number
    readonly error?: ErrorEnvelope
  }[]
}

/** A delivery, or a request for consent, that waits on this person. */
export interface IncomingDetails {
  readonly key: TransferKey
  readonly kind: 'location' | 'consent'
  readonly name: string
  readonly from: {
    readonly name: string
    readonly online: boolean
    readonly sinceMs?: number
    readonly computer?: string
  }
  readonly sentAtMs: number
  readonly note?: string
  readonly files: number
  readonly bytes: number
  readonly revision: number
  readonly entries: readonly IncomingEntry[]
  readonly isComplete: boolean
  readonly tasks: readonly { readonly id: TaskId; readonly uri: string; readonly name: string }[]
  /** Location: the preset. Consent: what is asked for. */
  readonly location: IncomingLocation
  readonly consent?: ConsentRequest
}

/** What a job from elsewhere asks of this computer. */
export interface ConsentRequest {
  readonly path: string
  readonly mode: 'read' | 'write'
  readonly exists: boolean
  /** What "always" would open: `path`, or the folder of the file that it names. */
  readonly folder: string
  /** To be given back with the answer, which then counts for exactly this question. */
  readonly asked: string
}

export interface IncomingEntry {
  readonly path: string
  readonly kind: 'file' | 'folder'
  readonly sizeBytes: number
  /** The task it belongs to. */
  readonly taskId?: TaskId
  readonly look?: 'same' | 'replaces' | 'program' | 'name-mapped' | 'name-not-allowed'
  /** The name that it gets here, since this disk cannot hold its own. */
  readonly becomes?: string
  readonly existingMtimeMs?: number
}

export interface IncomingLocation {
  /** Names a folder that main knows to be granted; a sub path may be added by hand. */
  readonly token: string
  readonly rootPath: string
  readonly subPath: string
  readonly freeBytes?: number
  readonly totalBytes?: number
  readonly sameFiles: number
  readonly sameBytes: number
  readonly replacedFiles: number
}

export interface InvitationCheck {
  readonly address: string
  readonly workspaceName: string
  readonly invitedBy: string
  readonly email?: string
  readonly keyHash: string
}
