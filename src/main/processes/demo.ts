import { randomBytes } from 'node:crypto'
import { mkdir, realpath, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readCredential, readHostedRecord, writeCredential } from '../../hosting/hosted-record.ts'
import { HostedWorkspace } from '../../hosting/hosted-workspace.ts'
import { logFileOf, type ProcessSetting } from '../../hosting/process-setting.ts'
import { Supervisor } from '../../hosting/supervisor.ts'
import type { Caller } from '../../platform/message-rpc.ts'
import type { EngineCommands, EngineEvents, EngineStarted } from '../../shared/contract/engine-process.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { WorkspaceId } from '../../shared/domain/ids.ts'
import { writeDemoFiles } from './demo-files.ts'
import type { EngineHost } from './engine-host.ts'
import { tryAgain } from './try-again.ts'

const me = { email: 'me@example.com', name: 'You' } as const
const lisa = { email: 'lisa@example.com', name: 'Lisa' } as const

export interface DemoState {
  readonly folder: string
  readonly workspaceId?: WorkspaceId
}

/**
 * The demo: a workspace of its own on this computer, with Lisa, whose client runs beside it and has sent a delivery.
 * Everything of it lies in one folder and goes with that folder.
 */
export class Demo implements AsyncDisposable {
  readonly #folder: string
  readonly #setting: ProcessSetting
  readonly #engine: EngineHost
  readonly #onChange: () => void
  readonly #lisa: Supervisor<EngineCommands, EngineEvents, EngineStarted>
  #hosted: HostedWorkspace | undefined
  #state: DemoState | undefined
  #changing: Promise<void> | undefined
  #ending = new AbortController()

  constructor(folder: string, setting: ProcessSetting, engine: EngineHost, onChange: () => void) {
    this.#folder = folder
    this.#setting = setting
    this.#engine = engine
    this.#onChange = onChange
    this.#lisa = new Supervisor<EngineCommands, EngineEvents, EngineStarted>({
      name: 'demo lisa',
      fork: () => setting.fork('engine-process', 'tern-demo-lisa'),
      setup: (call) => this.#setUpLisa(call),
      shutdown: (call) => call('shutdown', {}),
      onEvent: (name, payload) => {
        if (name === 'session') void this.#keepLisasSession(payload as EngineEvents['session'])
      },
      logger: setting.logger,
    })
  }

  get state(): DemoState | undefined {
    return this.#state
  }

  /** Makes the demo and answers when Lisa's delivery has been sent. Fails with CONFLICT when there is one. */
  create(): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#state) throw new TernError('CONFLICT')
      try {
        await this.#make()
      } catch (thrown) {
        await this.#remove()
        throw thrown
      }
    })
  }

  /** Starts a demo that was made before, if there is one. */
  async resume(): Promise<void> {
    const record = await readHostedRecord(this.#folder)
    if (!record) return
    this.#show({ folder: this.#folder, workspaceId: record.workspaceId })
    await this.#exclusively(async () => {
      const open = () => HostedWorkspace.open(this.#folder, this.#setting)
      const { logger } = this.#setting
      this.#hosted = await tryAgain('the demo', open, { signal: this.#ending.signal, logger })
      await this.#lisa.start()
    })
  }

  /** Stops the demo, forgets its workspace and deletes its folder, and nothing but that. */
  async remove(): Promise<void> {
    // A demo that cannot start any more can still be removed.
    this.#ending.abort()
    this.#ending = new AbortController()
    await this.#changing?.catch(() => undefined)
    await this.#exclusively(() => this.#remove())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await this.#stop()
  }

  async #stop(): Promise<void> {
    await this.#lisa.stop()
    await this.#hosted?.stop()
    this.#hosted = undefined
  }

  async #make(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const password = randomBytes(18).toString('base64url')
    this.#hosted = await HostedWorkspace.create(this.#folder, this.#setting, {
      code: 'demo',
      name: 'Demo',
      admin: { ...me, password },
      storageFolder: join(this.#folder, 'files'),
      isDemo: true,
    })
    const { workspaceId, address, keyHash } = this.#hosted.address
    this.#show({ folder: this.#folder, workspaceId })
    const signedIn = this.#engine.call('signInTo', {
      address,
      keyHash,
      email: me.email,
      password,
      isHostedHere: true,
      isDemo: true,
    })
    await Promise.all([signedIn, this.#bringLisa(this.#hosted, workspaceId)])
  }

  async #bringLisa(hosted: HostedWorkspace, workspaceId: WorkspaceId): Promise<void> {
    await this.#lisa.start()
    const items = await writeDemoFiles(join(this.#lisasFolder, 'outbox'))
    const invitation = await hosted.invite({ ...lisa, role: 'standard' })
    await this.#lisa.call('join', { invitation, ...lisa, password: randomBytes(18).toString('base64url') })
    await this.#lisa.call('grant', { paths: items.map((item) => item.path), mode: 'read', origin: 'dialog' })
    await this.#lisa.call('submit', {
      items,
      target: { kind: 'user', workspaceId, email: me.email },
      name: 'Episode 3 conform',
      note: 'Conform of episode 3 with plates and stems. The notes for Mia are in German.',
      onConflict: 'replace',
      startPaused: false,
      deliverFrom: 'source',
    })
  }

  async #setUpLisa(call: Caller<EngineCommands>): Promise<EngineStarted> {
    const credential = await readCredential(this.#lisasFolder)
    return call('setup', {
      folder: join(this.#lisasFolder, 'client'),
      computerName: "Lisa's computer",
      kind: 'user-server',
      ...logFileOf(this.#setting, 'demo-lisa.log'),
      listen: { host: '127.0.0.1', port: 0 },
      downloadFolder: join(this.#lisasFolder, 'received'),
      sessions: credential ? [credential] : [],
    })
  }

  async #keepLisasSession({ workspaceId, sessionToken }: EngineEvents['session']): Promise<void> {
    if (sessionToken !== undefined) await writeCredential(this.#lisasFolder, { workspaceId, sessionToken })
  }

  async #remove(): Promise<void> {
    const workspaceId = this.#state?.workspaceId
    if (workspaceId !== undefined) await this.#engine.call('forget', { workspaceId })
    await this.#stop()
    await removeOwnFolder(this.#folder)
    this.#show(undefined)
  }

  get #lisasFolder(): string {
    return join(this.#folder, 'lisa')
  }

  #show(state: DemoState | undefined): void {
    this.#state = state
    this.#onChange()
  }

  /** One change at a time: a second click while the first works is refused. */
  async #exclusively(change: () => Promise<void>): Promise<void> {
    if (this.#changing) throw new TernError('CONFLICT')
    this.#changing = change()
    try {
      await this.#changing
    } finally {
      this.#changing = undefined
    }
  }
}

/** Deletes the demo's folder after making sure that it is that folder itself, not a link to somewhere else. */
async function removeOwnFolder(folder: string): Promise<void> {
  const real = await realpath(folder).catch(() => undefined)
  if (real === undefined) return
  const expected = join(await realpath(dirname(folder)), basename(folder))
  if (real !== expected || basename(folder) !== 'demo') throw new TernError('PATH_INVALID', { path: folder })
  await rm(real, { recursive: true, force: true, maxRetries: 3 })
}
