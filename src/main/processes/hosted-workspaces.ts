import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HostedWorkspace } from '../../hosting/hosted-workspace.ts'
import type { ProcessSetting } from '../../hosting/process-setting.ts'
import { newEntityId } from '../../platform/random-id.ts'
import type { EngineHost } from './engine-host.ts'
import { tryAgain } from './try-again.ts'

export interface HostingWish {
  readonly workspaceName: string
  readonly yourName: string
  readonly email: string
  readonly password: string
  readonly storageFolder: string
}

/** The workspaces that this computer hosts, each in a folder of its own under `<profile>/hosted`. */
export class HostedWorkspaces implements AsyncDisposable {
  readonly #folder: string
  readonly #setting: ProcessSetting
  readonly #running = new Set<HostedWorkspace>()
  readonly #ending = new AbortController()

  constructor(folder: string, setting: ProcessSetting) {
    this.#folder = folder
    this.#setting = setting
  }

  /** Starts all that were made before; one that does not start does not keep the others from it. */
  async startAll(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const folders = await readdir(this.#folder, { withFileTypes: true })
    await Promise.all(folders.filter((entry) => entry.isDirectory()).map((entry) => this.#start(entry.name)))
  }

  /** Makes a workspace with this person as its admin, signs them in and answers an invitation for others. */
  async host(wish: HostingWish, engine: EngineHost): Promise<{ readonly invitation: string }> {
    const folder = join(this.#folder, newEntityId())
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const hosted = await this.#make(folder, wish, engine).catch(async (thrown) => {
      // A workspace that nobody is in would run for nobody; what was picked as its storage stays.
      await rm(folder, { recursive: true, force: true })
      throw thrown
    })
    await this.#keep(hosted)
    return { invitation: await hosted.invite({ role: 'employee' }) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await Promise.all([...this.#running].map((hosted) => hosted.stop()))
  }

  async #make(folder: string, wish: HostingWish, engine: EngineHost): Promise<HostedWorkspace> {
    const { workspaceName, yourName, email, password, storageFolder } = wish
    const hosted = await HostedWorkspace.create(folder, this.#setting, {
      code: codeFrom(workspaceName),
      name: workspaceName,
      admin: { email, name: yourName, password },
      storageFolder,
      isDemo: false,
    })
    try {
      const { address, keyHash } = hosted.address
      await engine.call('signInTo', { address, keyHash, email, password, isHostedHere: true, isDemo: false })
      return hosted
    } catch (thrown) {
      await hosted.stop()
      throw thrown
    }
  }

  async #start(name: string): Promise<void> {
    const open = () => HostedWorkspace.open(join(this.#folder, name), this.#setting)
    const { signal } = this.#ending
    const { logger } = this.#setting
    // What is hopeless has been written down; the others start all the same.
    const hosted = await tryAgain('a hosted workspace', open, { signal, logger }).catch(() => undefined)
    if (hosted) await this.#keep(hosted)
  }

  async #keep(hosted: HostedWorkspace): Promise<void> {
    if (this.#ending.signal.aborted) await hosted.stop()
    else this.#running.add(hosted)
  }
}

/** `Field & Sons` becomes `field-sons`: what stands before the colon in a job specification. */
export function codeFrom(name: string): string {
  const code = name
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return code === '' ? 'workspace' : code
}
