import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type TestClient, TestWorkspace } from '../../contract/workspace/support.ts'
import { TestHost } from '../client/test-host.ts'
import { tempFolder } from '../temp-folder.ts'
import { type WireClient, wireClientOf } from './wire-client.ts'

/** A workspace whose main site's storage is real, with the volume `films` on a disk. */
export class StoredWorkspace {
  readonly workspace: TestWorkspace
  readonly storage: TestHost
  /** The volume's folder. */
  readonly films: string
  readonly folder: string
  /** The admin. */
  readonly john: TestClient

  private constructor(parts: Pick<StoredWorkspace, 'workspace' | 'storage' | 'films' | 'folder' | 'john'>) {
    this.workspace = parts.workspace
    this.storage = parts.storage
    this.films = parts.films
    this.folder = parts.folder
    this.john = parts.john
  }

  static async open(): Promise<StoredWorkspace> {
    const folder = tempFolder()
    const films = join(folder, 'films')
    mkdirSync(films)
    const workspace = await TestWorkspace.start()
    onTestFinished(() => workspace[Symbol.asyncDispose]())
    const john = await workspace.john()
    await john.call('share/create', { code: 'films', name: 'Films', kind: 'volume', path: films })
    const storage = await TestHost.start({
      folder: join(folder, 'storage'),
      kind: 'server',
      computerName: 'hq-1',
      allowedRoots: [folder],
    })
    const { id: workspaceId } = workspace.server.workspace
    const { address, keyHash } = workspace.server
    const origin = { isHostedHere: true, isDemo: false }
    storage.keepSession(workspaceId, workspace.serverToken)
    await storage.call('attach', { workspaceId, address, keyHash, sessionToken: workspace.serverToken, ...origin })
    await storage.untilOnline()
    return new StoredWorkspace({ workspace, storage, films, folder, john })
  }

  async wire(person: TestClient = this.john): Promise<WireClient> {
    const client = await wireClientOf(this.workspace, person)
    await client.login()
    return client
  }

  write(path: string, text = 'x'): void {
    const file = join(this.films, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}
