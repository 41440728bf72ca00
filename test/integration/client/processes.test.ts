import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { EngineCommands, EngineEvents, EngineProcessSetup } from '../../../src/shared/contract/engine-process.ts'
import type { TransferKey } from '../../../src/shared/contract/view.ts'
import type { WorkspaceCommands, WorkspaceProcessSetup } from '../../../src/shared/contract/workspace-process.ts'
import { forkProcess } from '../../helpers/client/forked-process.ts'
import { TestHost } from '../../helpers/client/test-host.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

const admin = { email: 'mia@example.com', name: 'Mia', password: 'correct horse battery staple' }
const loopback = { host: '127.0.0.1', port: 0 }

/** A hosted workspace as main runs it: a workspace process and a storage process beside it. */
class Hosted {
  readonly folder = tempFolder()
  readonly projects = join(this.folder, 'files/projects')
  readonly homes = join(this.folder, 'files/homes')
  sessionToken = ''
  port = 0
  #ends: (() => Promise<unknown>)[] = []

  constructor() {
    for (const path of [this.projects, this.homes]) mkdirSync(path, { recursive: true })
    onTestFinished(() => this.stop())
  }

  async start(isNew: boolean) {
    const storage = await forkProcess<EngineCommands, EngineEvents>('storage-process', () => undefined)
    const workspace = await forkProcess<WorkspaceCommands, Record<string, never>>('workspace-process', () => undefined)
    this.#ends = [
      () => workspace.call('shutdown', {}),
      () => storage.call('shutdown', {}),
      workspace.kill,
      storage.kill,
    ]
    const { keyHash } = await storage.call('setup', this.#storageSetup())
    const started = await workspace.call('setup', this.#workspaceSetup(isNew ? keyHash : undefined))
    const { workspaceId, address } = started
    this.sessionToken = started.serverSessionToken ?? this.sessionToken
    this.port = Number(address.split(':').at(-1))
    const origin = { isHostedHere: true, isDemo: false }
    const { sessionToken } = this
    await storage.call('attach', { workspaceId, address, keyHash: started.keyHash, sessionToken, ...origin })
    return started
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end().catch(() => undefined)
  }

  #storageSetup(): EngineProcessSetup {
    return {
      folder: join(this.folder, 'storage'),
      computerName: 'hq-1',
      kind: 'server',
      logFile: join(this.folder, 'storage.log'),
      listen: loopback,
      downloadFolder: join(this.folder, 'downloads'),
      allowedRoots: [this.projects, this.homes],
      sessions: [],
    }
  }

  #workspaceSetup(newServerKeyHash: string | undefined): WorkspaceProcessSetup {
    const { projects, homes, folder, port } = this
    return {
      folder: join(folder, 'workspace'),
      logFile: join(folder, 'workspace.log'),
      listen: { ...loopback, port },
      ...(newServerKeyHash && {
        create: {
          code: 'studio',
          name: 'Studio',
          admin,
          server: { name: 'hq-1', keyHash: newServerKeyHash },
          projectsPath: projects,
          homesPath: homes,
        },
      }),
    }
  }
}

it('three processes end in time when they are asked to, and take up everything at the next start', async () => {
  const hosted = new Hosted()
  const { address, keyHash, workspaceId } = await hosted.start(true)
  const mia = await TestHost.start({ folder: tempFolder(), isForked: true, limitBytesPerSecond: 12_000_000 })
  const { email, password } = admin
  await mia.call('signInTo', { address, keyHash, email, password, isHostedHere: true, isDemo: false })
  await mia.untilOnline()
  const root = join(tempFolder(), 'rushes')
  writeRandomFile(root, { path: 'a.mov', sizeBytes: 30_000_000 })
  setFolderTimes(root)
  const [key] = (await mia.send({
    items: [{ path: root, kind: 'folder' }],
    target: { kind: 'share', workspaceId, code: 'projects', path: '' },
  })) as [TransferKey]
  await mia.untilRow((row) => (row.progress?.bytesVerified ?? 0) > 6_000_000)

  const asked = performance.now()
  await mia.call('shutdown', {})
  expect(performance.now() - asked).toBeLessThan(3000)
  await mia.ended()
  await hosted.stop()
  expect(performance.now() - asked).toBeLessThan(6000)

  await hosted.start(false)
  await mia.start()
  await mia.untilStatus(key, 'done')
  expect(readTree(join(hosted.projects, 'rushes'))).toEqual(readTree(root))
}, 60_000)
