import type { JobStatus, TaskStatus } from '../../shared/domain/job.ts'
import type { Reason, ReasonAction, ReasonCode } from '../../shared/domain/reason.ts'
import type { Standing } from '../scheduler/standing.ts'
import type { Hold } from '../store/jobs.ts'
import type { EndpointFacts } from './endpoint.ts'

/** All that a reason follows from. Names are in it, so that whoever shows it needs no look-up. */
export interface ReasonFacts {
  readonly status: JobStatus
  readonly hold: Hold | undefined
  readonly counts: Readonly<Record<TaskStatus, number>>
  readonly fileCount: number
  readonly viewerId: string | undefined
  readonly receiver:
    | { readonly id: string; readonly name: string; readonly email: string; readonly isInvited: boolean }
    | undefined
  /** The job that brings the files to the workspace is not done; where they come from is the name shown. */
  readonly waitsForUpload: { readonly name: string } | undefined
  readonly queue: string
  /** Undefined while the machine is not known. */
  readonly end: (key: string) => EndpointFacts | undefined
  /** What the scheduler says of it; asked only when it matters. */
  readonly standing: () => Standing | undefined
}

/** Why a job does not move, and what one can do about it; undefined when it moves, is about to, or has nothing to say. */
export function reasonOf(facts: ReasonFacts): Reason | undefined {
  const { status, hold } = facts
  switch (status) {
    case 'running':
      return undefined
    case 'done':
      return hold?.code === 'planned' || hold?.code === 'left' ? reason(hold.code, hold.params) : undefined
    case 'aborted':
      return hold?.code === 'declined' || hold?.code === 'failed'
        ? reason(hold.code, hold.params)
        : reason('aborted', hold?.params ?? {})
    case 'paused':
      return reason('paused', hold?.code === 'paused' ? hold.params : {}, 'resume')
    case 'failed':
      return failedReason(facts)
    case 'init':
      return consentReason(facts) ?? signupReason(facts) ?? standingReason(facts) ?? blockedReason(facts)
    case 'waiting':
      return waitingReason(facts)
  }
}

function waitingReason(facts: ReasonFacts): Reason | undefined {
  const { counts, receiver } = facts
  const consent = consentReason(facts)
  if (consent) return consent
  const signup = signupReason(facts)
  if (signup) return signup
  if (counts.pending > 0 && receiver) {
    const isReceiver = receiver.id === facts.viewerId
    if (facts.waitsForUpload && !isReceiver) return reason('upload', facts.waitsForUpload)
    const params = { userId: receiver.id, userName: receiver.name, files: facts.fileCount }
    return reason('location', params, isReceiver ? 'choose-folder' : 'remind')
  }
  if (facts.waitsForUpload) return reason('upload', facts.waitsForUpload)
  const blocked = blockedReason(facts)
  const standing = facts.standing()
  // What kept its source from being measured comes after what keeps it from being asked again.
  if (standing === undefined || (blocked && isTurn(standing))) return blocked
  return reasonOfStanding(facts, standing)
}

/** Only others that go first, or nothing that is known from here. */
function isTurn({ kind }: Standing): boolean {
  return kind === 'held' || kind === 'behind' || kind === 'end-busy'
}

/** Whoever has to choose has no account yet; so also while sizes are being measured. */
function signupReason({ counts, receiver }: ReasonFacts): Reason | undefined {
  if (counts.pending === 0 || !receiver?.isInvited) return undefined
  const params = { email: receiver.email, userId: receiver.id, userName: receiver.name }
  return reason('signup', params, 'copy-invitation')
}

function failedReason({ hold, counts }: ReasonFacts): Reason {
  if (hold?.code === 'retry') return reason('retry', hold.params, 'try-now')
  const total = counts.done + counts.failed + counts.queued + counts.onhold
  if (counts.done > 0 && counts.failed > 0) {
    return reason(
      'failed-in-part',
      { ...hold?.params, done: counts.done, total, failed: counts.failed },
      'see-and-retry',
    )
  }
  return reason('failed', hold?.params ?? { error: 'INTERNAL' }, 'retry')
}

function consentReason({ hold, viewerId }: ReasonFacts): Reason | undefined {
  if (hold?.code !== 'consent') return undefined
  return reason('consent', hold.params, hold.params.userId === viewerId ? 'look' : undefined)
}

function blockedReason({ hold }: ReasonFacts): Reason | undefined {
  return hold?.code === 'blocked' ? reason('blocked', hold.params, 'retry') : undefined
}

function standingReason(facts: ReasonFacts): Reason | undefined {
  const standing = facts.standing()
  return standing && reasonOfStanding(facts, standing)
}

function reasonOfStanding(facts: ReasonFacts, standing: Standing): Reason | undefined {
  switch (standing.kind) {
    case 'queue-paused':
      return reason('queue-paused', { queue: standing.queue })
    case 'switched-off':
      return reason(`${standing.direction}s-off`, {})
    case 'disabled':
      return reason('disabled', { what: standing.what, name: standing.name })
    case 'offline':
      return offlineReason(facts.end(standing.key))
    case 'held':
      return reason('blocked', standing.hold.params, 'retry')
    case 'behind':
      return reason('queue', { position: standing.position, queue: facts.queue }, 'start-now')
    case 'end-busy':
      return reason('busy', { name: facts.end(standing.key)?.name ?? '', count: standing.count })
  }
}

function offlineReason(end: EndpointFacts | undefined): Reason | undefined {
  if (end === undefined) return undefined
  return reason('peer-offline', {
    name: end.name,
    ...(end.lastSeenAtMs !== undefined && { sinceMs: end.lastSeenAtMs }),
  })
}

function reason(code: ReasonCode, params: Readonly<Record<string, string | number>>, action?: ReasonAction): Reason {
  return { code, params, ...(action && { action }) }
}
