import { mkdir } from 'node:fs/promises'
import type { WorkspaceView } from '../../../src/shared/contract/view.ts'
import { poll, type TernApp } from './launch-app.ts'

export const password = 'correct horse battery'

/** Makes this app host a workspace and waits until it is online, its storage included. Answers an invitation. */
export async function hostWorkspace(app: TernApp, storageFolder?: string): Promise<string> {
  const storageToken = storageFolder === undefined ? undefined : await pickFolder(app, 'storage', storageFolder)
  const { invitation } = await app.call('app.hostWorkspace', {
    workspaceName: 'Studio',
    yourName: 'John',
    email: 'john@example.com',
    password,
    ...(storageToken === undefined ? {} : { storageToken }),
  })
  await onlineWorkspace(app)
  return invitation
}

export async function joinAs(app: TernApp, invitation: string, name: string): Promise<void> {
  await app.call('app.joinWorkspace', {
    invitation,
    name,
    email: `${name.toLowerCase()}@example.com`,
    password,
  })
  await onlineWorkspace(app)
}

/** The first workspace, once it and its site are online. */
export function onlineWorkspace(app: TernApp, patienceMs = 20_000): Promise<WorkspaceView> {
  return poll(
    async () => {
      const view = await app.call('app.view', {})
      const workspace = view.workspaces[0]
      const isReady = workspace?.connection === 'online' && view.sites.some((site) => site.online)
      return isReady ? workspace : undefined
    },
    'the workspace to be online',
    patienceMs,
  )
}

/** Picks a folder by the native dialog, which answers `path` this once. */
export async function pickFolder(
  app: TernApp,
  purpose: 'storage' | 'download' | 'delivery',
  path: string,
): Promise<string> {
  await mkdir(path, { recursive: true })
  await answerDialog(app, [path])
  const picked = await app.call('pick.folder', { purpose })
  if (!picked) throw new Error('the dialog was cancelled')
  return picked.token
}

/** The next native file dialogs answer with these paths, as if a person had chosen them. */
export function answerDialog(app: TernApp, filePaths: readonly string[]): Promise<void> {
  return app.electron.evaluate(({ dialog }, paths) => {
    dialog.showOpenDialog = async () => ({ canceled: paths.length === 0, filePaths: [...paths] })
  }, filePaths)
}
