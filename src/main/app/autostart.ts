import { mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { desktopEntryText } from './desktop-entry.ts'

/** Said to a start at login: the window stays in the tray. */
export const hiddenFlag = '--hidden'

/** Starts Tern at login, or stops doing so. On Linux Electron has no way of its own, so the file is ours. */
export async function setStartAtLogin(isOn: boolean): Promise<void> {
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: isOn, args: isOn ? [hiddenFlag] : [] })
    return
  }
  const configHome = process.env.XDG_CONFIG_HOME || join(homedir(), '.config')
  const folder = join(configHome, 'autostart')
  const file = join(folder, 'tern.desktop')
  if (!isOn) return rm(file, { force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(file, desktopEntryText(startCommand()))
}

/** An AppImage is started by its own file, which the variable names; unpackaged, the project's folder is an argument. */
function startCommand(): readonly string[] {
  const program = process.env.APPIMAGE ?? process.execPath
  return app.isPackaged ? [program, hiddenFlag] : [program, app.getAppPath(), hiddenFlag]
}
