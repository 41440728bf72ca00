import { clipboard } from 'electron'
import { parseTimetable } from '../../shared/domain/settings/speed-timetable.ts'
import { setStartAtLogin } from '../app/autostart.ts'
import type { PreferencesChange } from '../preferences/preferences.ts'
import { codeFrom } from '../processes/hosted-workspaces.ts'
import type { HandlerContext } from './handler-context.ts'
import type { CommandHandlers } from './register.ts'
import { withoutUndefined } from './without-undefined.ts'

type AppCommands =
  | 'app.view'
  | 'app.tryDemo'
  | 'app.removeDemo'
  | 'app.hostWorkspace'
  | 'app.checkInvitation'
  | 'app.joinWorkspace'
  | 'app.signInTo'
  | 'app.signIn'
  | 'app.signOut'
  | 'app.createInvitation'
  | 'app.copyText'
  | 'app.retryKeyring'
  | 'app.restartEngine'
  | 'preferences.set'
  | 'window.minimise'
  | 'window.toggleMaximise'
  | 'window.close'

/** Commands around workspaces, preferences and the window itself. */
export function appHandlers(context: HandlerContext): Pick<CommandHandlers, AppCommands> {
  const { engine, window } = context
  return {
    'app.view': () => context.view.current(),
    'app.tryDemo': async () => {
      await context.demo.create()
      return null
    },
    'app.removeDemo': async () => {
      await context.demo.remove()
      return null
    },
    'app.hostWorkspace': ({ storageToken, ...wish }) => {
      const storageFolder =
        storageToken === undefined
          ? context.folders.storageFor(codeFrom(wish.workspaceName))
          : context.tokens.resolve(storageToken, 'storage').path
      return context.hosted.host({ ...wish, storageFolder }, engine)
    },
    'app.checkInvitation': (input) => engine.call('checkInvitation', input),
    'app.joinWorkspace': async (input) => {
      await engine.call('join', input)
      return null
    },
    'app.signInTo': async (input) => {
      await engine.call('signInTo', { ...input, isHostedHere: false, isDemo: false })
      return null
    },
    'app.signIn': (input) => engine.call('signIn', input),
    'app.signOut': (input) => engine.call('signOut', input),
    'app.createInvitation': (input) => engine.call('createInvitation', withoutUndefined(input)),
    'app.copyText': ({ text }) => {
      clipboard.writeText(text)
      return null
    },
    'app.retryKeyring': () => {
      // A person may be asked for a password now: the window does not wait for that.
      void context.keyring.open()
      return null
    },
    'app.restartEngine': async () => {
      await engine.start()
      return null
    },
    'preferences.set': (input) => setPreferences(context, input),
    'window.minimise': () => {
      window.window?.minimize()
      return null
    },
    'window.toggleMaximise': () => {
      const shown = window.window
      if (shown?.isMaximized()) shown.unmaximize()
      else shown?.maximize()
      return null
    },
    'window.close': () => {
      window.window?.close()
      return null
    },
  }
}

type PreferencesInput = Parameters<CommandHandlers['preferences.set']>[0]

/** What has an effect elsewhere happens first: a preference that could not take effect is not stored. */
async function setPreferences(context: HandlerContext, input: PreferencesInput): Promise<null> {
  const { downloadToken, ...rest } = input
  const change: PreferencesChange = {
    ...withoutUndefined(rest),
    ...(downloadToken === undefined ? {} : { downloadFolder: context.tokens.resolve(downloadToken, 'download').path }),
  }
  if (change.startAtLogin !== undefined) await setStartAtLogin(change.startAtLogin)
  if (change.downloadFolder !== undefined) {
    await context.engine.call('setDownloadFolder', { path: change.downloadFolder })
  }
  if (change.limitBytesPerSecond !== undefined || change.limitTimetable !== undefined) {
    const before = context.preferences.get()
    const { limitBytesPerSecond = before.limitBytesPerSecond, limitTimetable = before.limitTimetable } = change
    // A timetable that cannot be read must not be kept: nobody would know that it does nothing.
    if (typeof limitTimetable === 'string') parseTimetable(limitTimetable)
    await context.engine.call('setLimit', {
      ...(typeof limitBytesPerSecond === 'number' && { bytesPerSecond: limitBytesPerSecond }),
      ...(typeof limitTimetable === 'string' && { timetable: limitTimetable }),
    })
  }
  context.preferences.set(change)
  return null
}
