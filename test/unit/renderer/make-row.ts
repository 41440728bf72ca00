import type { TransferKey, TransferRow, TransferTotals } from '../../../src/shared/contract/view.ts'
import type { JobId, WorkspaceId } from '../../../src/shared/domain/ids.ts'

let made = 0

/** A transfer that waits, with nothing special about it. */
export function makeRow(extra: Partial<TransferRow>): TransferRow {
  made += 1
  const workspaceId = 'a'.repeat(24) as WorkspaceId
  const jobId = made.toString(16).padStart(24, '0') as JobId
  return {
    key: `${workspaceId}/${jobId}` as TransferKey,
    workspaceId,
    jobId,
    name: `Transfer ${made}`,
    direction: 'out',
    from: { kind: 'here', name: 'here' },
    to: { kind: 'site', name: 'hq' },
    status: 'waiting',
    bytesDone: 0,
    bytesTotal: 1000,
    fileCount: 1,
    taskCounts: { pending: 0, queued: 1, booting: 0, executing: 0, done: 0, failed: 0, onhold: 0, excluded: 0 },
    result: { filesDone: 0, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 0 },
    queue: 'medium',
    priority: 500,
    createdAtMs: made,
    revision: 1,
    can: { pause: true, resume: false, abort: true, retry: false, showInFolder: true, setPriority: true },
    ...extra,
  }
}

export const totals: TransferTotals = {
  bytesPerSecondOut: 0,
  bytesPerSecondIn: 0,
  running: 0,
  waiting: 0,
  failed: 0,
  waitingOnYou: 0,
  finishedTotal: 0,
}

/** Reducers must not touch what they are given. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const each of value instanceof Map ? value.values() : Object.values(value)) deepFreeze(each)
  }
  return value
}
