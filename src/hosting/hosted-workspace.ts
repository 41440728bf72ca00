import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Caller } from '../platform/message-rpc.ts'
import type { EngineCommands, EngineEvents, EngineStarted } from '../shared/contract/engine-process.ts'
import type {
  WorkspaceCommands,
  WorkspaceProcessSetup,
  WorkspaceProcessStarted,
} from '../shared/contract/workspace-process.ts'
import type { Role } from '../shared/domain/entities.ts'
import { TernError } from '../shared/domain/errors.ts'
import type { WorkspaceId } from '../shared/domain/ids.ts'
import {
  type HostedRecord,
  readCredential,
  readHostedRecord,
  type UnattendedCredential,
  writeCredential,
  writeHostedRecord,
} from './hosted-record.ts'
import type { ProcessSetting } from './process-setting.ts'
import { Supervisor } from './supervisor.ts'

export interface NewWorkspace {
  readonly code: string
  readonly name: string
  readonly admin: { readonly email: string; readonly name: string; readonly password: string }
  /** Holds `projects` and `homes`. */
  readonly storageFolder: string
  readonly isDemo: boolean
}

export interface HostedAddress {
  readonly workspaceId: WorkspaceId
  /** As this computer reaches it. */
  readonly address: string
  readonly keyHash: string
}

/**
 * A workspace on this computer: its server process, and beside it the storage process that owns its files. The server
 * never touches the files; the storage process is a client like any other, with a credential of its own.
 */
export class HostedWorkspace implements AsyncDisposable {
  readonly #folder: string
  readonly #setting: ProcessSetting
  readonly #workspace: Supervisor<WorkspaceCommands, Record<never, never>, WorkspaceProcessStarted>
  readonly #storage: Supervisor<EngineCommands, EngineEvents, EngineStarted>
  #record: HostedRecord | undefined
  #credential: UnattendedCredential | undefined
  #create: NewWorkspace | undefined
  #storageKeyHash = ''

  private constructor(folder: string, setting: ProcessSetting, label: string) {
    this.#folder = folder
    this.#setting = setting
    this.#workspace = new Supervisor({
      name: `workspace ${label}`,
      fork: () => setting.fork('workspace-process', `tern-workspace-${label}`),
      setup: (call) => this.#setUpWorkspace(call),
      shutdown: (call) => call('shutdown', {}),
      onEvent: () => {},
      logger: setting.logger,
    })
    this.#storage = new Supervisor<EngineCommands, EngineEvents, EngineStarted>({
      name: `storage ${label}`,
      fork: () => setting.fork('storage-process', `tern-storage-${label}`),
      setup: (call) => this.#setUpStorage(call),
      shutdown: (call) => call('shutdown', {}),
      onEvent: () => {},
      logger: setting.logger,
    })
  }

  /** Makes a workspace in `folder`, which must not hold one. Fails with whatever its server refuses. */
  static async create(folder: string, setting: ProcessSetting, wish: NewWorkspace): Promise<HostedWorkspace> {
    const hosted = new HostedWorkspace(folder, setting, wish.code)
    hosted.#create = wish
    await mkdir(join(wish.storageFolder, 'projects'), { recursive: true })
    await mkdir(join(wish.storageFolder, 'homes'), { recursive: true })
    try {
      await hosted.#start()
    } catch (thrown) {
      await hosted.stop()
      throw thrown
    }
    return hosted
  }

  /** Starts a workspace that was made before. Fails with NOT_FOUND where none is. */
  static async open(folder: string, setting: ProcessSetting): Promise<HostedWorkspace> {
    const record = await readHostedRecord(folder)
    if (!record) throw new TernError('NOT_FOUND', { path: folder })
    const hosted = new HostedWorkspace(folder, setting, record.workspaceId.slice(0, 8))
    hosted.#record = record
    hosted.#credential = await readCredential(folder)
    try {
      await hosted.#start()
    } catch (thrown) {
      await hosted.stop()
      throw thrown
    }
    return hosted
  }

  get address(): HostedAddress {
    const { workspaceId, keyHash, port } = this.#known()
    return { workspaceId, keyHash, address: `127.0.0.1:${port}` }
  }

  async invite(person: { email?: string; name?: string; role: Role }): Promise<string> {
    return (await this.#workspace.call('invite', person)).invitation
  }

  async stop(): Promise<void> {
    // The storage process says goodbye to the workspace, so it goes first.
    await this.#storage.stop()
    await this.#workspace.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #start(): Promise<void> {
    // A new workspace has to know the key of the client that will hold its files.
    this.#storageKeyHash = (await this.#storage.start()).keyHash
    const started = await this.#workspace.start()
    await this.#keep(started)
    await this.#attachStorage(this.#storage.call)
  }

  async #keep(started: WorkspaceProcessStarted): Promise<void> {
    const { workspaceId, name, keyHash, serverSessionToken } = started
    if (serverSessionToken !== undefined) {
      this.#credential = { workspaceId, sessionToken: serverSessionToken }
      await writeCredential(this.#folder, this.#credential)
    }
    this.#record = {
      workspaceId,
      name,
      keyHash,
      port: portOf(started.address),
      isDemo: this.#create?.isDemo ?? this.#record?.isDemo ?? false,
      storageFolder: this.#create?.storageFolder ?? this.#known().storageFolder,
    }
    this.#create = undefined
    await writeHostedRecord(this.#folder, this.#record)
  }

  #setUpWorkspace(call: Caller<WorkspaceCommands>): Promise<WorkspaceProcessStarted> {
    const isLoopback = this.#setting.isLoopbackOnly || (this.#create?.isDemo ?? this.#record?.isDemo ?? false)
    return call('setup', {
      folder: join(this.#folder, 'workspace'),
      logFile: join(this.#setting.logFolder, 'workspace.log'),
      // Whoever hosts a workspace has asked for others to join this computer; a demo is nobody else's business.
      listen: { host: isLoopback ? '127.0.0.1' : '0.0.0.0', port: this.#record?.port ?? 0 },
      ...(this.#create ? { create: this.#creation(this.#create) } : {}),
    })
  }

  #creation(wish: NewWorkspace): NonNullable<WorkspaceProcessSetup['create']> {
    return {
      code: wish.code,
      name: wish.name,
      admin: wish.admin,
      server: { name: 'hq-1', keyHash: this.#storageKeyHash },
      projectsPath: join(wish.storageFolder, 'projects'),
      homesPath: join(wish.storageFolder, 'homes'),
    }
  }

  async #setUpStorage(call: Caller<EngineCommands>): Promise<EngineStarted> {
    const storageFolder = this.#create?.storageFolder ?? this.#known().storageFolder
    const isLoopback = this.#setting.isLoopbackOnly || (this.#create?.isDemo ?? this.#record?.isDemo ?? false)
    const started = await call('setup', {
      folder: join(this.#folder, 'storage'),
      computerName: 'hq-1',
      kind: 'server',
      logFile: join(this.#setting.logFolder, 'storage.log'),
      listen: { host: isLoopback ? '127.0.0.1' : '0.0.0.0', port: 0 },
      downloadFolder: storageFolder,
      allowedRoots: [storageFolder],
      sessions: this.#credential ? [this.#credential] : [],
    })
    // After a crash; at the first start the workspace does not run yet.
    if (this.#workspace.state === 'running') await this.#attachStorage(call)
    return started
  }

  async #attachStorage(call: Caller<EngineCommands>): Promise<void> {
    if (!this.#credential) throw new TernError('NOT_SIGNED_IN')
    await call('attach', {
      ...this.address,
      sessionToken: this.#credential.sessionToken,
      isHostedHere: true,
      isDemo: this.#known().isDemo,
    })
  }

  #known(): HostedRecord {
    if (!this.#record) throw new TernError('NOT_FOUND')
    return this.#record
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
}
