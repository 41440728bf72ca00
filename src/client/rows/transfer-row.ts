import type { PlaceLabel, RowAbilities, RowProgress, TransferKey, TransferRow } from '../../shared/contract/view.ts'
import type { ClientId, UserId, WorkspaceId } from '../../shared/domain/ids.ts'
import type { Job, JobProgress, Party } from '../../shared/domain/job.ts'
import type { Reason } from '../../shared/domain/reason.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import { bytesBefore } from '../../shared/domain/units/added-progress.ts'
import type { Mirror } from '../presence/mirror.ts'
import { rowParties } from './row-parties.ts'

export interface RowContext {
  readonly workspaceId: WorkspaceId
  /** This person and this machine: known before anything else of the workspace is. */
  readonly me: { readonly userId: UserId; readonly clientId: ClientId }
  readonly mirror: Pick<Mirror, 'clients' | 'users' | 'sites'> & Partial<Pick<Mirror, 'workspace'>>
  readonly progress: JobProgress | undefined
  /** What was shown of it last: bytes of the job as a whole that are verified and kept. */
  readonly keptBytes: number | undefined
  /** The workspace cannot be reached now: what does not run here says so. */
  readonly unreachable: { readonly address: string; readonly sinceMs: number } | undefined
}

export function transferKey(workspaceId: WorkspaceId, jobId: string): TransferKey {
  return `${workspaceId}/${jobId}`
}

/** One row of the table, seen from this machine. */
export function transferRow(job: Job, context: RowContext): TransferRow {
  const { workspaceId, progress } = context
  const from = placeLabel(job.source, context)
  const to = placeLabel(job.destination, context, job)
  const waitsOnYou = waitingOnYou(job, context)
  const reason = reasonOf(job, context)
  const before = progress ? bytesBefore(job, progress) : job.result.bytesVerified
  const direction = from.kind === 'here' ? 'out' : to.kind === 'here' ? 'in' : 'between'
  return {
    key: transferKey(workspaceId, job.id),
    workspaceId,
    jobId: job.id,
    name: job.name,
    direction,
    from,
    to,
    status: job.status,
    ...(reason && { reason }),
    ...(waitsOnYou && { waitsOnYou }),
    ...(progress && { progress: rowProgress(job, progress, before) }),
    bytesDone: progress?.isChecking || !progress ? Math.max(before, context.keptBytes ?? 0) : before,
    bytesTotal: job.sizeBytes,
    fileCount: job.fileCount,
    taskCounts: job.taskCounts,
    result: job.result,
    queue: job.queue,
    priority: job.priority,
    createdAtMs: job.createdAtMs,
    modifiedAtMs: job.modifiedAtMs,
    ...(isFinished(job.status) && { finishedAtMs: job.finishedAtMs ?? job.modifiedAtMs }),
    revision: job.revision,
    ...(job.note !== undefined && { note: job.note }),
    parties: rowParties(job, context.mirror),
    can: abilities(job, direction, waitsOnYou),
  }
}

function placeLabel(party: Party, context: RowContext, chosenFor?: Job): PlaceLabel {
  const { mirror, me } = context
  if (party.kind === 'site') return { kind: 'site', name: mirror.sites.get(party.siteCode)?.code ?? party.siteCode }
  const isMe = party.userId === me.userId
  const client = party.clientId === undefined ? undefined : mirror.clients.get(party.clientId)
  // A delivery that nobody has placed yet is to be placed here, as far as this machine is concerned.
  const isHere = isMe && (party.clientId === undefined || party.clientId === me.clientId)
  if (isHere) {
    const path = chosenFor?.location?.path
    return { kind: 'here', name: 'here', ...(path !== undefined && { detail: path }) }
  }
  const name = mirror.users.get(party.userId)?.name ?? client?.name ?? ''
  return { kind: 'user', name, ...(isMe && client && { detail: client.name }) }
}

function waitingOnYou(job: Job, { me }: RowContext): 'location' | 'consent' | undefined {
  const { code, params } = job.reason ?? {}
  const isToMe = job.destination.kind === 'user' && job.destination.userId === me.userId
  if (code === 'location' && isToMe) return 'location'
  return code === 'consent' && params?.clientId === me.clientId ? 'consent' : undefined
}

function reasonOf(job: Job, { unreachable, progress }: RowContext): Reason | undefined {
  const isLive = job.status === 'init' || job.status === 'waiting' || job.status === 'running'
  if (unreachable && isLive && !progress) return { code: 'workspace-unreachable', params: { ...unreachable } }
  return job.reason
}

/** Figures of the job as a whole, so that a second dispatch goes on where the first one ended. */
function rowProgress(job: Job, progress: JobProgress, before: number): RowProgress {
  const { jobId: _jobId, tasks: _tasks, runs: _runs, bytesVerified, bytesTotal, ...figures } = progress
  return {
    ...figures,
    bytesVerified: before + bytesVerified,
    bytesTotal: Math.max(job.sizeBytes, before + bytesTotal),
  }
}

function abilities(job: Job, direction: TransferRow['direction'], waitsOnYou: string | undefined): RowAbilities {
  const { status, reason } = job
  const isActive = status === 'init' || status === 'waiting' || status === 'running'
  const waitsToRetry = status === 'waiting' && (reason?.code === 'retry' || reason?.code === 'blocked')
  const hasFiles = job.result.filesDone + job.result.filesAlreadyThere > 0 || status === 'done'
  return {
    pause: isActive && waitsOnYou === undefined,
    resume: status === 'paused',
    abort: !isFinished(status),
    retry: status === 'failed' || status === 'aborted' || waitsToRetry,
    showInFolder: direction === 'out' || (direction === 'in' && hasFiles),
    setPriority: !isFinished,
  }
}
