import { dirname } from 'node:path'
import type { ForkedChild } from '../../hosting/forked-child.ts'
import { type ChildState, Supervisor } from '../../hosting/supervisor.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Caller } from '../../platform/message-rpc.ts'
import type {
  EngineCommands,
  EngineEvents,
  EngineProcessSetup,
  EngineStarted,
} from '../../shared/contract/engine-process.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { Keyring } from '../keychain/keyring.ts'
import { hostKeySecret, knownSessions } from '../keychain/secrets.ts'
import type { PreferencesStore } from '../preferences/preferences.ts'

export type EngineEventHandlers = { readonly [Name in keyof EngineEvents]: (payload: EngineEvents[Name]) => void }

export interface EngineHostOptions {
  readonly fork: () => ForkedChild
  /** The engine's own folder in the profile. */
  readonly folder: string
  readonly logFile: string
  readonly computerName: string
  readonly keyring: Keyring
  readonly preferences: PreferencesStore
  readonly events: EngineEventHandlers
  readonly onState: (state: ChildState, crashes: number) => void
  readonly logger: Logger
}

/** The engine process of this profile, watched, with the sessions and the key secret that the keyring has. */
export class EngineHost implements AsyncDisposable {
  readonly #options: EngineHostOptions
  readonly #supervisor: Supervisor<EngineCommands, EngineEvents, EngineStarted>

  constructor(options: EngineHostOptions) {
    this.#options = options
    this.#supervisor = new Supervisor<EngineCommands, EngineEvents, EngineStarted>({
      name: 'engine',
      fork: options.fork,
      setup: (call) => this.#setUp(call),
      shutdown: (call) => call('shutdown', {}),
      onEvent: (name, payload) => options.events[name](payload),
      onState: options.onState,
      logger: options.logger,
    })
  }

  get state(): ChildState {
    return this.#supervisor.state
  }

  get crashes(): number {
    return this.#supervisor.crashes
  }

  get call(): Caller<EngineCommands> {
    return this.#supervisor.call
  }

  start(): Promise<EngineStarted> {
    return this.#supervisor.start()
  }

  stop(): Promise<void> {
    return this.#supervisor.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Never waits for a person, unless the host's key is locked away in a keyring that only a person can open. */
  async #setUp(call: Caller<EngineCommands>): Promise<EngineStarted> {
    await this.#options.keyring.settled
    try {
      return await this.#begin(call)
    } catch (thrown) {
      if (!isKeyringFailure(thrown) || this.#options.keyring.state === 'available') throw thrown
      this.#options.logger.warn("the host's key waits for the keyring")
      await this.#options.keyring.available
      return this.#begin(call)
    }
  }

  async #begin(call: Caller<EngineCommands>): Promise<EngineStarted> {
    const hadSessions = this.#options.keyring.state === 'available'
    const started = await call('setup', this.#setup())
    if (!hadSessions) void this.#provideLate(call)
    return started
  }

  /** Sessions that a person unlocks later are handed on when they come. */
  async #provideLate(call: Caller<EngineCommands>): Promise<void> {
    await this.#options.keyring.available
    await call('provideSessions', { sessions: [...knownSessions(this.#options.keyring)] }).catch((thrown) =>
      this.#options.logger.warn({ err: thrown }, 'late sessions could not be handed on'),
    )
  }

  #setup(): EngineProcessSetup {
    const { folder, logFile, computerName, keyring, preferences } = this.#options
    const { downloadFolder, limitBytesPerSecond, limitTimetable } = preferences.get()
    const keyFileSecret = hostKeySecret(keyring)
    return {
      folder,
      computerName,
      kind: 'app',
      ...(keyFileSecret === undefined ? {} : { keyFileSecret }),
      logFile,
      // The whole profile: beside the engine's state lie the keys and databases of workspaces that are hosted here.
      protectedFolders: [dirname(folder)],
      downloadFolder,
      ...(limitBytesPerSecond === undefined ? {} : { limitBytesPerSecond }),
      ...(limitTimetable === undefined ? {} : { limitTimetable }),
      sessions: knownSessions(keyring),
    }
  }
}

function isKeyringFailure(thrown: unknown): boolean {
  return thrown instanceof TernError && thrown.code.startsWith('KEYRING_')
}
