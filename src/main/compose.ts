import { join } from 'node:path'
import { app, ipcMain, powerMonitor } from 'electron'
import { Disposer } from '../platform/disposer.ts'
import { createLogger } from '../platform/logger.ts'
import { hiddenFlag } from './app/autostart.ts'
import { computerName } from './app/computer-name.ts'
import { profileFolders } from './app/folders.ts'
import { KeepAwake } from './app/keep-awake.ts'
import { composeProcesses, type Processes } from './compose-processes.ts'
import { composeShell, type Shell } from './compose-shell.ts'
import { type EngineEventTargets, engineEvents, followEngineState } from './engine-events.ts'
import { appHandlers } from './ipc/app-handlers.ts'
import type { HandlerContext } from './ipc/handler-context.ts'
import { registerCommands } from './ipc/register.ts'
import { sendHandlers } from './ipc/send-handlers.ts'
import { isTrustedSender } from './ipc/sender.ts'
import { settingHandlers } from './ipc/setting-handlers.ts'
import { transferHandlers } from './ipc/transfer-handlers.ts'
import { loadKeytar } from './keychain/credential-store.ts'
import { Keyring } from './keychain/keyring.ts'
import { hostKey } from './keychain/secrets.ts'
import { openLocalState } from './preferences/local-state.ts'
import { openPreferences } from './preferences/preferences.ts'
import { developmentOrigin } from './security/development-server.ts'
import { secureSession } from './security/secure.ts'
import { TokenRegistry } from './tokens/token-registry.ts'
import { AppViewHub } from './view/app-view.ts'
import { TransfersMirror } from './view/transfers-mirror.ts'
import { hasOwnFrame } from './windows/main-window.ts'

const freeSpaceEveryMs = 30_000

/** What a later start of the same profile, or a link, may ask of the app that runs. */
export type RunningApp = Pick<Shell, 'open'>

/** Builds the app out of its parts, once Electron is ready. `mainFolder` is where the build put main's files. */
export function composeApp(mainFolder: string): RunningApp {
  const disposer = new Disposer()
  const folders = profileFolders()
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
  const keyring = new Keyring({
    service: 'Tern',
    load: loadKeytar,
    firstSecret: hostKey,
    onState: () => view.changed(),
    logger,
  })

  const view = new AppViewHub({
    version: app.getVersion(),
    computerName: computerName(),
    ownFrame: hasOwnFrame,
    preferences,
    state,
    keyring: () => keyring.state,
    engine: () => ({ state: processes.engine.state, crashes: processes.engine.crashes }),
    demo: () => processes.demo.state,
    hasTray: () => shell.hasTray(),
    onChange: (current) => shell.window.send('app.changed', current),
  })
  disposer.add(() => view.dispose())

  const targets: EngineEventTargets = { keyring, view, mirror, preferences, keepAwake, shell: () => shell }
  const processes: Processes = composeProcesses(
    {
      mainFolder,
      folders,
      keyring,
      preferences,
      engineEvents: engineEvents(targets),
      onEngineState: followEngineState(targets, () => processes.engine),
      onDemoChange: () => view.changed(),
      logger,
    },
    disposer,
  )
  const shell: Shell = composeShell(
    {
      mainFolder,
      developmentOrigin: devOrigin,
      processes,
      preferences,
      state,
      mirror,
      view,
      onPageStart: () => tokens.clear(),
      isKeyringPending: () => keyring.isPending,
      logger,
    },
    disposer,
  )
  const { window } = shell
  const { engine, hosted, demo } = processes

  const context: HandlerContext = { folders, engine, hosted, demo, keyring, preferences, tokens, view, window }
  registerCommands(
    {
      ipcMain,
      isTrusted: (event) => isTrustedSender(event, window.window, isOwnPage),
      handlers: {
        ...appHandlers(context),
        ...transferHandlers(context),
        ...sendHandlers(context),
        ...settingHandlers(context),
      },
      logger,
    },
    disposer,
  )
  preferences.onChange((changed) => {
    keepAwake.update(changed.keepAwake && mirror.totals.running > 0)
    void view.refreshFreeSpace()
    view.changed()
  })
  const freeSpaceTimer = setInterval(() => {
    if (window.isVisible) void view.refreshFreeSpace()
  }, freeSpaceEveryMs)
  disposer.add(() => clearInterval(freeSpaceTimer))
  powerMonitor.on('resume', () => void view.refreshFreeSpace())

  // None of these is waited for: the window comes first.
  void keyring.open()
  void processes.start()
  void view.refreshFreeSpace()
  if (process.argv.includes(hiddenFlag)) window.prepare()
  else window.show()
  shell.open([...process.argv.filter((argument) => argument.startsWith('tern:')), hiddenFlag])
  return shell
}
