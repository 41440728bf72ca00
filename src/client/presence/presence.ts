import { nowMs } from '../../platform/clock.ts'
import { Disposer } from '../../platform/disposer.ts'
import type { Logger } from '../../platform/logger.ts'
import { type ServerFrame, snapshotLiveJobs } from '../../shared/contract/stream.ts'
import type { WorkspaceView } from '../../shared/contract/view.ts'
import { isAbort, TernError } from '../../shared/domain/errors.ts'
import type { JobId, WorkspaceId } from '../../shared/domain/ids.ts'
import type { Job } from '../../shared/domain/job.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import { untilAcknowledged } from '../connection/backoff.ts'
import { type ChannelState, ControlChannel } from '../connection/control-channel.ts'
import { WorkspaceConnection } from '../connection/workspace-connection.ts'
import { DispatchRunner } from '../dispatches/dispatch-runner.ts'
import { EndpointResolver } from '../dispatches/endpoint-resolver.ts'
import { SpeedLimit } from '../dispatches/speed-limit.ts'
import { FileAnswers } from '../files/file-answers.ts'
import type { HostParts } from '../host-parts.ts'
import { Consents } from '../incoming/consents.ts'
import { Incoming } from '../incoming/incoming.ts'
import { Unattended } from '../incoming/unattended.ts'
import { Measuring } from '../measuring.ts'
import { transferKey } from '../rows/transfer-row.ts'
import { Sending } from '../sending/sending.ts'
import { candidatesOf } from './candidates.ts'
import { FinishedJobs } from './finished-jobs.ts'
import { JobRows } from './job-rows.ts'
import { Mirror, type Snapshot } from './mirror.ts'
import type { PresenceRecord } from './presence-store.ts'
import { thisMachine } from './this-machine.ts'

/** This host in one workspace: its connection, what it sees there, and what it does for it. */
export class Presence implements AsyncDisposable {
  readonly connection: WorkspaceConnection
  readonly mirror: Mirror
  readonly sending: Sending
  readonly incoming: Incoming
  readonly consents: Consents
  readonly finished: FinishedJobs
  readonly rows: JobRows
  readonly #parts: HostParts
  readonly #logger: Logger
  readonly #channel: ControlChannel
  readonly #runner: DispatchRunner
  readonly #measuring: Measuring
  readonly #files: FileAnswers
  readonly #resolver: EndpointResolver
  /** Over all that this machine does in the workspace. */
  readonly #limit: SpeedLimit
  readonly #unattended: Unattended | undefined
  readonly #ended = new AbortController()
  readonly #disposer = new Disposer()
  #record: PresenceRecord
  #sinceMs: number
  #synchronising: Promise<void> = Promise.resolve()

  constructor(record: PresenceRecord, sessionToken: string | undefined, parts: HostParts) {
    this.#parts = parts
    this.#record = record
    this.#sinceMs = nowMs()
    const { workspaceId } = record
    this.#logger = parts.logger.child({ workspaceId })
    this.connection = this.#disposer.use(new WorkspaceConnection(record, sessionToken))
    this.mirror = new Mirror({
      onJob: (before, after) => this.#onJob(before, after),
      onJobRemoved: (id, before) => {
        this.finished.onJobRemoved(before)
        this.#background(() => this.#parts.grants.endJob({ workspaceId: this.workspaceId, jobId: id }))
        this.#background(() => this.#forgetJob(id))
      },
      onSurroundings: () => this.#onSurroundings(),
    })
    const { engine, grants, outbox, remembered, peerKeys } = parts
    const { connection, mirror } = this
    this.#limit = this.#disposer.use(new SpeedLimit((limited) => engine.setGroupLimit(workspaceId, limited)))
    this.#resolver = new EndpointResolver(grants, parts.setup.allowedRoots ?? [])
    const shared = { workspaceId, connection, mirror, grants, engine, logger: this.#logger, resolver: this.#resolver }
    this.sending = new Sending({
      ...shared,
      outbox,
      sender: () => ({ email: this.#record.me.email, clientId: this.#record.clientId }),
      myUserId: this.#record.me.userId,
      onOutbox: (jobId) => this.rows.putQueued(jobId),
    })
    const incomingParts = { ...shared, remembered, downloadFolder: parts.downloadFolder }
    this.incoming = new Incoming(incomingParts)
    this.consents = new Consents(incomingParts, this.incoming)
    this.finished = new FinishedJobs(connection)
    this.rows = new JobRows({
      parts,
      mirror,
      record: () => this.#record,
      offlineSinceMs: () => (this.#channel.state === 'online' ? undefined : this.#sinceMs),
    })
    this.#measuring = this.#disposer.use(
      new Measuring({
        ...shared,
        submitted: () => this.sending.settled(),
      }),
    )
    this.#unattended =
      parts.setup.kind === 'user-server' ? new Unattended(incomingParts, () => this.#record.name) : undefined
    this.#runner = this.#disposer.use(
      new DispatchRunner({
        ...shared,
        peerKeys,
        send: (frame) => this.#channel.send(frame),
        onProgress: (order, progress) => this.rows.ownProgress(order.jobId, order.dispatchId, progress),
      }),
    )
    this.#files = this.#disposer.use(
      new FileAnswers({
        resolver: this.#resolver,
        logger: this.#logger,
        isBusy: (path) => this.#runner.usesPath(path),
        send: (frame) => this.#channel.send(frame),
      }),
    )
    this.#channel = this.#disposer.use(
      new ControlChannel(
        connection,
        { revision: () => this.mirror.revision, leases: () => this.#runner.leases() },
        {
          onState: (state) => this.#onState(state),
          onOpen: () => this.#onOpen(),
          onFrame: (frame) => this.#onFrame(frame),
        },
        this.#logger,
      ),
    )
  }

  get record(): PresenceRecord {
    return this.#record
  }

  get workspaceId(): WorkspaceId {
    return this.#record.workspaceId
  }

  start(): void {
    for (const entry of this.#parts.outbox.of(this.workspaceId)) this.rows.putQueued(entry.jobId)
    this.#channel.start()
  }

  /** A new session, or the same one again: the stream is opened with it at once. */
  changeSession(sessionToken: string | undefined): void {
    if (this.connection.sessionToken === sessionToken && this.#channel.state === 'online') return
    this.connection.sessionToken = sessionToken
    this.#channel.reconnect()
  }

  async rename(changes: Partial<PresenceRecord>): Promise<void> {
    this.#record = { ...this.#record, ...changes }
    await this.#parts.presenceStore.put(this.#record)
    this.#parts.onPresences()
  }

  view(): WorkspaceView {
    const { workspaceId, code, name, address, me, clientId, isHostedHere, isDemo } = this.#record
    const connection = this.connection.sessionToken === undefined ? 'signed-out' : this.#channel.state
    const names = { id: workspaceId, code, name, address, me, clientId }
    return { ...names, connection, sinceMs: this.#sinceMs, isHostedHere, isDemo }
  }

  job(id: JobId): Job {
    const job = this.mirror.jobs.get(id)
    if (!job) throw new TernError('NOT_FOUND', { kind: 'transfer', id })
    return job
  }

  /** Stops what runs and journals it; tells the workspace as far as `graceMs` allows. */
  async shutDown(graceMs: number): Promise<void> {
    await this.#runner.shutDown(graceMs)
    await this[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    this.rows.close()
    await this.#disposer.dispose()
  }

  #onState(state: ChannelState): void {
    this.#sinceMs = nowMs()
    this.#logger.info({ state }, 'connection')
    this.#parts.onPresences()
    this.rows.putAll()
  }

  /** The stream is open: claims, addresses, the snapshot if it is needed, and what waited here. */
  #onOpen(): void {
    const { signal } = this.#ended
    this.#background(async () => {
      const candidates = candidatesOf(this.#parts.engine.listening)
      await untilAcknowledged(() => this.#runner.claim(), signal)
      await untilAcknowledged(() => this.connection.call('client/announce', { candidates, ...thisMachine() }), signal)
      if (!this.mirror.isLoaded) await this.#synchronise()
      await this.sending.flush()
    })
  }

  #onFrame(frame: ServerFrame): void {
    switch (frame.type) {
      case 'welcome':
      case 'session.ended':
        return
      case 'changes':
        // Changes that come before the snapshot are in it; those after it wait until it is taken in.
        void this.#synchronising
          .then(() => this.mirror.apply(frame.revision, frame.changes))
          .catch((error) => this.#logger.error({ err: error }, 'changes could not be taken in'))
        return
      case 'reset':
        this.#background(() => this.#synchronise())
        return
      case 'progress':
        for (const progress of frame.jobs) this.rows.progress(progress)
        return
      case 'site.shares':
        this.#resolver.setShares(frame.shares)
        return
      case 'dispatch.start':
        this.#runner.start(frame.dispatch)
        return
      case 'dispatch.stop':
        this.#runner.stop(frame)
        return
      case 'dispatch.settings':
        this.#runner.changeSettings(frame, frame.settings)
        return
      case 'client.settings':
        this.#limit.change(frame.settings)
        return
      case 'transfer.measure':
        this.#background(() => this.#measuring.measure(frame))
        return
      case 'files.request':
      case 'files.more':
      case 'files.stop':
        this.#background(() => this.#files.receive(frame))
        return
      case 'reminder': {
        const row = this.#parts.rows.row(transferKey(this.workspaceId, frame.jobId))
        if (row) this.#parts.notices.remind(row, frame.from, nowMs())
      }
    }
  }

  #synchronise(): Promise<void> {
    const work = this.#synchronising.then(async () => {
      const { signal } = this.#ended
      const snapshot = await untilAcknowledged(() => this.connection.call('workspace/snapshot', {}, { signal }), signal)
      await this.finished.refresh().catch(() => undefined)
      this.mirror.load(snapshot)
      this.#forgetEndedJobs(snapshot)
      const { workspace, me, clientId } = snapshot
      const { id: userId, name, email, role } = me
      await this.rename({
        code: workspace.code,
        name: workspace.name,
        me: { userId, name, email, role },
        ...(clientId !== undefined && { clientId }),
      })
    })
    this.#synchronising = work.catch(() => undefined)
    return work
  }

  #onSurroundings(): void {
    this.#parts.onPresences()
    this.rows.putAll()
  }

  #onJob(before: Job | undefined, after: Job | undefined): void {
    this.finished.onJob(before, after)
    if (!after) {
      if (before) this.rows.remove(before.id)
      return
    }
    const row = this.rows.put(after)
    if (row.waitsOnYou === 'location' && this.#unattended) {
      const { signal } = this.#ended
      this.#background(() => this.#unattended?.accept(after, signal))
    }
    const isOver = isFinished(after.status)
    if (isOver && before && !isFinished(before.status)) this.#background(() => this.#forgetJob(after.id))
  }

  /** A job that is over or gone leaves no partial files behind. Its grants stay as long as it can be taken up again. */
  async #forgetJob(id: JobId): Promise<void> {
    await this.#runner.whenIdle(id)
    const job = this.mirror.jobs.get(id)
    if (job && !isFinished(job.status)) return
    const { engine } = this.#parts
    // Each line of a job has a journal of its own.
    for (const key of engine.resumeKeys()) if (jobOf(key, this.workspaceId) === id) await engine.forget(key)
  }

  /**
   * What ended while this machine was away, or could not be tidied up before. The oldest of what is over is in no snapshot,
   * so what is not in one that has all live jobs is over.
   */
  #forgetEndedJobs({ jobs }: Snapshot): void {
    const live = new Set(jobs.filter(({ status }) => !isFinished(status)).map(({ id }) => id))
    if (live.size >= snapshotLiveJobs) return
    const kept = new Set(this.#parts.engine.resumeKeys().map((key) => jobOf(key, this.workspaceId)))
    for (const id of kept) if (id && !live.has(id)) this.#background(() => this.#forgetJob(id))
  }

  /** Work that nobody waits for: its failure is logged, since there is nobody to tell. */
  #background(work: () => Promise<unknown> | undefined): void {
    Promise.resolve()
      .then(work)
      .catch((error) => {
        if (!isAbort(error)) this.#logger.warn({ err: error }, 'background work failed')
      })
  }
}

/** The job that a journal of this workspace belongs to. */
function jobOf(resumeKey: string, workspaceId: WorkspaceId): JobId | undefined {
  const [workspace, job] = resumeKey.split('/')
  return workspace === workspaceId ? (job as JobId | undefined) : undefined
}
