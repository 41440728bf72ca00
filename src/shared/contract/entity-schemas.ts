import { z } from 'zod'
import { bottlenecks } from '../domain/bottleneck.ts'
import { isEmail } from '../domain/email.ts'
import type { Client, Share, Site, User, Workspace } from '../domain/entities.ts'
import { type ErrorCode, type ErrorEnvelope, isErrorCode } from '../domain/errors.ts'
import type { ClientId, DispatchId, JobId, ShareId, TaskId, UserId, WorkspaceId } from '../domain/ids.ts'
import { isEntityId } from '../domain/ids.ts'
import type { Job, JobProgress, Party, Task, TaskEndpoint, TaskResult } from '../domain/job.ts'
import type { Reason } from '../domain/reason.ts'
import { jobStatuses } from '../domain/status/job-status.ts'
import { taskStatuses } from '../domain/status/task-status.ts'

function entityId<Id extends string>() {
  return z.custom<Id>((value) => typeof value === 'string' && isEntityId(value), 'an id of 24 hexadecimal characters')
}

export const workspaceId = entityId<WorkspaceId>()
export const userId = entityId<UserId>()
export const clientId = entityId<ClientId>()
export const shareId = entityId<ShareId>()
export const jobId = entityId<JobId>()
export const dispatchId = entityId<DispatchId>()
export const taskId = z.custom<TaskId>((value) => z.uuidv4().safeParse(value).success, 'a task id (UUID 4)')
export const keyHash = z.string().regex(/^[0-9a-f]{64}$/)

export const name = z.string().trim().min(1).max(200)
export const email = z.string().refine(isEmail, 'Invalid email address')
// Paths are bounded here and checked for what they mean where they are used.
export const path = z.string().max(4096)
const count = z.number().int().nonnegative()
const epochMs = z.number().int().nonnegative()

export const errorCode = z.custom<ErrorCode>(isErrorCode, 'a known error code')
export const errorParams = z.record(z.string().max(64), z.union([z.string().max(4096), z.number(), z.boolean()]))
export const errorEnvelope = z.object({
  code: errorCode,
  params: errorParams.optional(),
}) as unknown as z.ZodType<ErrorEnvelope>

export const role = z.enum(['admin', 'employee', 'standard'])
export const jobStatus = z.enum(jobStatuses)
export const taskStatus = z.enum(taskStatuses)

export const workspace = z.object({
  id: workspaceId,
  code: z.string(),
  name: z.string(),
}) satisfies z.ZodType<Workspace>

export const user = z.object({
  id: userId,
  email: z.string(),
  name: z.string(),
  role,
  status: z.enum(['enabled', 'invited', 'disabled']),
  online: z.boolean(),
  lastSeenAtMs: epochMs.optional(),
}) as unknown as z.ZodType<User>

export const share = z.object({
  id: shareId,
  code: z.string(),
  name: z.string(),
  kind: z.enum(['volume', 'folder', 'home', 'collection']),
  isDefault: z.boolean(),
  userId: userId.optional(),
  siteCode: z.string(),
  mayRead: z.boolean(),
  mayWrite: z.boolean(),
}) as unknown as z.ZodType<Share>

export const site = z.object({
  code: z.string(),
  name: z.string(),
  online: z.boolean(),
  lastSeenAtMs: epochMs.optional(),
}) as unknown as z.ZodType<Site>

export const clientKind = z.enum(['app', 'server', 'user-server', 'browser'])

export const client = z.object({
  id: clientId,
  name: z.string(),
  kind: clientKind,
  userId: userId.optional(),
  siteCode: z.string().optional(),
  keyHash,
  online: z.boolean(),
  lastSeenAtMs: epochMs.optional(),
}) as unknown as z.ZodType<Client>

export const party = z.union([
  z.object({ kind: z.literal('site'), siteCode: z.string() }),
  z.object({ kind: z.literal('user'), userId, clientId: clientId.optional() }),
]) as unknown as z.ZodType<Party>

export const reason = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  action: z.string().optional(),
}) as unknown as z.ZodType<Reason>

export const taskResult = z.object({
  filesDone: count,
  filesAlreadyThere: count,
  filesReplaced: count,
  filesFailed: count,
  bytesVerified: count,
  filesRemoved: count.optional(),
}) satisfies z.ZodType<TaskResult>

const settings = z.record(z.string(), z.string())
export const metadata = z.record(z.string(), z.unknown())

export const job = z.object({
  id: jobId,
  workspaceId,
  name: z.string(),
  status: jobStatus,
  reason: reason.optional(),
  source: party,
  destination: party,
  userId,
  queue: z.string(),
  priority: z.number().int(),
  sizeBytes: count,
  fileCount: count,
  taskCounts: z.record(taskStatus, count),
  result: taskResult,
  createdAtMs: epochMs,
  modifiedAtMs: epochMs,
  finishedAtMs: epochMs.optional(),
  revision: count,
  afterJobId: jobId.optional(),
  parentId: jobId.optional(),
  location: z.object({ clientId, path }).optional(),
  note: z.string().optional(),
  metadata: metadata.optional(),
  settings: settings.optional(),
}) as unknown as z.ZodType<Job>

export const taskEndpoint = z.object({
  siteCode: z.string().optional(),
  userId: userId.optional(),
  clientId: clientId.optional(),
  shareId: shareId.optional(),
  path,
  placement: z.enum(['into', 'as']).optional(),
  pathAbsFinal: path.optional(),
}) as unknown as z.ZodType<TaskEndpoint>

export const task = z.object({
  id: taskId,
  jobId,
  uri: z.string(),
  status: taskStatus,
  priority: z.number().int(),
  source: taskEndpoint,
  destination: taskEndpoint,
  kind: z.enum(['file', 'folder', 'unknown']),
  sizeBytes: count,
  fileCount: count,
  createdAtMs: epochMs,
  finishedAtMs: epochMs.optional(),
  timeMs: z.number().nonnegative().optional(),
  result: taskResult.optional(),
  error: errorEnvelope.optional(),
  metadata: metadata.optional(),
  settings: settings.optional(),
}) as unknown as z.ZodType<Task>

export const jobProgress = z.object({
  jobId,
  phase: z.enum(['connecting', 'scanning', 'comparing', 'transferring', 'verifying']),
  filesScanned: count,
  filesCompared: count,
  filesTotal: count,
  filesDone: count,
  filesAlreadyThere: count,
  bytesVerified: count,
  bytesTotal: count,
  bytesPerSecond: z.number().nonnegative(),
  etrSeconds: z.number().nonnegative().optional(),
  tasks: z
    .array(z.object({ uri: z.string(), bytesVerified: count, bytesTotal: count }))
    .max(64)
    .optional(),
  lanes: count.optional(),
  route: z.enum(['direct', 'relay']).optional(),
  bottleneck: z.enum(bottlenecks).optional(),
  limitBytesPerSecond: z.number().nonnegative().optional(),
  isChecking: z.boolean().optional(),
  runs: count.optional(),
}) as unknown as z.ZodType<JobProgress>

export const previewEntry = z.object({
  /** Relative to the location it will land in; the item's own name leads. */
  path,
  kind: z.enum(['file', 'folder']),
  sizeBytes: count,
  mtimeMs: z.number(),
})

export const logEntry = z.object({
  atMs: epochMs,
  level: z.enum(['info', 'warning', 'error']),
  /** A stable event name, or an error's code. */
  code: z.string(),
  params: errorParams.optional(),
  /** Of the task that it is about. */
  uri: z.string().optional(),
})

export const fence = { dispatchId, epoch: count }
