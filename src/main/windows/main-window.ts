import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { CrashHistory } from '../../hosting/crash-history.ts'
import { monotonicMs } from '../../platform/clock.ts'
import type { EventName } from '../../shared/contract/ipc-names.ts'
import { ipcChannels } from '../../shared/contract/ipc-names.ts'
import type { EventPayload } from '../../shared/contract/ipc-schemas.ts'
import type { LocalStateStore } from '../preferences/local-state.ts'
import { appPage } from '../security/app-address.ts'
import { safeWebPreferences } from '../security/web-preferences.ts'
import { minimumSize, usableBounds } from './window-bounds.ts'

export interface MainWindowOptions {
  readonly preload: string
  readonly icon: string
  readonly developmentOrigin: string | undefined
  readonly state: LocalStateStore
  /** Asked when the person closes the window; true: it was dealt with, the window stays. */
  readonly onClose: () => boolean
  /** The page starts anew: what it was given before is void. */
  readonly onPageStart: () => void
}

/** LOOK.md section 2: paper. Seen for a moment before the first paint. */
const paper = { light: '#FFFFFF', dark: '#171C22' } as const

export const hasOwnFrame = process.platform !== 'darwin'

/** The one window: made on demand, hidden rather than closed, told of what happens. */
export class MainWindow {
  readonly #options: MainWindowOptions
  #window: BrowserWindow | undefined
  #isPageReady = false
  #waiting: { readonly name: string; readonly payload: unknown }[] = []

  constructor(options: MainWindowOptions) {
    this.#options = options
  }

  get window(): BrowserWindow | undefined {
    return this.#window?.isDestroyed() ? undefined : this.#window
  }

  get isVisible(): boolean {
    const { window } = this
    return window?.isVisible() === true && !window.isMinimized()
  }

  show(): void {
    const window = this.window
    if (!window) {
      this.#create(true)
      return
    }
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  /** Makes the window without showing it: started at login, the app waits in the tray. */
  prepare(): void {
    if (!this.window) this.#create(false)
  }

  /** Tells the page; what comes before the page listens waits for it. */
  send<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
    const window = this.window
    if (window && this.#isPageReady) window.webContents.send(ipcChannels.event, { name, payload })
    else if (window) this.#waiting.push({ name, payload })
  }

  #create(isShown: boolean): void {
    const { state } = this.#options
    const bounds = usableBounds(
      state.get('window'),
      screen.getAllDisplays().map((display) => display.workArea),
    )
    const { isMaximised, ...rectangle } = bounds
    const window = new BrowserWindow({
      ...rectangle,
      minWidth: minimumSize.width,
      minHeight: minimumSize.height,
      show: false,
      title: 'Tern',
      icon: this.#options.icon,
      backgroundColor: nativeTheme.shouldUseDarkColors ? paper.dark : paper.light,
      frame: !hasOwnFrame,
      ...(hasOwnFrame ? {} : { titleBarStyle: 'hiddenInset' as const, trafficLightPosition: { x: 14, y: 15 } }),
      autoHideMenuBar: true,
      webPreferences: safeWebPreferences(this.#options.preload),
    })
    this.#window = window
    this.#listen(window)
    window.once('ready-to-show', () => {
      if (isMaximised) window.maximize()
      if (isShown) window.show()
    })
    const page = this.#options.developmentOrigin ?? appPage
    // A page that does not load shows nothing; the reason is in the console of the window.
    window.loadURL(page).catch(() => undefined)
  }

  #listen(window: BrowserWindow): void {
    window.on('close', (event) => {
      this.#remember(window)
      if (this.#options.onClose()) event.preventDefault()
    })
    window.on('closed', () => {
      this.#window = undefined
      this.#isPageReady = false
      this.#waiting = []
    })
    window.webContents.on('did-start-navigation', (details) => {
      if (!details.isMainFrame || details.isSameDocument) return
      this.#isPageReady = false
      this.#options.onPageStart()
    })
    // The preload script keeps what comes before the page itself listens.
    window.webContents.on('dom-ready', () => {
      this.#isPageReady = true
      for (const message of this.#waiting.splice(0)) window.webContents.send(ipcChannels.event, message)
    })
    const crashes = new CrashHistory()
    window.webContents.on('render-process-gone', () => {
      this.#isPageReady = false
      // A page that ends again and again stays away; transfers go on without it.
      if (!window.isDestroyed() && crashes.add(monotonicMs()) !== undefined) window.webContents.reload()
    })
    const repaint = () => window.setBackgroundColor(nativeTheme.shouldUseDarkColors ? paper.dark : paper.light)
    nativeTheme.on('updated', repaint)
    window.on('closed', () => nativeTheme.off('updated', repaint))
  }

  #remember(window: BrowserWindow): void {
    const { x, y, width, height } = window.getNormalBounds()
    this.#options.state.set('window', { x, y, width, height, isMaximised: window.isMaximized() })
  }
}

/** Where the build puts the preload script, seen from main's own file. */
export function preloadPath(mainFolder: string): string {
  return join(mainFolder, '../preload/index.cjs')
}
