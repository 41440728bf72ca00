import type {
  WorkspaceCommands,
  WorkspaceEvents,
  WorkspaceProcessSetup,
  WorkspaceProcessStarted,
} from '../shared/contract/workspace-process.ts'
import { createWorkspace, openWorkspaceServer } from '../workspace/index.ts'
import { serveProcess } from './process-life.ts'

/** The server of one hosted workspace. Its files are not its own business: the storage process beside it has them. */
serveProcess<WorkspaceCommands, WorkspaceEvents, WorkspaceProcessSetup, WorkspaceProcessStarted>(
  'workspace',
  async (setup, emit, logger) => {
    const { folder, listen, advertise, certificate, create } = setup
    // Whatever is made here holds secrets, copies of the database among it.
    process.umask(0o077)
    const waiting: (() => void)[] = []
    const onStorageRoots = (roots: readonly string[]) =>
      new Promise<void>((resolve) => {
        waiting.push(resolve)
        emit('storageRoots', { roots })
      })
    const options = {
      folder,
      listen,
      logger,
      onStorageRoots,
      ...(advertise !== undefined && { advertise }),
      ...(certificate && { certificate }),
    }
    const made = create && (await createWorkspace({ ...options, setup: workspaceSetup(create) }))
    const server = made?.server ?? (await openWorkspaceServer(options))
    const { id: workspaceId, name } = server.workspace
    return {
      started: {
        workspaceId,
        name,
        address: server.address,
        keyHash: server.keyHash,
        advertisedAddress: server.advertisedAddress,
        storageRoots: server.storageRoots,
        ...(made && { serverSessionToken: made.serverSessionToken }),
      },
      handlers: {
        invite: async (request) => ({ invitation: await server.invite(request) }),
        reloadCertificate: async () => {
          await server.reloadCertificate()
          return { keyHash: server.keyHash }
        },
        storageRootsTaken: () => {
          for (const resolve of waiting.splice(0)) resolve()
          return null
        },
        shutdown: () => server[Symbol.asyncDispose]().then(() => null),
      },
    }
  },
)

function workspaceSetup(create: NonNullable<WorkspaceProcessSetup['create']>) {
  const { code, name, admin, server, projectsPath, homesPath } = create
  const projects = { code: 'projects', name: 'projects', path: projectsPath, isDefault: true }
  return { code, name, admin, server, shares: [projects], homesPath }
}
