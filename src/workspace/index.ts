import { WorkspaceServer, type WorkspaceServerOptions } from './server.ts'

export type { AdminCommand, AdminInputs } from './admin/admin-commands.ts'
export { backUpWorkspace } from './admin/back-up.ts'
export { callAdmin } from './admin/call-admin.ts'
export { createWorkspace } from './create-workspace.ts'
export type { WorkspaceServer, WorkspaceServerOptions } from './server.ts'

/** Opens the workspace of an existing folder. @throws TernError NOT_FOUND, STORE_TOO_NEW, STORE_CORRUPT */
export function openWorkspaceServer(options: WorkspaceServerOptions): Promise<WorkspaceServer> {
  return WorkspaceServer.open(options)
}
