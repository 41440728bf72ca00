import { Menu, nativeImage, nativeTheme, Tray } from 'electron'
import type { TransfersMirror } from '../view/transfers-mirror.ts'
import { trayImageName, trayImagePath } from './tray-image.ts'
import { ratioOf, stateLine, type TrayActions, trayMenu } from './tray-menu.ts'

/** A menu is rebuilt as a whole, and an open one may close by it: not for every figure that changes. */
const rebuildMs = 1000

export interface AppTrayOptions {
  readonly assets: string
  readonly mirror: TransfersMirror
  readonly isOffline: () => boolean
  readonly actions: TrayActions
}

/** The icon in the system's tray: its picture tells the state, its menu what waits and what runs. */
export class AppTray {
  readonly #options: AppTrayOptions
  readonly #tray: Tray
  #timer: NodeJS.Timeout | undefined
  #shown = ''
  #imageName = ''

  constructor(options: AppTrayOptions) {
    this.#options = options
    this.#tray = new Tray(nativeImage.createEmpty())
    this.#tray.on('click', () => options.actions.open())
    nativeTheme.on('updated', this.#redraw)
    this.#draw()
  }

  /** Something that the tray shows may have changed. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#draw()
    }, rebuildMs)
  }

  dispose(): void {
    clearTimeout(this.#timer)
    nativeTheme.off('updated', this.#redraw)
    this.#tray.destroy()
  }

  readonly #redraw = () => {
    this.#imageName = ''
    this.#draw()
  }

  #draw(): void {
    const { mirror, assets } = this.#options
    const facts = {
      totals: mirror.totals,
      waitingOnYou: mirror.waitingOnYou,
      running: mirror.running,
      isOffline: this.#options.isOffline(),
    }
    const imageName = trayImageName({ ...facts, progress: this.#progress() })
    if (imageName !== this.#imageName) {
      this.#imageName = imageName
      this.#tray.setImage(trayImagePath(assets, imageName, nativeTheme.shouldUseDarkColors))
    }
    const items = trayMenu(facts, this.#options.actions)
    const text = items.map((item) => item.label ?? '-').join('\n')
    if (text === this.#shown) return
    this.#shown = text
    this.#tray.setToolTip(`Tern: ${stateLine(facts)}`)
    this.#tray.setContextMenu(Menu.buildFromTemplate(items))
  }

  #progress(): number {
    const rows = this.#options.mirror.running
    return rows.length === 0 ? 0 : rows.reduce((sum, row) => sum + ratioOf(row), 0) / rows.length
  }
}
