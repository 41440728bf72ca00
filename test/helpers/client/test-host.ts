import { EventEmitter } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type ClientHost, createClientHost, type HostEvents } from '../../../src/client/index.ts'
import { createLogger, silentLogger } from '../../../src/platform/logger.ts'
import type { Caller } from '../../../src/platform/message-rpc.ts'
import type {
  EngineCommands,
  EngineEvents,
  EngineProcessSetup,
  EngineStarted,
  PresencesView,
  TransferNotice,
} from '../../../src/shared/contract/engine-process.ts'
import type { TransferKey, TransferRow, TransfersSnapshot, WorkspaceView } from '../../../src/shared/contract/view.ts'
import type { WorkspaceId } from '../../../src/shared/domain/ids.ts'
import { forkProcess } from './forked-process.ts'

export interface TestHostOptions {
  readonly folder: string
  readonly kind?: EngineProcessSetup['kind']
  readonly computerName?: string
  readonly listens?: boolean
  readonly allowedRoots?: readonly string[]
  readonly limitBytesPerSecond?: number
  /** In a process of its own, which can be killed. */
  readonly isForked?: boolean
}

const patienceMs = 15_000

/** `TERN_TEST_LOG=debug` shows on standard error what each host does. */
export function testLogger(name: string) {
  const level = process.env.TERN_TEST_LOG
  return level ? createLogger({ name, level }) : silentLogger
}

/** A client host as main sees it: calls, the newest rows and presences, and waiting for what is to come. */
export class TestHost {
  readonly folder: string
  readonly downloads: string
  readonly notices: TransferNotice[] = []
  readonly rows = new Map<TransferKey, TransferRow>()
  /** Every status that a row was seen in, in order. */
  readonly statuses = new Map<TransferKey, string[]>()
  presences: PresencesView = { workspaces: [], people: [], sites: [], shares: [] }
  started: EngineStarted | undefined
  call: Caller<EngineCommands>
  readonly #options: TestHostOptions
  readonly #sessions = new Map<WorkspaceId, string>()
  readonly #changes = new EventEmitter()
  #host: ClientHost | undefined
  #kill: (() => Promise<void>) | undefined
  #disconnect: (() => Promise<void>) | undefined
  #ended: Promise<void> = Promise.resolve()
  #rowsFrom: string | undefined

  private constructor(options: TestHostOptions) {
    this.#options = options
    this.folder = options.folder
    this.downloads = join(options.folder, 'downloads')
    this.call = () => Promise.reject(new Error('not started'))
    this.#changes.setMaxListeners(100)
  }

  static async start(options: TestHostOptions): Promise<TestHost> {
    const host = new TestHost(options)
    await host.start()
    onTestFinished(() => host.stop())
    return host
  }

  /** Starts, also again after `stop` or `kill`, with the same folder and the sessions of before. */
  async start(): Promise<void> {
    const {
      folder,
      kind = 'app',
      computerName = 'studio-3',
      listens,
      allowedRoots,
      limitBytesPerSecond,
      isForked,
    } = this.#options
    mkdirSync(this.downloads, { recursive: true })
    const setup: EngineProcessSetup = {
      folder: join(folder, 'engine'),
      computerName,
      kind,
      logFile: join(folder, 'engine.log'),
      downloadFolder: this.downloads,
      sessions: [...this.#sessions].map(([workspaceId, sessionToken]) => ({ workspaceId, sessionToken })),
      ...(listens && { listen: { host: '127.0.0.1', port: 0 } }),
      ...(allowedRoots && { allowedRoots }),
      ...(limitBytesPerSecond !== undefined && { limitBytesPerSecond }),
    }
    this.presences = { workspaces: [], people: [], sites: [], shares: [] }
    if (isForked) await this.#startForked(setup, kind)
    else await this.#startHere(setup)
    await this.#load()
  }

  async stop(): Promise<void> {
    await this.#host?.[Symbol.asyncDispose]()
    this.#host = undefined
    await this.kill()
  }

  /** Ends the forked process as if the machine had lost it. */
  async kill(): Promise<void> {
    await this.#kill?.()
    this.#kill = undefined
  }

  /** The forked process loses its parent; settles when it has ended. */
  async disconnect(): Promise<void> {
    await this.#disconnect?.()
    this.#kill = undefined
  }

  /** Settles when the forked process is gone. */
  ended(): Promise<void> {
    return this.#ended
  }

  workspace(id?: WorkspaceId): WorkspaceView {
    const found = this.presences.workspaces.find((one) => id === undefined || one.id === id)
    if (!found) throw new Error('in no workspace')
    return found
  }

  row(key: TransferKey): TransferRow {
    const found = this.rows.get(key)
    if (!found) throw new Error(`no row ${key}`)
    return found
  }

  /** The value, once there is one. The newest state is described when patience ends. */
  until<Value>(look: () => Value | undefined | false, ms = patienceMs): Promise<Value> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const value = look()
        if (value === undefined || value === false) return
        clearTimeout(timer)
        this.#changes.off('change', check)
        resolve(value)
      }
      const timer = setTimeout(() => {
        this.#changes.off('change', check)
        const rows = [...this.rows.values()].map(({ name, status, reason, progress }) => ({
          name,
          status,
          reason,
          progress,
        }))
        reject(new Error(`waited in vain: ${JSON.stringify({ rows, notices: this.notices }, undefined, 1)}`))
      }, ms)
      this.#changes.on('change', check)
      check()
    })
  }

  untilRow(look: (row: TransferRow) => unknown, ms?: number): Promise<TransferRow> {
    return this.until(() => [...this.rows.values()].find((row) => look(row)), ms)
  }

  untilStatus(key: TransferKey, status: TransferRow['status'], ms?: number): Promise<TransferRow> {
    return this.until(() => (this.rows.get(key)?.status === status ? this.row(key) : undefined), ms)
  }

  untilOnline(): Promise<WorkspaceView> {
    return this.until(() => this.presences.workspaces.find((one) => one.connection === 'online'))
  }

  /** Grants as a drop on the window does, and sends. */
  async send(
    request: Omit<Parameters<EngineCommands['submit']>[0], 'onConflict' | 'startPaused' | 'deliverFrom'> &
      Partial<Parameters<EngineCommands['submit']>[0]>,
  ): Promise<TransferKey[]> {
    await this.call('grant', { paths: request.items.map(({ path }) => path), mode: 'read', origin: 'drop' })
    const { keys } = await this.call('submit', {
      onConflict: 'replace',
      startPaused: false,
      deliverFrom: 'source',
      ...request,
    })
    return [...keys]
  }

  async #startHere(setup: EngineProcessSetup): Promise<void> {
    const host = await createClientHost(setup, this.#events(), testLogger(setup.computerName))
    this.#host = host
    this.started = host.started
    const table = host as unknown as Record<string, (input: unknown) => unknown>
    this.call = (async (name: string, input: unknown) => table[name]?.(input)) as unknown as Caller<EngineCommands>
  }

  async #startForked(setup: EngineProcessSetup, kind: string): Promise<void> {
    const events = this.#events()
    const { call, kill, disconnect, ended } = await forkProcess<EngineCommands, EngineEvents>(
      kind === 'server' ? 'storage-process' : 'engine-process',
      (name, payload) => events[name](payload as never),
    )
    this.call = call
    this.#kill = kill
    this.#disconnect = disconnect
    this.#ended = ended
    this.started = await call('setup', setup)
  }

  #events(): HostEvents {
    const changed = () => this.#changes.emit('change')
    return {
      session: ({ workspaceId, sessionToken }) => this.keepSession(workspaceId, sessionToken),
      presences: (view) => {
        this.presences = view
        changed()
      },
      transfers: (delta) => {
        const from = JSON.stringify(delta.from)
        if (this.#rowsFrom !== undefined && from !== this.#rowsFrom) return
        this.#rowsFrom = JSON.stringify(delta.to)
        for (const row of delta.upserts) this.#put(row)
        for (const key of delta.removed) this.rows.delete(key)
        changed()
      },
      notice: (notice) => {
        this.notices.push(notice)
        changed()
      },
    }
  }

  /** Sessions that came by another way than `join` or `signInTo`. */
  keepSession(workspaceId: WorkspaceId, sessionToken: string | undefined): void {
    if (sessionToken === undefined) this.#sessions.delete(workspaceId)
    else this.#sessions.set(workspaceId, sessionToken)
  }

  session(workspaceId: WorkspaceId): string {
    return this.#sessions.get(workspaceId) ?? ''
  }

  stateText(file: string): string {
    return readFileSync(join(this.folder, 'engine', file), 'utf8')
  }

  async #load(): Promise<void> {
    this.rows.clear()
    const snapshot: TransfersSnapshot = await this.call('transfersSnapshot', {})
    this.#rowsFrom = JSON.stringify(snapshot.revision)
    for (const row of snapshot.rows) this.#put(row)
  }

  #put(row: TransferRow): void {
    const seen = this.statuses.get(row.key) ?? []
    if (seen.at(-1) !== row.status) seen.push(row.status)
    this.statuses.set(row.key, seen)
    this.rows.set(row.key, row)
  }
}
