import { join } from 'node:path'
import { app, ipcMain, powerMonitor } from 'electron'
import { Disposer } from '../platform/disposer.ts'
import { createLogger } from '../platform/logger.ts'
import type { EngineEvents } from '../shared/contract/engine-process.ts'
import type { AppView } from '../shared/contract/view.ts'
import { say } from '../shared/words/index.ts'
import { hiddenFlag } from './app/autostart.ts'
import { computerName } from './app/computer-name.ts'
import { profileFolders } from './app/folders.ts'
import { KeepAwake } from './app/keep-awake.ts'
import { Lifecycle } from './app/lifecycle.ts'
import { invitationIn } from './app/links.ts'
import { composeProcesses } from './compose-processes.ts'
import { appHandlers } from './ipc/app-handlers.ts'
import type { HandlerContext } from './ipc/handler-context.ts'
import { registerCommands } from './ipc/register.ts'
import { sendHandlers } from './ipc/send-handlers.ts'
import { isTrustedSender } from './ipc/sender.ts'
import { transferHandlers } from './ipc/transfer-handlers.ts'
import { loadKeytar } from './keychain/credential-store.ts'
import { Keyring } from './keychain/keyring.ts'
import { forgetSessions, keepSession } from './keychain/secrets.ts'
import { setAppMenu } from './menu/app-menu.ts'
import { Notifier } from './notifications/notifier.ts'
import { openLocalState } from './preferences/local-state.ts'
import { openPreferences } from './preferences/preferences.ts'
import { developmentOrigin } from './security/development-server.ts'
import { secureSession } from './security/secure.ts'
import { TokenRegistry } from './tokens/token-registry.ts'
import { AppTray } from './tray/app-tray.ts'
import { isTrayPresent } from './tray/tray-presence.ts'
import { AppViewHub } from './view/app-view.ts'
import { TransfersMirror } from './view/transfers-mirror.ts'
import { hasOwnFrame, MainWindow, preloadPath } from './windows/main-window.ts'

const freeSpaceEveryMs = 30_000

/** What a later start of the same profile, or a link, may ask of the app that runs. */
export interface RunningApp {
  readonly open: (args: readonly string[]) => void
}

/** Builds the app out of its parts, once Electron is ready. `mainFolder` is where the build put main's files. */
export function composeApp(mainFolder: string): RunningApp {
  const disposer = new Disposer()
  const folders = profileFolders()
  const assets = join(app.getAppPath(), 'assets')
  const icon = join(assets, 'icon.png')
  const logger = createLogger({ name: 'main', file: join(folders.logs, 'main.log') })
  const devOrigin = developmentOrigin(app.isPackaged, process.env.ELECTRON_RENDERER_URL)
  const { isOwnPage } = secureSession({ rendererRoot: join(mainFolder, '../renderer'), developmentOrigin: devOrigin })

  const state = openLocalState(folders.root)
  const preferences = openPreferences({
    folder: folders.root,
    version: app.getVersion(),
    defaultDownloadFolder: folders.downloads,
    logger,
  })
  // The library answers a channel of its own; ours is the only one that the window has.
  ipcMain.removeAllListeners('electron-store-get-data')

  const tokens = new TokenRegistry()
  const mirror = new TransfersMirror()
  const keepAwake = new KeepAwake()
  disposer.add(() => keepAwake.stop())
  let hasTray = process.platform !== 'linux'

  const keyring = new Keyring({ service: 'Tern', load: loadKeytar, onState: () => view.changed(), logger })
  const notifier = new Notifier({
    icon,
    isWanted: () => preferences.get().notifications,
    onOpen: (place, key) => {
      window.show()
      window.send('open', { place, key })
    },
    onDownload: (key) => void downloadByPreset(key),
  })
  disposer.add(() => notifier.dispose())

  const onTransfers = (delta: EngineEvents['transfers']) => {
    mirror.apply(delta)
    window.send('transfers.changed', delta)
    tray.changed()
    keepAwake.update(preferences.get().keepAwake && delta.totals.running > 0)
  }

  const processes = composeProcesses(
    {
      mainFolder,
      folders,
      keyring,
      preferences,
      engineEvents: {
        session: ({ workspaceId, email, sessionToken }) => {
          if (sessionToken === undefined) void forgetSessions(keyring, workspaceId)
          else void keepSession(keyring, { workspaceId, email, sessionToken })
        },
        presences: (presences) => {
          view.setPresences(presences)
          tray.changed()
        },
        transfers: onTransfers,
        notice: (notice) => notifier.tell(notice),
      },
      onEngineState: (engineState) => {
        if (engineState !== 'running') mirror.clear()
        else
          void processes.engine.call('transfersSnapshot', {}).then(
            (snapshot) => mirror.reset(snapshot),
            () => undefined,
          )
        view.changed()
        tray.changed()
      },
      onDemoChange: () => view.changed(),
      logger,
    },
    disposer,
  )
  const { engine, hosted, demo } = processes

  const view = new AppViewHub({
    version: app.getVersion(),
    computerName: computerName(),
    ownFrame: hasOwnFrame,
    preferences,
    state,
    keyring: () => keyring.state,
    engine: (): AppView['engine'] => ({ state: engine.state, crashes: engine.crashes }),
    demo: () => demo.state,
    hasTray: () => hasTray,
    onChange: (current) => window.send('app.changed', current),
  })
  disposer.add(() => view.dispose())
  preferences.onChange((changed) => {
    keepAwake.update(changed.keepAwake && mirror.totals.running > 0)
    void view.refreshFreeSpace()
    view.changed()
  })

  const lifecycle = new Lifecycle({ disposer, connectedPeople: () => hosted.connectedPeople(), logger })
  const window = new MainWindow({
    preload: preloadPath(mainFolder),
    icon,
    developmentOrigin: devOrigin,
    state,
    onClose: () => {
      if (lifecycle.isQuitting) return false
      if (hasTray) window.window?.hide()
      else minimise()
      return true
    },
    onPageStart: () => tokens.clear(),
  })
  const minimise = () => {
    window.window?.minimize()
    if (state.get('hasSaidMinimise')) return
    state.set('hasSaidMinimise', true)
    notifier.say(say('notification.minimised.title'), say('notification.minimised.body'))
  }
  const openMenuItem = (item: 'send' | 'transfers') => {
    window.show()
    window.send('menu', { item })
  }
  const downloadByPreset = async (key: Parameters<Notifier['tell']>[0]['key']) => {
    const { revision, location } = await engine.call('incomingDetails', { key })
    const { rootPath, subPath } = location
    await engine.call('incomingAccept', {
      key,
      revision,
      location: { rootPath, subPath },
      exclude: [],
      remember: false,
    })
  }
  const tray = new AppTray({
    assets,
    mirror,
    isOffline: () => {
      const { workspaces } = view.presences
      return workspaces.length > 0 && workspaces.every((workspace) => workspace.connection !== 'online')
    },
    actions: {
      openIncoming: (key) => {
        window.show()
        window.send('open', { place: 'incoming', key })
      },
      openTransfers: () => openMenuItem('transfers'),
      send: () => openMenuItem('send'),
      pauseAll: (keys) => void engine.call('transfersUpdate', { keys, status: 'paused' }).catch(() => undefined),
      open: () => window.show(),
      quit: () => void lifecycle.quit(),
    },
  })
  disposer.add(() => tray.dispose())
  const lookForTray = async () => {
    const found = await isTrayPresent()
    if (found === hasTray) return
    hasTray = found
    view.changed()
  }

  setAppMenu({
    choose: (item) => {
      window.show()
      window.send('menu', { item })
    },
    closeWindow: () => window.window?.close(),
    quit: () => void lifecycle.quit(),
  })
  const context: HandlerContext = { folders, engine, hosted, demo, keyring, preferences, tokens, view, window }
  registerCommands(
    {
      ipcMain,
      isTrusted: (event) => isTrustedSender(event, window.window, isOwnPage),
      handlers: { ...appHandlers(context), ...transferHandlers(context), ...sendHandlers(context) },
      logger,
    },
    disposer,
  )

  const freeSpaceTimer = setInterval(() => {
    if (window.isVisible) void view.refreshFreeSpace()
  }, freeSpaceEveryMs)
  disposer.add(() => clearInterval(freeSpaceTimer))
  app.on('browser-window-focus', () => void lookForTray())
  powerMonitor.on('resume', () => void view.refreshFreeSpace())

  void keyring.open()
  void processes.start()
  void lookForTray()
  void view.refreshFreeSpace()
  if (process.argv.includes(hiddenFlag) && process.platform !== 'linux') window.prepare()
  else window.show()

  const open = (args: readonly string[]) => {
    const invitation = invitationIn(args)
    if (invitation !== undefined) {
      window.show()
      window.send('open', { place: 'join', invitation })
    } else if (!args.includes(hiddenFlag)) window.show()
  }
  const firstInvitation = invitationIn(process.argv)
  if (firstInvitation !== undefined) open([firstInvitation])
  return { open }
}
