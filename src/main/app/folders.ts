import { homedir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'

/** Where this profile keeps things; every path of main is made here. */
export interface ProfileFolders {
  readonly root: string
  readonly engine: string
  readonly hosted: string
  readonly demo: string
  readonly logs: string
  readonly downloads: string
  /** Where a workspace that is hosted here keeps its files, unless the person picks another place. */
  readonly storageFor: (code: string) => string
}

export function profileFolders(): ProfileFolders {
  const root = app.getPath('userData')
  return {
    root,
    engine: join(root, 'engine'),
    hosted: join(root, 'hosted'),
    demo: join(root, 'demo'),
    logs: join(root, 'logs'),
    downloads: join(downloadsFolder(), 'Tern'),
    storageFor: (code) => join(homedir(), 'Tern', code),
  }
}

/** Where a Linux system names no folder for downloads, Electron answers the home folder itself. */
function downloadsFolder(): string {
  const named = app.getPath('downloads')
  return named === homedir() || named === app.getPath('home') ? join(homedir(), 'Downloads') : named
}
