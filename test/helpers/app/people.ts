import { join } from 'node:path'
import type { TernApp } from './launch-app.ts'
import { hostWorkspace, joinAs } from './workspaces.ts'

export type Launch = (options: { readonly profile: string }) => Promise<TernApp>

/** John hosts a workspace; each further person has joined it by his invitation, in an app of their own. */
export async function openStudio(
  launch: Launch,
  folder: string,
): Promise<{ readonly john: TernApp; readonly storageFolder: string; join(name: string): Promise<TernApp> }> {
  const storageFolder = join(folder, 'storage')
  const john = await launch({ profile: 'john' })
  await agreeToQuit(john)
  let invitation: string | undefined = await hostWorkspace(john, storageFolder)
  return {
    john,
    storageFolder,
    async join(name) {
      const app = await launch({ profile: name.toLowerCase() })
      await joinAs(app, invitation ?? (await newInvitation(john)), name)
      // An invitation is good for one person.
      invitation = undefined
      return app
    },
  }
}

async function newInvitation(john: TernApp): Promise<string> {
  const [workspace] = (await john.call('app.view', {})).workspaces
  if (!workspace) throw new Error('in no workspace')
  return (await john.call('app.createInvitation', { workspaceId: workspace.id, role: 'employee' })).invitation
}

/** Answers the question that quitting asks while others are connected, as a person who wants to quit does. */
export function agreeToQuit(app: TernApp): Promise<void> {
  return app.electron.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false })
  })
}
