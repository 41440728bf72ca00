import type { Bottleneck } from './bottleneck.ts'
import type { ErrorEnvelope } from './errors.ts'
import type { ClientId, JobId, ShareId, TaskId, UserId, WorkspaceId } from './ids.ts'
import type { Reason } from './reason.ts'

/** Job statuses of the transfers document. */
export type JobStatus = 'init' | 'waiting' | 'running' | 'paused' | 'failed' | 'aborted' | 'done'

/** Task statuses of the transfers document. */
export type TaskStatus = 'pending' | 'queued' | 'booting' | 'executing' | 'done' | 'failed' | 'onhold' | 'excluded'

/** One side of a job: a site (the workspace's own storage) or a user's machine. */
export type Party =
  | { readonly kind: 'site'; readonly siteCode: string }
  | { readonly kind: 'user'; readonly userId: UserId; readonly clientId?: ClientId }

/** One side of a task, as the transfers document describes its `source` and `destination`. */
export interface TaskEndpoint {
  readonly siteCode?: string
  readonly userId?: UserId
  readonly clientId?: ClientId
  /** Set when the path is relative to a share. */
  readonly shareId?: ShareId
  /**
   * `/`-separated. Relative to the share when there is one; else absolute on the client's machine; else, for a
   * destination user who has not chosen yet, relative to the location to come. Empty: the share or location itself.
   */
  readonly path: string
  /** Destination only: `into` puts the source's own name beneath `path` (trailing slash, or no path); `as` names it. */
  readonly placement?: 'into' | 'as'
  readonly pathAbsFinal?: string
}

export interface Task {
  readonly id: TaskId
  readonly jobId: JobId
  /** Unique in its job, usually a running number as text. */
  readonly uri: string
  readonly status: TaskStatus
  readonly priority: number
  readonly source: TaskEndpoint
  readonly destination: TaskEndpoint
  readonly kind: 'file' | 'folder' | 'unknown'
  readonly sizeBytes: number
  readonly fileCount: number
  readonly createdAtMs: number
  readonly finishedAtMs?: number
  /** Duration of the bucket that this task went with. */
  readonly timeMs?: number
  readonly result?: TaskResult
  readonly error?: ErrorEnvelope
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly settings?: Readonly<Record<string, string>>
}

/** What the receiver verified for one task. */
export interface TaskResult {
  /** In place now; those that were there already and those that replaced one are counted in it. */
  readonly filesDone: number
  readonly filesAlreadyThere: number
  readonly filesReplaced: number
  readonly filesFailed: number
  readonly bytesVerified: number
  /** Deleted at the destination by a one-way sync, files and folders; absent: none. */
  readonly filesRemoved?: number | undefined
}

export interface Job {
  readonly id: JobId
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly status: JobStatus
  /** Computed when read, for whatever does not move. */
  readonly reason?: Reason
  readonly source: Party
  readonly destination: Party
  /** Who created it. */
  readonly userId: UserId
  readonly queue: string
  /** 1 to 1000, 1000 first (job specification, Priorities). */
  readonly priority: number
  readonly sizeBytes: number
  readonly fileCount: number
  readonly taskCounts: Readonly<Record<TaskStatus, number>>
  /** Sums over the tasks' results, durable. */
  readonly result: TaskResult
  readonly createdAtMs: number
  readonly modifiedAtMs: number
  readonly finishedAtMs?: number
  /** Rises with each change of the location; `transfer/resolve` must name the one it saw. */
  readonly revision: number
  /** The job that brings this one's files to the workspace first (deliver from the workspace). */
  readonly afterJobId?: JobId
  /** The delivery or request that it belongs to. */
  readonly parentId?: JobId
  /** Where the receiver chose to put it; for the receiver's own clients only. */
  readonly location?: { readonly clientId: ClientId; readonly path: string }
  readonly note?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly settings?: Readonly<Record<string, string>>
}

/** Ephemeral figures of a running dispatch; never stored. */
export interface JobProgress {
  readonly jobId: JobId
  readonly phase: TransferPhase
  readonly filesScanned: number
  readonly filesCompared: number
  readonly filesTotal: number
  readonly filesDone: number
  readonly filesAlreadyThere: number
  /** Verified and durable, those already in place included. */
  readonly bytesVerified: number
  readonly bytesTotal: number
  readonly bytesPerSecond: number
  /** Seconds; absent until it is steady. */
  readonly etrSeconds?: number
  /** Tasks in work, by uri: verified and total bytes. */
  readonly tasks?: readonly { readonly uri: string; readonly bytesVerified: number; readonly bytesTotal: number }[]
  readonly lanes?: number
  readonly route?: 'direct' | 'relay'
  /** What holds it up, as measured over the last seconds; absent where nothing stands out. */
  readonly bottleneck?: Bottleneck
  /** Where that is a limit: bytes a second. */
  readonly limitBytesPerSecond?: number
  /** More of what was verified before may still be found: until then these figures may fall short of it. */
  readonly isChecking?: boolean
  /** How many runs these figures are added up of; one when absent. */
  readonly runs?: number
}

export type TransferPhase = 'connecting' | 'scanning' | 'comparing' | 'transferring' | 'verifying'
