import { untilAcknowledged } from '../../../src/client/connection/backoff.ts'
import type { WorkspaceConnection } from '../../../src/client/connection/workspace-connection.ts'
import { DispatchRunner } from '../../../src/client/dispatches/dispatch-runner.ts'
import { EndpointResolver } from '../../../src/client/dispatches/endpoint-resolver.ts'
import type { Grants } from '../../../src/client/grants/grants.ts'
import type { PeerKeys } from '../../../src/client/presence/peer-keys.ts'
import type { Engine } from '../../../src/engine/api.ts'
import { createEngine } from '../../../src/engine/transfer/engine.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import type { ServerFrame } from '../../../src/shared/contract/stream.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import type { JobId, WorkspaceId } from '../../../src/shared/domain/ids.ts'
import type { World } from '../engine/world.ts'
import type { ModelledWorkspace, Site } from './modelled-workspace.ts'

const workspaceId = 'workspace' as WorkspaceId
const heartbeatMs = 5000
/** Who one is shows on the lanes, which are the simulation's own. */
const nobody = { privateKeyPem: '', certificatePem: '', keyHash: '' }

interface Process {
  readonly engine: Engine
  readonly runner: DispatchRunner
  /** Aborted when it is killed. */
  readonly gone: AbortController
}

/** One server: its client's own runner and its engine, with a line to the workspace that loses what it likes. */
export class ModelledMachine {
  readonly site: Site
  readonly #world: World
  readonly #workspace: ModelledWorkspace
  readonly #onFailure: (thrown: unknown) => void
  #process: Process | undefined
  /** The stream that is open now. */
  #stream: ((frame: ServerFrame) => void) | undefined

  constructor(world: World, workspace: ModelledWorkspace, site: Site, onFailure: (thrown: unknown) => void) {
    this.site = site
    this.#world = world
    this.#workspace = workspace
    this.#onFailure = onFailure
  }

  get isIdle(): boolean {
    return this.#process !== undefined && this.#process.runner.leases().length === 0
  }

  async start(): Promise<void> {
    const { machine, shareId, root } = this.site
    const gone = new AbortController()
    const engine = await createEngine({ identity: nobody, stateFolder: `/${machine}/state`, logger: silentLogger })
    const resolver = new EndpointResolver(noGrants, [root])
    resolver.setShares([{ id: shareId, path: root }])
    const connection = this.#connection(gone.signal)
    const runner = new DispatchRunner({
      workspaceId,
      engine,
      connection,
      resolver,
      peerKeys: allTrusted,
      logger: silentLogger,
      send: () => undefined,
      onProgress: () => undefined,
    })
    this.#process = { engine, runner, gone }
    this.#open(this.#process)
    // As a client does with the snapshot that it begins with.
    const jobs = new Set(engine.resumeKeys().map((key) => key.split('/')[1] as JobId))
    for (const id of jobs) if (this.#workspace.statusOf(id) === 'done') await this.forget(id)
  }

  /** Its process is gone at once; what the workspace sees of that comes later. Settles when nothing of it is left. */
  async kill(): Promise<void> {
    const process = this.#process
    this.#process = undefined
    this.#drop()
    if (!process) return
    process.gone.abort()
    await process.runner.shutDown(0)
  }

  /** The stream breaks; both ends find out when they do, and it comes back. */
  cutStream(): void {
    this.#drop()
    const process = this.#process
    if (process) this.#after(1500, () => this.#open(process))
  }

  /** What the app does once it hears that a job is over. */
  async forget(jobId: JobId): Promise<void> {
    const process = this.#process
    if (!process) return
    try {
      await process.runner.whenIdle(jobId)
      for (const key of process.engine.resumeKeys()) {
        if (process === this.#process && key.startsWith(`${workspaceId}/${jobId}`)) await process.engine.forget(key)
      }
    } catch (thrown) {
      // Who is gone forgets nothing, and what a disk says no to is no concern of the job's.
      if (process === this.#process && TernError.from(thrown).code === 'INTERNAL') throw thrown
    }
  }

  #open(process: Process): void {
    if (process !== this.#process || this.#stream) return
    const { runner, gone } = process
    const deliver = (frame: ServerFrame): void => {
      const text = JSON.stringify(frame)
      this.#after(5, () => {
        if (this.#stream === deliver) this.#take(runner, JSON.parse(text) as ServerFrame)
      })
    }
    this.#stream = deliver
    this.#workspace.connect(this.site.clientId, deliver)
    this.#beat(deliver, runner)
    untilAcknowledged(() => runner.claim(), gone.signal).catch((thrown: unknown) => {
      if (!gone.signal.aborted) this.#onFailure(thrown)
    })
  }

  #drop(): void {
    const stream = this.#stream
    this.#stream = undefined
    if (stream) this.#after(20_000, () => this.#workspace.lose(this.site.clientId, stream))
  }

  #beat(stream: (frame: ServerFrame) => void, runner: DispatchRunner): void {
    this.#world.events.after(heartbeatMs, () => {
      if (this.#stream !== stream) return
      this.#workspace.heartbeat(this.site.clientId, runner.leases())
      this.#beat(stream, runner)
    })
  }

  #take(runner: DispatchRunner, frame: ServerFrame): void {
    if (frame.type === 'dispatch.start') runner.start(frame.dispatch)
    if (frame.type === 'dispatch.stop') runner.stop(frame)
  }

  /** Calls are lost on their way there, or their answers are. */
  #connection(gone: AbortSignal): WorkspaceConnection {
    const { random } = this.#world
    const call = (name: string, input: object): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const onGone = (): void => reject(gone.reason as Error)
        gone.addEventListener('abort', onGone)
        if (gone.aborted) return onGone()
        const later = (mostMs: number, settle: () => void): void =>
          this.#after(mostMs, () => {
            gone.removeEventListener('abort', onGone)
            settle()
          })
        const lost = (): void => reject(new TernError('WORKSPACE_UNREACHABLE', { address: 'workspace' }))
        if (random.onceIn(15)) return later(100, lost)
        this.#after(10, () => {
          const asked = this.#workspace.call(this.site.clientId, name, JSON.parse(JSON.stringify(input)) as never)
          const isLost = random.onceIn(15)
          asked.then(
            (value) => later(10, isLost ? lost : () => resolve(value)),
            (thrown: unknown) => later(10, isLost ? lost : () => reject(thrown as Error)),
          )
        })
      })
    return { call, server: { address: 'workspace', keyHash: '' } } as unknown as WorkspaceConnection
  }

  #after(mostMs: number, work: () => void): void {
    const { events, random } = this.#world
    events.after(random.integer(mostMs), work)
  }
}

const allTrusted = { isTrusted: async () => true } as unknown as PeerKeys

/** Shares are all that these jobs speak of. */
const noGrants = {
  find: async () => {
    throw new Error('nobody asks for grants here')
  },
} as unknown as Grants
