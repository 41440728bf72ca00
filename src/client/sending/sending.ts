import { basename } from 'node:path'
import { nowMs } from '../../platform/clock.ts'
import { newEntityId } from '../../platform/random-id.ts'
import type { SendRequest } from '../../shared/contract/engine-process.ts'
import type { OperationOutput } from '../../shared/contract/operations.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId, UserId, WorkspaceId } from '../../shared/domain/ids.ts'
import type { WorkspaceConnection } from '../connection/workspace-connection.ts'
import type { Grants } from '../grants/grants.ts'
import { localPath, realPathOf } from '../grants/real-path.ts'
import type { Mirror } from '../presence/mirror.ts'
import type { Outbox, OutboxEntry } from './outbox.ts'
import { type Sender, submittedSpecification } from './specification.ts'

export interface SendingParts {
  readonly workspaceId: WorkspaceId
  readonly connection: WorkspaceConnection
  readonly mirror: Mirror
  readonly grants: Grants
  readonly outbox: Outbox
  sender(): Sender
  /** From the session, so that it is known before the first snapshot. */
  readonly myUserId: UserId
  /** An entry was queued, accepted or refused. */
  onOutbox(jobId: JobId): void
}

export interface Submitted {
  readonly jobIds: readonly JobId[]
  readonly invitations: OperationOutput<'transfer/create'>['invitations']
}

/** From what a person picked to jobs of the workspace, at once or when it can be reached. */
export class Sending {
  readonly #parts: SendingParts
  readonly #inFlight = new Map<JobId, Promise<OperationOutput<'transfer/create'>>>()
  #flushing: Promise<void> | undefined

  constructor(parts: SendingParts) {
    this.#parts = parts
  }

  /**
   * Settles when the grants of everything in flight are in place, also of what the workspace took just before this program
   * was killed: then its answer is still owed.
   */
  async settled(): Promise<void> {
    const { outbox, workspaceId } = this.#parts
    await Promise.allSettled([...this.#inFlight.values()])
    if (outbox.of(workspaceId).some((entry) => !entry.failure)) await this.flush()
  }

  /**
   * Fails with PATH_NOT_GRANTED, SPEC_INVALID and the workspace's refusals. Unreachable or signed out is no failure: the
   * job then waits here, under the id it will keep.
   */
  async submit(request: SendRequest): Promise<Submitted> {
    const { workspaceId, outbox, onOutbox } = this.#parts
    const jobId = request.jobId ?? newEntityId<JobId>()
    const entry: OutboxEntry = {
      jobId,
      workspaceId,
      name: request.name ?? basename(request.items[0]?.path ?? ''),
      toName: targetName(request.target),
      spec: submittedSpecification(request, this.#parts.sender()),
      deliverFrom: request.deliverFrom,
      ...(request.note !== undefined && { note: request.note }),
      ...(request.priority !== undefined && { priority: request.priority }),
      paths: await this.#picked(request),
      createdAtMs: nowMs(),
    }
    await outbox.put(entry)
    try {
      const { jobs, invitations } = await this.#create(entry)
      return { jobIds: jobs.map((job) => job.id), invitations }
    } catch (thrown) {
      const failure = TernError.from(thrown)
      if (!isPassing(failure)) {
        await outbox.remove(jobId)
        throw failure
      }
      onOutbox(jobId)
      return { jobIds: [jobId], invitations: [] }
    }
  }

  /** The workspace is there again. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined
    })
    return this.#flushing
  }

  /** A person tries a refused one again. */
  async retry(entry: OutboxEntry): Promise<void> {
    const { failure: _failure, ...rest } = entry
    await this.#parts.outbox.put(rest)
    this.#parts.onOutbox(entry.jobId)
    await this.flush()
  }

  async #flush(): Promise<void> {
    const { workspaceId, outbox, onOutbox } = this.#parts
    for (const entry of outbox.of(workspaceId)) {
      // Another call may have seen to it meanwhile.
      if (entry.failure || outbox.find(entry.jobId) !== entry) continue
      try {
        await this.#create(entry)
      } catch (thrown) {
        const failure = TernError.from(thrown)
        if (isPassing(failure)) return
        // Whoever submitted it has been told, and has taken it back.
        if (outbox.find(entry.jobId) !== entry) continue
        const { code, params } = failure.toEnvelope()
        await outbox.put({ ...entry, failure: { code, ...(params && { params: { ...params } }) } })
        onOutbox(entry.jobId)
      }
    }
  }

  /** Once at a time for each: only the first answer tells the invitations that were made. */
  #create(entry: OutboxEntry): Promise<OperationOutput<'transfer/create'>> {
    const running = this.#inFlight.get(entry.jobId)
    if (running) return running
    const work = this.#createNow(entry).finally(() => this.#inFlight.delete(entry.jobId))
    this.#inFlight.set(entry.jobId, work)
    return work
  }

  async #createNow(entry: OutboxEntry): Promise<OperationOutput<'transfer/create'>> {
    const { workspaceId, connection, mirror, myUserId, grants, outbox, onOutbox } = this.#parts
    const { jobId: id, spec, deliverFrom, note, paths } = entry
    const created = await connection.call('transfer/create', { id, spec, deliverFrom, ...(note && { note }) })
    // Only jobs that leave from this person's machine read what was picked; a delivery from a home does not.
    const fromHere = created.jobs.filter((job) => job.source.kind === 'user' && job.source.userId === myUserId)
    await grants.addAll(
      fromHere.flatMap((job) =>
        paths.map(({ path, origin }) => ({
          path,
          origin,
          mode: 'read' as const,
          scope: { kind: 'job' as const, workspaceId, jobId: job.id },
        })),
      ),
    )
    await outbox.remove(id)
    for (const job of created.jobs) mirror.putJob(job)
    onOutbox(id)
    return created
  }

  /** Every item must have been picked by a person in this run; an edited specification may name more and then asks. */
  async #picked(request: SendRequest): Promise<OutboxEntry['paths']> {
    const paths: OutboxEntry['paths'] = []
    for (const { path } of request.items) {
      const real = await realPathOf(localPath(path))
      const origin = this.#parts.grants.pickedOrigin(real, 'read')
      if (origin !== 'drop' && origin !== 'dialog' && origin !== 'paste') {
        throw new TernError('PATH_NOT_GRANTED', { path })
      }
      paths.push({ path, origin })
    }
    return paths
  }
}

function isPassing(failure: TernError): boolean {
  return ['WORKSPACE_UNREACHABLE', 'TOO_MANY_REQUESTS', 'NOT_SIGNED_IN', 'KEY_MISMATCH', 'INTERNAL'].includes(
    failure.code,
  )
}

function targetName(target: SendRequest['target']): string {
  if (target.kind === 'share') return target.code
  return target.kind === 'home' ? 'home' : target.email
}
