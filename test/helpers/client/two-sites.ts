import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { WorkspaceConnection } from '../../../src/client/connection/workspace-connection.ts'
import type { OperationInput } from '../../../src/shared/contract/operations.ts'
import { Studio } from './studio.ts'
import { TestHost } from './test-host.ts'

/** A second site; its servers join by invitation. */
export async function openTwoSites() {
  const studio = await Studio.open()
  const mia = await studio.admin()
  const { address, keyHash } = studio.server
  const connection = new WorkspaceConnection({ address, keyHash }, mia.session(studio.workspaceId))
  const { code: site } = await connection.call('site/create', { name: 'Berlin' })
  const invite = async () => (await connection.call('invitation/create-server', { site })).invitation

  /** Another server, which has one of the workspace's volumes. */
  const joinServer = async (computerName: string, share: string) => {
    const folder = join(studio.folder, computerName)
    const volume = join(folder, 'volume')
    mkdirSync(volume, { recursive: true })
    const storage = await TestHost.start({
      folder,
      kind: 'server',
      computerName,
      listens: true,
      allowedRoots: [volume],
    })
    await storage.call('joinServer', { invitation: await invite() })
    await storage.untilOnline()
    const { clients } = await connection.call('client/list', { kind: 'server' })
    const client = clients.find((one) => one.name === computerName && one.siteCode === site)
    if (!client) throw new Error(`no ${computerName} at ${site}`)
    await connection.call('share/assign', { id: share, clientId: client.id, path: volume })
    return { storage, volume }
  }
  const create = async (spec: OperationInput<'transfer/create'>['spec']) => {
    const { jobs } = await connection.call('transfer/create', { spec })
    return `${studio.workspaceId}/${jobs[0]?.id}` as const
  }
  return { studio, mia, connection, invite, joinServer, create }
}
