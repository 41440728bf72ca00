import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PresencesView } from '../../shared/contract/engine-process.ts'
import type { AppView } from '../../shared/contract/view.ts'
import type { LocalStateStore } from '../preferences/local-state.ts'
import type { PreferencesStore } from '../preferences/preferences.ts'

const noPresences: PresencesView = { workspaces: [], people: [], sites: [], shares: [] }

/** Changes within one moment reach the window together. */
const gatherMs = 30

export interface AppViewSources {
  readonly version: string
  readonly computerName: string
  readonly ownFrame: boolean
  readonly preferences: PreferencesStore
  readonly state: LocalStateStore
  readonly keyring: () => AppView['keyring']
  readonly engine: () => AppView['engine']
  readonly demo: () => AppView['demo']
  readonly hasTray: () => boolean
  readonly onChange: (view: AppView) => void
}

/** Puts together everything around the table, and tells when any of it has changed. */
export class AppViewHub {
  readonly #sources: AppViewSources
  #presences: PresencesView | undefined
  #freeBytes: number | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(sources: AppViewSources) {
    this.#sources = sources
  }

  setPresences(presences: PresencesView): void {
    this.#presences = presences
    if (presences.workspaces.length > 0 !== (this.#sources.state.get('hasJoined') ?? false)) {
      this.#sources.state.set('hasJoined', presences.workspaces.length > 0)
    }
    this.changed()
  }

  get presences(): PresencesView {
    return this.#presences ?? noPresences
  }

  /** Something that the view is made of has changed. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#sources.onChange(this.current())
    }, gatherMs)
  }

  /** Free space where deliveries go by preset; asks the disk, so not for every look. */
  async refreshFreeSpace(): Promise<void> {
    const free = await freeBytesAt(this.#sources.preferences.get().downloadFolder)
    if (free === this.#freeBytes) return
    this.#freeBytes = free
    this.changed()
  }

  dispose(): void {
    clearTimeout(this.#timer)
  }

  current(): AppView {
    const sources = this.#sources
    const preferences = sources.preferences.get()
    const demo = sources.demo()
    const isFirstRun = this.#presences ? this.#presences.workspaces.length === 0 : !sources.state.get('hasJoined')
    return {
      isFirstRun,
      platform: platform(),
      version: sources.version,
      computerName: sources.computerName,
      ...this.presences,
      keyring: sources.keyring(),
      engine: sources.engine(),
      ...(demo === undefined ? {} : { demo }),
      downloads: {
        path: preferences.downloadFolder,
        ...(this.#freeBytes === undefined ? {} : { freeBytes: this.#freeBytes }),
      },
      hasTray: sources.hasTray(),
      ownFrame: sources.ownFrame,
      preferences,
    }
  }
}

function platform(): AppView['platform'] {
  return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux'
}

/** Of the folder, or of the nearest one above it that is there; undefined when nothing can be said. */
async function freeBytesAt(folder: string): Promise<number | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path)
      return bavail * bsize
    } catch {
      if (path === dirname(path)) return undefined
    }
  }
}
