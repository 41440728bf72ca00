import type { Logger } from '../../platform/logger.ts'
import type { AppView } from '../../shared/contract/view.ts'
import type { CredentialStore } from './credential-store.ts'
import { keyringFailure } from './keyring-failure.ts'
import { Signal } from './signal.ts'

export type KeyringState = AppView['keyring']

/** From this long on, a person is probably being asked for a password. */
const unlockHintMs = 1500

export interface KeyringOptions {
  readonly service: string
  readonly load: () => Promise<CredentialStore>
  readonly onState: (state: KeyringState) => void
  readonly logger: Logger
}

/**
 * The secrets of this app in the system's keyring, mirrored in memory. Three states are told apart: absent (memory only,
 * never a file), waiting for a person to unlock it (no time limit; the app goes on meanwhile), and denied. What is
 * changed before the keyring opens is written when it does.
 */
export class Keyring {
  readonly #options: KeyringOptions
  readonly #secrets = new Map<string, string>()
  /** Accounts whose newest value, or whose absence, has not reached the keyring. */
  readonly #unsaved = new Set<string>()
  #store: CredentialStore | undefined
  #state: KeyringState = 'unknown'
  #opening: Promise<void> | undefined
  #writing: Promise<void> = Promise.resolve()
  readonly #settled = new Signal()
  readonly #available = new Signal()

  constructor(options: KeyringOptions) {
    this.#options = options
  }

  get state(): KeyringState {
    return this.#state
  }

  /** Resolves as soon as more is known than "unknown": never waits for a person. */
  get settled(): Promise<void> {
    return this.#settled.promise
  }

  /** Resolves when the keyring has opened, which may be never. */
  get available(): Promise<void> {
    return this.#available.promise
  }

  /** Opens the keyring and reads what is ours; also the way to try again. Never throws. */
  open(): Promise<void> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  get(account: string): string | undefined {
    return this.#secrets.get(account)
  }

  entries(): readonly (readonly [account: string, secret: string])[] {
    return [...this.#secrets]
  }

  /** Kept in memory at once; in the keyring as soon as there is one. */
  set(account: string, secret: string): Promise<void> {
    this.#secrets.set(account, secret)
    return this.#save(account)
  }

  delete(account: string): Promise<void> {
    this.#secrets.delete(account)
    return this.#save(account)
  }

  async #open(): Promise<void> {
    const hint = setTimeout(() => this.#setState('waiting-for-unlock'), unlockHintMs)
    try {
      this.#store ??= await this.#options.load()
      for (const { account, password } of await this.#store.findCredentials(this.#options.service)) {
        if (!this.#unsaved.has(account)) this.#secrets.set(account, password)
      }
      clearTimeout(hint)
      this.#setState('available')
      this.#available.fire()
      for (const account of [...this.#unsaved]) void this.#save(account)
    } catch (thrown) {
      const failure = keyringFailure(thrown)
      this.#options.logger.warn({ err: failure, cause: String(failure.cause) }, 'the keyring did not open')
      this.#setState(failure.code === 'KEYRING_ABSENT' ? 'absent' : 'denied')
    } finally {
      clearTimeout(hint)
    }
  }

  #save(account: string): Promise<void> {
    this.#unsaved.add(account)
    const store = this.#store
    if (!store || this.#state !== 'available') return Promise.resolve()
    this.#writing = this.#writing.then(() => this.#write(store, account))
    return this.#writing
  }

  async #write(store: CredentialStore, account: string): Promise<void> {
    const secret = this.#secrets.get(account)
    try {
      if (secret === undefined) await store.deletePassword(this.#options.service, account)
      else await store.setPassword(this.#options.service, account, secret)
      if (this.#secrets.get(account) === secret) this.#unsaved.delete(account)
    } catch (thrown) {
      const failure = keyringFailure(thrown)
      this.#options.logger.warn({ cause: String(failure.cause) }, 'the keyring did not take a secret')
      this.#setState(failure.code === 'KEYRING_ABSENT' ? 'absent' : 'denied')
    }
  }

  #setState(state: KeyringState): void {
    if (state !== 'unknown') this.#settled.fire()
    if (state === this.#state) return
    this.#state = state
    this.#options.onState(state)
  }
}
