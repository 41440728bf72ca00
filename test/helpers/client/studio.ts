import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { WorkspaceId } from '../../../src/shared/domain/ids.ts'
import { createWorkspace, openWorkspaceServer, type WorkspaceServer } from '../../../src/workspace/index.ts'
import { tempFolder } from '../temp-folder.ts'
import { TestHost, type TestHostOptions, testLogger } from './test-host.ts'

const password = 'correct horse battery staple'
export const admin = { email: 'mia@example.com', name: 'Mia', password }

export interface StudioOptions {
  /** The storage process runs apart and can be killed. */
  readonly isStorageForked?: boolean
  /** Without it everything goes by the relay. */
  readonly storageListens?: boolean
}

/** A workspace with its storage and the folders of its shares, all real, on loopback. */
export class Studio {
  readonly folder: string
  readonly projects: string
  readonly homes: string
  readonly storage: TestHost
  readonly workspaceId: WorkspaceId
  server: WorkspaceServer
  readonly #port: number
  #hosts = 0

  private constructor(parts: Pick<Studio, 'folder' | 'projects' | 'homes' | 'storage' | 'workspaceId' | 'server'>) {
    this.folder = parts.folder
    this.projects = parts.projects
    this.homes = parts.homes
    this.storage = parts.storage
    this.workspaceId = parts.workspaceId
    this.server = parts.server
    this.#port = Number(parts.server.address.split(':').at(-1))
    onTestFinished(() => this.server[Symbol.asyncDispose]())
  }

  static async open(options: StudioOptions = {}): Promise<Studio> {
    const folder = tempFolder()
    const [projects, homes] = [join(folder, 'volumes/projects'), join(folder, 'volumes/homes')]
    for (const path of [projects, homes]) mkdirSync(path, { recursive: true })
    const storage = await TestHost.start({
      folder: join(folder, 'storage'),
      kind: 'server',
      computerName: 'hq-1',
      listens: options.storageListens ?? true,
      allowedRoots: [projects, homes],
      ...(options.isStorageForked && { isForked: true }),
    })
    const { server, serverSessionToken, workspaceId } = await createWorkspace({
      folder: join(folder, 'workspace'),
      listen: { host: '127.0.0.1', port: 0 },
      logger: testLogger('workspace'),
      setup: {
        code: 'studio',
        name: 'Studio',
        admin,
        server: { name: 'hq-1', keyHash: storage.started?.keyHash ?? '' },
        shares: [{ code: 'projects', name: 'Projects', path: projects, isDefault: true }],
        homesPath: homes,
      },
    })
    const studio = new Studio({ folder, projects, homes, storage, workspaceId, server })
    const { address, keyHash } = server
    storage.keepSession(workspaceId, serverSessionToken)
    const origin = { isHostedHere: true, isDemo: false }
    await storage.call('attach', { workspaceId, address, keyHash, sessionToken: serverSessionToken, ...origin })
    await storage.untilOnline()
    return studio
  }

  /** Ends the server and opens it again on the same folder and port. */
  async restart(): Promise<void> {
    await this.close()
    await this.reopen()
  }

  async close(): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }

  async reopen(): Promise<void> {
    const listen = { host: '127.0.0.1', port: this.#port }
    this.server = await openWorkspaceServer({
      folder: join(this.folder, 'workspace'),
      listen,
      logger: testLogger('workspace'),
    })
  }

  /** The administrator's app, signed in. */
  async admin(options: Partial<TestHostOptions> = {}): Promise<TestHost> {
    const host = await this.#host(options)
    const { address, keyHash } = this.server
    const { email } = admin
    await host.call('signInTo', { address, keyHash, email, password, isHostedHere: true, isDemo: false })
    await host.untilOnline()
    return host
  }

  /** A person who joins by invitation, with an app of their own. */
  async person(name: string, options: Partial<TestHostOptions> = {}): Promise<TestHost> {
    const host = await this.#host(options)
    const email = `${name.toLowerCase()}@example.com`
    const invitation = await this.server.invite({ email, name, role: 'standard' })
    await host.call('join', { invitation, name, email, password })
    await host.untilOnline()
    return host
  }

  /** An app that is in no workspace yet. */
  guest(): Promise<TestHost> {
    return this.#host({})
  }

  async signIn(name: string, options: Partial<TestHostOptions> = {}): Promise<TestHost> {
    const host = await this.#host(options)
    const { address, keyHash } = this.server
    const email = `${name.toLowerCase()}@example.com`
    await host.call('signInTo', { address, keyHash, email, password, isHostedHere: false, isDemo: false })
    await host.untilOnline()
    return host
  }

  #host(options: Partial<TestHostOptions>): Promise<TestHost> {
    this.#hosts += 1
    return TestHost.start({ folder: join(this.folder, `host-${this.#hosts}`), ...options })
  }
}
