import type {
  WorkspaceCommands,
  WorkspaceProcessSetup,
  WorkspaceProcessStarted,
} from '../shared/contract/workspace-process.ts'
import { createWorkspace, openWorkspaceServer } from '../workspace/index.ts'
import { serveProcess } from './process-life.ts'

/** The server of one hosted workspace. Its files are not its own business: the storage process beside it has them. */
serveProcess<WorkspaceCommands, Record<string, never>, WorkspaceProcessSetup, WorkspaceProcessStarted>(
  'workspace',
  async (setup, _emit, logger) => {
    const { folder, listen, create } = setup
    const options = { folder, listen, logger }
    const made = create && (await createWorkspace({ ...options, setup: workspaceSetup(create) }))
    const server = made?.server ?? (await openWorkspaceServer(options))
    const { id: workspaceId, name } = server.workspace
    return {
      started: {
        workspaceId,
        name,
        address: server.address,
        keyHash: server.keyHash,
        ...(made && { serverSessionToken: made.serverSessionToken }),
      },
      handlers: {
        invite: async (request) => ({ invitation: await server.invite(request) }),
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
