import type { ClientId, JobId, UserId, WorkspaceId } from '../../../src/shared/domain/ids.ts'
import type { Job } from '../../../src/shared/domain/job.ts'

export const workspaceId = 'a'.repeat(24) as WorkspaceId
export const otherWorkspaceId = 'b'.repeat(24) as WorkspaceId
export const jobId = '1'.repeat(24) as JobId
export const me = 'c'.repeat(24) as UserId
export const lisa = 'd'.repeat(24) as UserId
export const thisClient = 'e'.repeat(24) as ClientId
export const otherClient = 'f'.repeat(24) as ClientId

/** An upload of mine from this machine, running. */
export function sampleJob(changes: Partial<Job> = {}): Job {
  return {
    id: jobId,
    workspaceId,
    name: 'rushes',
    status: 'running',
    source: { kind: 'user', userId: me, clientId: thisClient },
    destination: { kind: 'site', siteCode: 'hq' },
    userId: me,
    queue: 'medium',
    priority: 500,
    sizeBytes: 1000,
    fileCount: 10,
    taskCounts: { pending: 0, queued: 1, booting: 0, executing: 0, done: 0, failed: 0, onhold: 0, excluded: 0 },
    result: { filesDone: 0, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 0 },
    createdAtMs: 1_000_000,
    modifiedAtMs: 1_000_000,
    revision: 0,
    ...changes,
  }
}
