import { shell } from 'electron'
import type { TransferKey } from '../../shared/contract/view.ts'
import { askForFolder, askForItems, examinePath, toPickedItem } from '../download-picker/pick.ts'
import type { HandlerContext } from './handler-context.ts'
import type { CommandHandlers } from './register.ts'
import { withoutUndefined } from './without-undefined.ts'

type TransferCommands = Extract<keyof CommandHandlers, `${'transfers' | 'incoming' | 'consent' | 'pick'}.${string}`>

/** Commands around transfers, deliveries and what a person picks on this computer. */
export function transferHandlers(context: HandlerContext): Pick<CommandHandlers, TransferCommands> {
  const { engine } = context
  const update = (status: 'waiting' | 'paused' | 'aborted') => (input: { keys: TransferKey[] }) =>
    engine.call('transfersUpdate', { keys: input.keys, status })
  return {
    'pick.items': async ({ kind }) => pickItems(context, await askForItems(kind, context.window.window), 'dialog'),
    'pick.folder': ({ purpose }) => pickFolder(context, purpose),
    'pick.dropped': ({ paths }) => pickItems(context, paths, 'drop'),
    'transfers.snapshot': () => engine.call('transfersSnapshot', {}),
    'transfers.finished': (input) => engine.call('transfersFinished', withoutUndefined(input)),
    'transfers.pause': update('paused'),
    'transfers.resume': update('waiting'),
    'transfers.abort': update('aborted'),
    'transfers.retry': update('waiting'),
    'transfers.setPriority': (input) => engine.call('transfersUpdate', input),
    'transfers.remind': (input) => engine.call('transfersRemind', input),
    'transfers.details': (input) => engine.call('transferDetails', input),
    'transfers.tasks': (input) => engine.call('transferTasks', input),
    'transfers.log': (input) => engine.call('transferLog', input),
    'transfers.showInFolder': async (input) => {
      // Shown, never opened: what was received may be a program.
      shell.showItemInFolder((await engine.call('transferLocalPath', input)).path)
      return null
    },
    'incoming.details': async ({ key, location }) => {
      const details = await engine.call(
        'incomingDetails',
        location ? { key, location: context.tokens.resolveLocation(location) } : { key },
      )
      // A consent's path is somebody else's word: no token makes a place of it.
      if (details.kind === 'consent') return details
      const path = details.location.rootPath
      const token = context.tokens.add({ path, kind: 'folder', purpose: 'delivery' })
      return { ...details, location: { ...details.location, token } }
    },
    'incoming.accept': ({ location, ...answer }) =>
      engine.call('incomingAccept', { ...answer, location: context.tokens.resolveLocation(location) }),
    'incoming.decline': (input) => engine.call('incomingDecline', withoutUndefined(input)),
    'consent.decide': (input) => engine.call('consentDecide', withoutUndefined(input)),
  }
}

/** Picking is consent: these paths may be read from now on for the job that is made of them. */
export async function pickItems(context: HandlerContext, paths: readonly string[], origin: 'drop' | 'dialog') {
  if (paths.length === 0) return []
  const picked = await Promise.all(paths.map(examinePath))
  await context.engine.call('grant', { paths: picked.map(({ path }) => path), mode: 'read', origin })
  return picked.map((item) => toPickedItem(item, 'send', context.tokens))
}

async function pickFolder(context: HandlerContext, purpose: 'download' | 'storage' | 'delivery') {
  const startsAt = context.preferences.get().downloadFolder
  const path = await askForFolder(purpose, startsAt, context.window.window)
  if (path === undefined) return null
  const picked = await examinePath(path)
  if (purpose === 'delivery') {
    await context.engine.call('grant', { paths: [picked.path], mode: 'write', origin: 'dialog' })
  }
  return toPickedItem(picked, purpose, context.tokens)
}
