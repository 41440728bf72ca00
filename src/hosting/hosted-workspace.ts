import { join } from 'node:path'
import { makeFolder } from '../platform/make-folder.ts'
import type { Caller } from '../platform/message-rpc.ts'
import type {
  EngineCommands,
  EngineEvents,
  EngineProcessSetup,
  EngineStarted,
} from '../shared/contract/engine-process.ts'
import type {
  WorkspaceCommands,
  WorkspaceEvents,
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
import { logFileOf, type ProcessSetting } from './process-setting.ts'
import { Supervisor } from './supervisor.ts'

export interface NewWorkspace {
  readonly code: string
  readonly name: string
  readonly admin: { readonly email: string; readonly name: string; readonly password: string }
  /** Holds `projects` and `homes`. */
  readonly storageFolder: string
  readonly isDemo: boolean
}

export type StorageLimits = Pick<EngineProcessSetup, 'limitBytesPerSecond' | 'limitTimetable'>

/** How a workspace is offered when whoever runs it says so; an app decides by itself, and is there to be asked. */
export interface Serving {
  readonly host: string
  /** As before when absent. */
  readonly port?: number
  readonly advertise?: string
  /** Where the storage takes direct connections of others; chosen by the system when absent. */
  readonly transferPort?: number
  readonly certificate?: NonNullable<WorkspaceProcessSetup['certificate']>
  readonly limits?: StorageLimits
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
  readonly #serving: Serving | undefined
  readonly #workspace: Supervisor<WorkspaceCommands, WorkspaceEvents, WorkspaceProcessStarted>
  readonly #storage: Supervisor<EngineCommands, EngineEvents, EngineStarted>
  /** Settles when the server ends right after every start, so that it is not started again. */
  readonly hopeless: Promise<TernError>
  #tellHopeless: (failure: TernError) => void = () => {}
  #record: HostedRecord | undefined
  #credential: UnattendedCredential | undefined
  #create: NewWorkspace | undefined
  #storageKeyHash = ''
  #storageRoots: readonly string[] = []
  #advertised = ''

  private constructor(folder: string, setting: ProcessSetting, label: string, serving?: Serving) {
    this.#folder = folder
    this.#setting = setting
    this.#serving = serving
    this.hopeless = new Promise((resolve) => {
      this.#tellHopeless = resolve
    })
    const isUnattended = serving !== undefined
    this.#workspace = new Supervisor({
      name: `workspace ${label}`,
      fork: () => setting.fork('workspace-process', `tern-workspace-${label}`),
      setup: (call) => this.#setUpWorkspace(call),
      shutdown: (call) => call('shutdown', {}),
      onEvent: (_name, { roots }) => void this.#allowStorage(roots),
      isUnattended,
      ...(isUnattended && { onHopeless: (failure: TernError) => this.#tellHopeless(failure) }),
      logger: setting.logger,
    })
    this.#storage = new Supervisor<EngineCommands, EngineEvents, EngineStarted>({
      name: `storage ${label}`,
      fork: () => setting.fork('storage-process', `tern-storage-${label}`),
      setup: (call) => this.#setUpStorage(call),
      shutdown: (call) => call('shutdown', {}),
      onEvent: () => {},
      isUnattended,
      logger: setting.logger,
    })
  }

  /** Makes a workspace in `folder`, which must not hold one. Fails with whatever its server refuses. */
  static async create(folder: string, setting: ProcessSetting, wish: NewWorkspace): Promise<HostedWorkspace> {
    const hosted = new HostedWorkspace(folder, setting, wish.code)
    hosted.#create = wish
    await makeFolder(join(wish.storageFolder, 'projects'))
    await makeFolder(join(wish.storageFolder, 'homes'))
    try {
      await hosted.#start()
    } catch (thrown) {
      await hosted.stop()
      throw thrown
    }
    return hosted
  }

  /** Starts a workspace that was made before. Fails with NOT_FOUND where none is, and with DATA_IN_USE where one runs. */
  static async open(folder: string, setting: ProcessSetting, serving?: Serving): Promise<HostedWorkspace> {
    const record = await readHostedRecord(folder)
    if (!record) throw new TernError('NOT_FOUND', { entity: 'workspace', path: folder })
    const hosted = new HostedWorkspace(folder, setting, record.workspaceId.slice(0, 8), serving)
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
    return { workspaceId, keyHash, address: `${hostHere(this.#listenHost)}:${port}` }
  }

  /** `host:port`, as invitations say it. */
  get advertisedAddress(): string {
    return this.#advertised
  }

  /** Serves the certificate's files as they are now. @throws TernError CERTIFICATE_INVALID */
  async reloadCertificate(): Promise<void> {
    const { keyHash } = await this.#workspace.call('reloadCertificate', {})
    if (keyHash === this.#known().keyHash) return
    this.#record = { ...this.#known(), keyHash }
    await writeHostedRecord(this.#folder, this.#record)
    await this.#attachStorage(this.#storage.call)
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
    // A new workspace has to know the key of the client that will hold its files; of one that is there already, the server
    // is who finds out that another program has it.
    const isNew = this.#create !== undefined
    if (isNew) this.#storageKeyHash = (await this.#storage.start()).keyHash
    const started = await this.#workspace.start()
    await this.#keep(started)
    if (isNew) await this.#attachStorage(this.#storage.call)
    else await this.#storage.start()
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

  async #allowStorage(roots: readonly string[]): Promise<void> {
    this.#storageRoots = roots
    try {
      await this.#storage.call('setAllowedRoots', { paths: this.#allowedRoots() })
    } catch (thrown) {
      // Its next start knows them.
      this.#setting.logger.warn({ err: thrown }, 'the storage was not told of its folders')
    }
    await this.#workspace.call('storageRootsTaken', {})
  }

  #allowedRoots(): readonly string[] {
    return [this.#create?.storageFolder ?? this.#known().storageFolder, ...this.#storageRoots]
  }

  /** Whoever hosts a workspace has asked for others to join this computer; a demo is nobody else's business. */
  get #listenHost(): string {
    const isLoopback = this.#setting.isLoopbackOnly || (this.#create?.isDemo ?? this.#record?.isDemo ?? false)
    return isLoopback ? '127.0.0.1' : (this.#serving?.host ?? '0.0.0.0')
  }

  async #setUpWorkspace(call: Caller<WorkspaceCommands>): Promise<WorkspaceProcessStarted> {
    const { advertise, certificate, port } = this.#serving ?? {}
    const started = await call('setup', {
      folder: workspaceFolderIn(this.#folder),
      ...logFileOf(this.#setting, 'workspace.log'),
      // A port that the system chose once is kept.
      listen: { host: this.#listenHost, port: port || (this.#record?.port ?? 0) },
      ...(advertise !== undefined && { advertise }),
      ...(certificate && { certificate }),
      ...(this.#create ? { create: this.#creation(this.#create) } : {}),
    })
    this.#storageRoots = started.storageRoots
    this.#advertised = started.advertisedAddress
    return started
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
    const started = await call('setup', {
      folder: join(this.#folder, 'storage'),
      computerName: 'hq-1',
      kind: 'server',
      ...logFileOf(this.#setting, 'storage.log'),
      listen: { host: this.#listenHost, port: this.#serving?.transferPort ?? 0 },
      ...this.#serving?.limits,
      downloadFolder: storageFolder,
      allowedRoots: this.#allowedRoots(),
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

/** How this machine itself reaches what listens there. */
function hostHere(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** Below the folder of a hosted workspace: what its server has, the database among it. */
export function workspaceFolderIn(folder: string): string {
  return join(folder, 'workspace')
}
