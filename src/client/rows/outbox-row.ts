import type { TransferRow } from '../../shared/contract/view.ts'
import { isErrorCode } from '../../shared/domain/errors.ts'
import type { TaskStatus } from '../../shared/domain/job.ts'
import type { Reason } from '../../shared/domain/reason.ts'
import type { OutboxEntry } from '../sending/outbox.ts'
import { transferKey } from './transfer-row.ts'

const noTasks: Readonly<Record<TaskStatus, number>> = {
  pending: 0,
  queued: 0,
  booting: 0,
  executing: 0,
  done: 0,
  failed: 0,
  onhold: 0,
  excluded: 0,
}

/** The row that stands for a job until its workspace can be reached, under the key that it will keep. */
export function outboxRow(entry: OutboxEntry, unreachable: { address: string; sinceMs: number }): TransferRow {
  const reason = reasonOf(entry, unreachable)
  return {
    key: transferKey(entry.workspaceId, entry.jobId),
    workspaceId: entry.workspaceId,
    jobId: entry.jobId,
    name: entry.name,
    direction: 'out',
    from: { kind: 'here', name: 'here' },
    to: { kind: 'user', name: entry.toName },
    status: entry.failure ? 'failed' : 'waiting',
    reason,
    bytesDone: 0,
    bytesTotal: 0,
    fileCount: 0,
    taskCounts: noTasks,
    result: { filesDone: 0, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 0 },
    queue: '',
    priority: entry.priority ?? 500,
    createdAtMs: entry.createdAtMs,
    revision: 0,
    ...(entry.note !== undefined && { note: entry.note }),
    can: {
      pause: false,
      resume: false,
      abort: true,
      retry: entry.failure !== undefined,
      showInFolder: true,
      setPriority: false,
    },
  }
}

function reasonOf(entry: OutboxEntry, unreachable: { address: string; sinceMs: number }): Reason {
  if (!entry.failure) return { code: 'workspace-unreachable', params: { ...unreachable } }
  const params: Record<string, string | number> = { error: 'INTERNAL' }
  if (isErrorCode(entry.failure.code)) params.error = entry.failure.code
  for (const [name, value] of Object.entries(entry.failure.params ?? {})) {
    if (typeof value !== 'boolean') params[name] = value
  }
  return { code: 'failed', params, action: 'retry' }
}
