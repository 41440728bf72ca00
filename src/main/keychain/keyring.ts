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
  /**
   * A secret that is made when the keyring has none. Finding nothing asks nobody, so only a write shows that a keyring is
   * really open.
   */
  readonly firstSecret: { readonly account: string; readonly make: () => string }
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
  #pending = 0
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

  /** Whether the system is asked for something right now, perhaps by way of a person. */
  get isPending(): boolean {
    return this.#pending > 0
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
    const { service, load, firstSecret } = this.#options
    const isOpen = await this.#attempt(async () => {
      this.#store ??= await load()
      for (const { account, password } of await this.#store.findCredentials(service)) {
        if (!this.#unsaved.has(account)) this.#secrets.set(account, password)
      }
      if (this.#secrets.has(firstSecret.account)) return
      const made = firstSecret.make()
      await this.#store.setPassword(service, firstSecret.account, made)
      this.#secrets.set(firstSecret.account, made)
    })
    if (!isOpen) return
    this.#available.fire()
    for (const account of [...this.#unsaved]) void this.#save(account)
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
    await this.#attempt(async () => {
      if (secret === undefined) await store.deletePassword(this.#options.service, account)
      else await store.setPassword(this.#options.service, account, secret)
      if (this.#secrets.get(account) === secret) this.#unsaved.delete(account)
    })
  }

  /** Does something with the keyring and says what came of it; true when the keyring obeyed. */
  async #attempt(operation: () => Promise<void>): Promise<boolean> {
    const hint = setTimeout(() => this.#setState('waiting-for-unlock'), unlockHintMs)
    this.#pending += 1
    try {
      await operation()
      this.#setState('available')
      return true
    } catch (thrown) {
      const failure = keyringFailure(thrown)
      this.#options.logger.warn({ cause: String(failure.cause) }, 'the keyring refused')
      this.#setState(failure.code === 'KEYRING_ABSENT' ? 'absent' : 'denied')
      return false
    } finally {
      this.#pending -= 1
      clearTimeout(hint)
    }
  }

  #setState(state: KeyringState): void {
    if (state !== 'unknown') this.#settled.fire()
    if (state === this.#state) return
    this.#state = state
    this.#options.onState(state)
  }
}
