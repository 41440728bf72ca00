import { join } from 'node:path'
import type {
  Engine,
  FoundNames,
  ItemOutcome,
  SendItem,
  Transfer,
  TransferProgress,
  TransferRequest,
} from '../../engine/index.ts'
import { monotonicMs } from '../../platform/clock.ts'
import type { Logger } from '../../platform/logger.ts'
import type { ClientFrame, DispatchOrder, DispatchTask } from '../../shared/contract/stream.ts'
import { isAbort, TernError } from '../../shared/domain/errors.ts'
import type { ClientId, DispatchId, JobId, ShareId, WorkspaceId } from '../../shared/domain/ids.ts'
import type { JobProgress } from '../../shared/domain/job.ts'
import { landingWay } from '../../shared/domain/meaning/location.ts'
import type { Settings } from '../../shared/domain/settings/settings.ts'
import type { WorkspaceConnection } from '../connection/workspace-connection.ts'
import type { PeerKeys } from '../presence/peer-keys.ts'
import { receiveItems, sendItems } from './dispatch-items.ts'
import type { EndpointResolver } from './endpoint-resolver.ts'
import { laneRules, requestRules, resultOf, toldOf } from './item-rules.ts'
import { type DispatchEnd, dispatchEnd, endOf } from './outcome.ts'
import { ProgressMeter } from './progress-meter.ts'
import { Reporter } from './reporter.ts'
import { routesOf } from './routes.ts'
import { SpeedLimit } from './speed-limit.ts'

export interface DispatchRunnerParts {
  readonly workspaceId: WorkspaceId
  readonly engine: Engine
  readonly connection: WorkspaceConnection
  readonly resolver: EndpointResolver
  readonly peerKeys: PeerKeys
  readonly logger: Logger
  send(frame: ClientFrame): void
  /** Figures for this machine's own window; undefined when the run is over. */
  onProgress(order: DispatchOrder, progress: JobProgress | undefined): void
}

interface Running {
  readonly order: DispatchOrder
  /** As they are by now. */
  settings: Settings
  /** Absent while places are being resolved. */
  transfer?: Transfer
  /** Only one end keeps it: the sender. */
  limit?: SpeedLimit | undefined
  wasStopped: boolean
  /** Settles when the workspace knows how it ended. */
  over: Promise<void>
}

type Fence = { readonly dispatchId: DispatchId; readonly epoch: number }

const reportEveryMs = 250
/** What a workspace takes. */
const maxPathLength = 4096
/** Files of one run that are told by name, so that a report stays small; the workspace knows of the rest by their number. */
const toldFailures = 200
/** And those that did not fail, which the log is told of by name. */
const toldNotes = 200

/** Runs what the workspace dispatches to this client, and tells it how that went. */
export class DispatchRunner implements AsyncDisposable {
  readonly #parts: DispatchRunnerParts
  readonly #running = new Map<DispatchId, Running>()
  readonly #ended = new AbortController()

  constructor(parts: DispatchRunnerParts) {
    this.#parts = parts
  }

  /** For the heartbeat: what this client still works on. */
  leases(): Fence[] {
    return [...this.#running.values()].map(({ order }) => ({ dispatchId: order.dispatchId, epoch: order.epoch }))
  }

  isRunning(jobId: JobId): boolean {
    for (const { order } of this.#running.values()) if (order.jobId === jobId) return true
    return false
  }

  /** Whether a run reads or writes in a share at an absolute path of this machine, below it or above it. */
  async usesPath(path: string): Promise<boolean> {
    const shares = new Map<ShareId, string>()
    for (const { order } of this.#running.values()) {
      for (const task of order.tasks) {
        const end = order.role === 'send' ? task.source : task.destination
        if (end.shareId === undefined) continue
        const known = shares.get(end.shareId)
        const folder = known ?? (await this.#parts.resolver.shareRoot(end.shareId).catch(() => ''))
        if (known === undefined) shares.set(end.shareId, folder)
        const used = `${folder}/${order.role === 'send' ? end.path : landingOf(task)}/`
        if (used.startsWith(`${path}/`) || `${path}/`.startsWith(used)) return true
      }
    }
    return false
  }

  /** Settles when no run of this job is left. */
  async whenIdle(jobId: JobId): Promise<void> {
    await Promise.all([...this.#running.values()].filter(({ order }) => order.jobId === jobId).map(({ over }) => over))
  }

  start(order: DispatchOrder): void {
    const known = this.#running.get(order.dispatchId)
    if (known && known.order.epoch >= order.epoch) return
    // Two runs of one line would contend for its journal; the newer order is the one that counts.
    const older = [...this.#running.values()].filter(
      (entry) => entry.order.jobId === order.jobId && entry.order.line === order.line,
    )
    for (const entry of older) this.#stop(entry)
    const running: Running = { order, settings: order.settings, wasStopped: false, over: Promise.resolve() }
    this.#running.set(order.dispatchId, running)
    running.over = Promise.all(older.map((entry) => entry.transfer?.outcome))
      .then(() => this.#run(running))
      .finally(() => {
        if (this.#running.get(order.dispatchId) === running) this.#running.delete(order.dispatchId)
        this.#parts.onProgress(order, undefined)
      })
  }

  stop(fence: Fence): void {
    const running = this.#running.get(fence.dispatchId)
    if (running && running.order.epoch <= fence.epoch) this.#stop(running)
  }

  /** How fast it may go holds at once. */
  changeSettings(fence: Fence, settings: Settings): void {
    const running = this.#running.get(fence.dispatchId)
    if (!running || running.order.epoch !== fence.epoch) return
    running.settings = settings
    running.limit?.change(settings)
  }

  /** After a reconnect: what the workspace does not count on any more must not go on. */
  async claim(): Promise<void> {
    const dispatches = this.leases()
    const { valid } = await this.#parts.connection.call('dispatch/claim', { dispatches })
    for (const fence of dispatches) {
      const isValid = valid.some((one) => one.dispatchId === fence.dispatchId && one.epoch === fence.epoch)
      if (!isValid) this.stop(fence)
    }
  }

  /** Stops everything in flight and waits until it is journalled; what is left to tell is told within `graceMs`. */
  async shutDown(graceMs: number): Promise<void> {
    const running = [...this.#running.values()]
    for (const entry of running) this.#stop(entry)
    await Promise.all(running.map((entry) => entry.transfer?.outcome))
    const told = Promise.all(running.map((entry) => entry.over))
    const timer = setTimeout(() => this.#ended.abort(), graceMs)
    await told
    clearTimeout(timer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutDown(0)
    this.#ended.abort()
  }

  #stop(running: Running): void {
    running.wasStopped = true
    running.transfer?.stop()
  }

  async #run(running: Running): Promise<void> {
    const { order } = running
    const { connection, logger } = this.#parts
    const log = logger.child({ dispatchId: order.dispatchId, epoch: order.epoch, jobId: order.jobId, role: order.role })
    const fence = { dispatchId: order.dispatchId, epoch: order.epoch }
    const reporter = new Reporter(connection, fence, this.#ended.signal, log)
    let end: DispatchEnd | undefined
    try {
      end = await this.#transfer(running, reporter, log)
      log.info({ end }, 'dispatch ended')
    } catch (thrown) {
      const failure = TernError.from(thrown)
      if (!isAbort(thrown)) log.warn({ err: thrown }, 'dispatch not started')
      end = endOf(failure.toEnvelope())
    }
    await reporter.end(end)
  }

  async #transfer(running: Running, reporter: Reporter, log: Logger): Promise<DispatchEnd | undefined> {
    const { order } = running
    const { workspaceId, engine, peerKeys, send, onProgress } = this.#parts
    const peer = order.peer
    if (!(await peerKeys.isTrusted(workspaceId, peer.clientId as ClientId, peer.keyHash))) {
      throw new TernError('PEER_KEY_MISMATCH', { name: peer.name, reason: 'key-changed' })
    }
    const request = await this.#request(order)
    if (running.wasStopped) return { outcome: 'stopped' }
    if (request.role === 'send') {
      for (const item of request.items) {
        reporter.task({ uri: item.itemId, status: 'executing', pathAbsFinal: sourcePathOf(item) })
      }
    }

    const meter = new ProgressMeter(order.jobId)
    let toldAtMs = Number.NEGATIVE_INFINITY
    let isExecuting = false
    let failuresLeft = toldFailures
    let notesLeft = toldNotes
    const executing = () => {
      if (isExecuting || order.role !== 'receive') return
      isExecuting = true
      for (const task of order.tasks) reporter.task({ uri: task.uri, status: 'executing' })
    }
    const transfer = engine.start(request, {
      onProgress: (figures: TransferProgress) => {
        if (figures.phase !== 'connecting') executing()
        const progress = meter.measure(figures)
        onProgress(order, progress)
        const now = monotonicMs()
        if (order.role !== 'receive' || now - toldAtMs < reportEveryMs) return
        toldAtMs = now
        send({ type: 'progress', dispatchId: order.dispatchId, epoch: order.epoch, progress })
      },
      onNames: ({ itemId, mapped: count, names }: FoundNames) => {
        executing()
        const told = names.filter(({ error }) => error.code === 'NAME_MAPPED')
        if (told.length > 0) reporter.task({ uri: itemId, status: 'executing', names: { count, told } })
      },
      onItem: (item: ItemOutcome) => {
        if (order.role === 'send') return
        executing()
        const { itemId, status, kind, pathAbsFinal, error } = item
        const result = resultOf(item)
        const { failures, notes, ...told } = toldOf(order.settings, item)
        const details = {
          ...told,
          ...(pathAbsFinal !== undefined && { pathAbsFinal }),
          ...(error && { error }),
          ...(failures && kind === 'folder' && { failures: failures.slice(0, failuresLeft) }),
          ...(notes && notesLeft > 0 && { notes: notes.slice(0, notesLeft) }),
        }
        failuresLeft -= details.failures?.length ?? 0
        notesLeft -= details.notes?.length ?? 0
        reporter.task({ uri: itemId, status, result, kind, ...details })
      },
    })
    running.transfer = transfer
    // The sender's line: one end is enough, and there is one clock to go by.
    using limit =
      order.role === 'send' ? new SpeedLimit((limited) => transfer.setLimit(limited), running.settings) : undefined
    running.limit = limit
    const outcome = await transfer.outcome
    const { bytesReceived, bytesVerified, bytesTotal } = outcome.progress
    // With them, what was sent again over all runs of a job can be counted.
    log.info({ bytesReceived, bytesVerified, bytesTotal }, 'figures at the end')
    return dispatchEnd(order.role, outcome, running.wasStopped)
  }

  async #request(order: DispatchOrder): Promise<TransferRequest> {
    const { workspaceId, connection, resolver, engine } = this.#parts
    const job = { workspaceId, jobId: order.jobId }
    const base = {
      transferId: order.dispatchId,
      epoch: order.epoch,
      ticket: order.ticket,
      peerKeyHash: order.peer.keyHash,
      routes: routesOf(order, connection),
      acceptsIncoming: engine.listening !== undefined && order.peerDials,
      limitGroup: workspaceId,
      ...laneRules(order.settings),
    }
    if (order.role === 'send') return { ...base, role: 'send', items: await sendItems(order, job, resolver) }
    return {
      ...base,
      role: 'receive',
      resumeKey: [workspaceId, order.jobId, ...(order.line > 0 ? [order.line] : [])].join('/'),
      items: await receiveItems(order, job, resolver),
      ...requestRules(order.settings),
    }
  }
}

function sourcePathOf({ root, path, members }: SendItem): string {
  return join(root, path, members?.name ?? '').slice(0, maxPathLength)
}

/** Below the destination's share: where what a task brings will lie. */
function landingOf({ source, destination }: DispatchTask): string {
  const ownName = source.path.slice(source.path.lastIndexOf('/') + 1)
  return landingWay(destination.path, destination.placement ?? 'into', ownName)
}
