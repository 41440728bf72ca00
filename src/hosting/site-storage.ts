import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { lockFolder } from '../platform/folder-lock.ts'
import type { EngineCommands, EngineEvents, EngineStarted, PresencesView } from '../shared/contract/engine-process.ts'
import { TernError } from '../shared/domain/errors.ts'
import type { WorkspaceId } from '../shared/domain/ids.ts'
import { makeDataFolder } from './data-folder.ts'
import { readCredential, type UnattendedCredential, writeCredential } from './hosted-record.ts'
import type { StorageLimits } from './hosted-workspace.ts'
import { logFileOf, type ProcessSetting } from './process-setting.ts'
import { Supervisor } from './supervisor.ts'

export interface SiteStorageOptions {
  /** Its key, its session, and what it has begun. */
  readonly folder: string
  /** The only folders that shares may lie in here. */
  readonly roots: readonly string[]
  readonly host: string
  /** Chosen by the system when 0. */
  readonly transferPort: number
  /** Of all that it transfers. */
  readonly limits?: StorageLimits
  /** To become a server of a site; needed the first time, and to move to another workspace. */
  readonly invitation?: string
}

/** A server of a site whose workspace runs elsewhere: the storage process alone, kept running. */
export class SiteStorage implements AsyncDisposable {
  readonly #options: SiteStorageOptions
  readonly #setting: ProcessSetting
  readonly #storage: Supervisor<EngineCommands, EngineEvents, EngineStarted>
  readonly #lock: Disposable
  #credential: UnattendedCredential | undefined
  #saved: Promise<void> = Promise.resolve()

  private constructor(options: SiteStorageOptions, setting: ProcessSetting, lock: Disposable) {
    this.#options = options
    this.#setting = setting
    this.#lock = lock
    this.#storage = new Supervisor<EngineCommands, EngineEvents, EngineStarted>({
      name: 'storage',
      fork: () => setting.fork('storage-process', 'tern-storage'),
      setup: (call) =>
        call('setup', {
          folder: join(options.folder, 'storage'),
          computerName: setting.computerName,
          kind: 'server',
          ...logFileOf(setting, 'storage.log'),
          listen: { host: options.host, port: options.transferPort },
          ...options.limits,
          downloadFolder: options.roots[0] ?? options.folder,
          allowedRoots: options.roots,
          protectedFolders: [options.folder],
          sessions: this.#credential ? [this.#credential] : [],
        }),
      shutdown: (call) => call('shutdown', {}),
      onEvent: (name, payload) => this.#onEvent(name, payload),
      isUnattended: true,
      logger: setting.logger,
    })
  }

  /**
   * Starts it, and joins when it was given an invitation.
   * @throws TernError NOT_SIGNED_IN without a session or an invitation, FOLDER_NOT_EMPTY, DATA_IN_USE, whatever the invitation is refused with
   */
  static async open(options: SiteStorageOptions, setting: ProcessSetting): Promise<SiteStorage> {
    // With a session in it, it is a server's already.
    if ((await readCredential(options.folder)) === undefined) await makeDataFolder(options.folder)
    const lock = lockFolder(options.folder)
    const roots = await Promise.all(options.roots.map((root) => realpath(root)))
    const storage = new SiteStorage({ ...options, roots }, setting, lock)
    try {
      storage.#credential = await readCredential(options.folder)
      if (!storage.#credential && options.invitation === undefined) {
        throw new TernError('NOT_SIGNED_IN', { problem: 'no-invitation' })
      }
      await storage.#storage.start()
      if (options.invitation !== undefined) await storage.#join(options.invitation)
      return storage
    } catch (thrown) {
      await storage[Symbol.asyncDispose]()
      throw thrown
    }
  }

  get workspaceId(): WorkspaceId {
    if (!this.#credential) throw new TernError('NOT_SIGNED_IN')
    return this.#credential.workspaceId
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#storage.stop()
    await this.#saved
    this.#lock[Symbol.dispose]()
  }

  async #join(invitation: string): Promise<void> {
    const before = this.#credential?.workspaceId
    const { workspaceId } = await this.#storage.call('joinServer', { invitation })
    await this.#saved
    if (before !== undefined && before !== workspaceId) await this.#storage.call('forget', { workspaceId: before })
  }

  #onEvent<Name extends keyof EngineEvents>(name: Name, payload: EngineEvents[Name]): void {
    if (name === 'presences') {
      const [workspace] = (payload as PresencesView).workspaces
      if (workspace) this.#setting.logger.info({ connection: workspace.connection }, 'the connection to the workspace')
      return
    }
    if (name !== 'session') return
    const { workspaceId, sessionToken } = payload as EngineEvents['session']
    if (sessionToken === undefined) return
    const credential = { workspaceId, sessionToken }
    this.#credential = credential
    this.#saved = this.#saved
      .then(() => writeCredential(this.#options.folder, credential))
      .catch((error) => this.#setting.logger.error({ err: error }, 'the session could not be kept'))
  }
}
