import type { CommandInput } from '../../../src/shared/contract/ipc-schemas.ts'
import type { PickedItem, TransferKey, WorkspaceView } from '../../../src/shared/contract/view.ts'
import type { TernApp } from './launch-app.ts'
import { answerDialog } from './workspaces.ts'

/** Picks folders or files by the native dialog, which answers `paths` this once. */
export async function pickItems(
  app: TernApp,
  kind: 'files' | 'folders',
  paths: readonly string[],
): Promise<readonly PickedItem[]> {
  await answerDialog(app, paths)
  return app.call('pick.items', { kind })
}

export type SendWish = Partial<Omit<CommandInput<'send.submit'>, 'tokens' | 'target'>>

/** Picks `path` and sends it to a person. Answers the transfer's key. */
export function sendToPerson(
  app: TernApp,
  workspace: WorkspaceView,
  email: string,
  path: string,
  wish: SendWish = {},
): Promise<TransferKey> {
  return submit(app, path, { kind: 'user', workspaceId: workspace.id, email }, wish)
}

/** Picks `path` and sends it into the workspace's default volume. Answers the transfer's key. */
export function sendToShare(
  app: TernApp,
  workspace: WorkspaceView,
  folder: string,
  path: string,
  wish: SendWish = {},
): Promise<TransferKey> {
  return submit(app, path, { kind: 'share', workspaceId: workspace.id, code: 'projects', path: folder }, wish)
}

async function submit(
  app: TernApp,
  path: string,
  target: CommandInput<'send.submit'>['target'],
  wish: SendWish,
): Promise<TransferKey> {
  const items = await pickItems(app, 'folders', [path])
  const { keys } = await app.call('send.submit', { tokens: items.map(({ token }) => token), target, ...wish })
  const [key] = keys
  if (key === undefined) throw new Error('nothing was submitted')
  return key
}
