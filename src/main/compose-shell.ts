import { join } from 'node:path'
import { app } from 'electron'
import type { Disposer } from '../platform/disposer.ts'
import type { Logger } from '../platform/logger.ts'
import type { PresencesView } from '../shared/contract/engine-process.ts'
import type { TransferKey } from '../shared/contract/view.ts'
import { say } from '../shared/words/index.ts'
import { hiddenFlag } from './app/autostart.ts'
import { Lifecycle } from './app/lifecycle.ts'
import { invitationIn } from './app/links.ts'
import type { Processes } from './compose-processes.ts'
import { setAppMenu } from './menu/app-menu.ts'
import { Notifier } from './notifications/notifier.ts'
import type { LocalStateStore } from './preferences/local-state.ts'
import type { PreferencesStore } from './preferences/preferences.ts'
import { AppTray } from './tray/app-tray.ts'
import { isTrayPresent } from './tray/tray-presence.ts'
import type { AppViewHub } from './view/app-view.ts'
import type { TransfersMirror } from './view/transfers-mirror.ts'
import { MainWindow, preloadPath } from './windows/main-window.ts'

export interface ShellOptions {
  readonly mainFolder: string
  readonly developmentOrigin: string | undefined
  readonly processes: Processes
  readonly preferences: PreferencesStore
  readonly state: LocalStateStore
  readonly mirror: TransfersMirror
  readonly view: AppViewHub
  readonly onPageStart: () => void
  readonly isKeyringPending: () => boolean
  readonly logger: Logger
}

/** What a person sees of the app besides the page: window, tray, menu, notifications, and how it ends. */
export interface Shell {
  readonly window: MainWindow
  readonly tray: AppTray
  readonly notifier: Notifier
  readonly hasTray: () => boolean
  /** Who is online, or in which workspaces this app is, has changed. */
  readonly presencesChanged: () => void
  /** A second start, or a link: at most it opens the confirmation of an invitation. */
  readonly open: (args: readonly string[]) => void
}

export function composeShell(options: ShellOptions, disposer: Disposer): Shell {
  const { processes, preferences, state, mirror, view, logger } = options
  const assets = join(app.getAppPath(), 'assets')
  const icon = join(assets, 'icon.png')
  let hasTray = process.platform !== 'linux'

  const lifecycle = new Lifecycle({
    disposer,
    killChildren: processes.killAll,
    peopleCutOff: () => peopleCutOff(view.presences),
    visibleWindow: () => (window.isVisible ? window.window : undefined),
    isExitBlocked: options.isKeyringPending,
    logger,
  })
  const quit = () => void lifecycle.quit()
  const window = new MainWindow({
    preload: preloadPath(options.mainFolder),
    icon,
    developmentOrigin: options.developmentOrigin,
    state,
    onClose: () => {
      if (lifecycle.isEnding) return false
      if (hasTray) window.window?.hide()
      else minimise()
      return true
    },
    onPageStart: options.onPageStart,
  })
  const openAt = (place: 'incoming' | 'transfers', key: TransferKey) => {
    window.show()
    window.send('open', { place, key })
  }
  const choose = (item: Parameters<typeof window.send<'menu'>>[1]['item']) => {
    window.show()
    window.send('menu', { item })
  }

  const notifier = new Notifier({
    icon,
    isWanted: () => preferences.get().notifications,
    onOpen: openAt,
    onDownload: (key) => void downloadByPreset(processes, key).catch(() => openAt('incoming', key)),
  })
  disposer.add(() => notifier.dispose())
  /** Without a tray a hidden window could not be found again. */
  const minimise = () => {
    window.window?.minimize()
    if (state.get('hasSaidMinimise')) return
    state.set('hasSaidMinimise', true)
    notifier.say(say('notification.minimised.title'), say('notification.minimised.body'))
  }

  const tray = new AppTray({
    assets,
    mirror,
    isOffline: () => {
      const { workspaces } = view.presences
      return workspaces.length > 0 && workspaces.every((workspace) => workspace.connection !== 'online')
    },
    actions: {
      openIncoming: (key) => openAt('incoming', key),
      openTransfers: () => choose('transfers'),
      send: () => choose('send'),
      pauseAll: (keys) =>
        void processes.engine.call('transfersUpdate', { keys, status: 'paused' }).catch(() => undefined),
      open: () => window.show(),
      quit,
    },
  })
  disposer.add(() => tray.dispose())
  const lookForTray = async () => {
    const found = await isTrayPresent()
    if (found === hasTray) return
    hasTray = found
    view.changed()
  }
  // A panel may start after the app, or end before it.
  app.on('browser-window-focus', () => void lookForTray())
  void lookForTray()

  setAppMenu({ choose, closeWindow: () => window.window?.close(), quit })
  return {
    window,
    tray,
    notifier,
    hasTray: () => hasTray,
    presencesChanged: () => {
      tray.changed()
      lifecycle.peopleChanged()
    },
    open: (args) => {
      const invitation = invitationIn(args)
      if (invitation === undefined && args.includes(hiddenFlag)) return
      window.show()
      if (invitation !== undefined) window.send('open', { place: 'join', invitation })
    },
  }
}

/** People who are online in a workspace that is hosted here: quitting takes it from them. The demo is nobody's. */
function peopleCutOff({ workspaces, people }: PresencesView): number {
  const hosted = new Set(workspaces.flatMap(({ id, isHostedHere, isDemo }) => (isHostedHere && !isDemo ? [id] : [])))
  return people.filter((person) => hosted.has(person.workspaceId) && person.online && !person.isMe).length
}

/** The notification's own button: into the preset folder, as the card would offer it. */
async function downloadByPreset({ engine }: Processes, key: TransferKey): Promise<void> {
  const { revision, location } = await engine.call('incomingDetails', { key })
  const { rootPath, subPath } = location
  await engine.call('incomingAccept', { key, revision, location: { rootPath, subPath }, exclude: [], remember: false })
}
