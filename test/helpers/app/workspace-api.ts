import { randomBytes } from 'node:crypto'
import { WorkspaceConnection } from '../../../src/client/connection/workspace-connection.ts'
import type { OperationInput, OperationName, OperationOutput } from '../../../src/shared/contract/operations.ts'
import type { TernApp } from './launch-app.ts'
import { password } from './workspaces.ts'

export interface WorkspaceApi extends Disposable {
  call<Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>>
}

/** Signs in to the workspace that `host` serves as a script would: HTTPS, pinned to the key in its invitation. */
export async function openApi(host: TernApp, email: string): Promise<WorkspaceApi> {
  const [workspace] = (await host.call('app.view', {})).workspaces
  if (!workspace) throw new Error('in no workspace')
  const { invitation } = await host.call('app.createInvitation', { workspaceId: workspace.id })
  const [, address = '', keyHash = ''] = /^tern:\/\/join\/([^/]+)\/([^/]+)\//.exec(invitation) ?? []
  const connection = new WorkspaceConnection({ address, keyHash })
  const machine = { name: 'script', kind: 'browser' as const, keyHash: randomBytes(32).toString('hex') }
  connection.sessionToken = (await connection.call('session/login', { email, password, machine })).sessionToken
  return {
    call: (name, input) => connection.call(name, input),
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  }
}
