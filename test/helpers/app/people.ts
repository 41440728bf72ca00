import { join } from 'node:path'
import type { Role } from '../../../src/shared/domain/entities.ts'
import type { TernApp } from './launch-app.ts'
import { hostWorkspace, joinAs } from './workspaces.ts'

export type Launch = (options: { readonly profile: string }) => Promise<TernApp>

/** John hosts a workspace; each further person has joined it by his invitation, in an app of their own. */
export async function openStudio(
  launch: Launch,
  folder: string,
): Promise<{
  readonly john: TernApp
  readonly storageFolder: string
  join(name: string, role?: Role): Promise<TernApp>
}> {
  const storageFolder = join(folder, 'storage')
  const john = await launch({ profile: 'john' })
  await agreeToQuit(john)
  await hostWorkspace(john, storageFolder)
  return {
    john,
    storageFolder,
    async join(name, role = 'employee') {
      const app = await launch({ profile: name.toLowerCase() })
      await joinAs(app, await newInvitation(john, role), name)
      return app
    },
  }
}

/** Good for one person. */
export async function newInvitation(john: TernApp, role: Role = 'employee'): Promise<string> {
  const [workspace] = (await john.call('app.view', {})).workspaces
  if (!workspace) throw new Error('in no workspace')
  return (await john.call('app.createInvitation', { workspaceId: workspace.id, role })).invitation
}

/** Answers the question that quitting asks while others are connected, as a person who wants to quit does. */
export function agreeToQuit(app: TernApp): Promise<void> {
  return app.electron.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false })
  })
}
