import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import ElectronStore from 'electron-store'
import type { Logger } from '../../platform/logger.ts'
import type { Preferences } from '../../shared/contract/view.ts'
import { preferencesDefaults, preferencesSchema, type StoredPreferences } from './preferences-schema.ts'

/** What a change may say: `null` lifts the limit, or its timetable. */
export interface PreferencesChange {
  readonly downloadFolder?: string
  readonly limitBytesPerSecond?: number | null
  readonly limitTimetable?: string | null
  readonly startAtLogin?: boolean
  readonly notifications?: boolean
  readonly keepAwake?: boolean
}

export interface PreferencesStore {
  get(): Preferences
  /** Stores the change and tells everybody who listens. */
  set(change: PreferencesChange): Preferences
  onChange(listener: (preferences: Preferences) => void): void
}

/** Opens `preferences.json` in the profile's folder. A file that cannot be read is set aside, never thrown away. */
export function openPreferences(options: {
  readonly folder: string
  readonly version: string
  readonly defaultDownloadFolder: string
  readonly logger: Logger
}): PreferencesStore {
  const store = openStore(options.folder, options.version, options.logger)
  const listeners = new Set<(preferences: Preferences) => void>()
  const get = (): Preferences => {
    const { downloadFolder, limitBytesPerSecond, limitTimetable, startAtLogin, notifications, keepAwake } = store.store
    return {
      downloadFolder: downloadFolder ?? options.defaultDownloadFolder,
      ...(limitBytesPerSecond === undefined ? {} : { limitBytesPerSecond }),
      ...(limitTimetable === undefined ? {} : { limitTimetable }),
      startAtLogin,
      notifications,
      keepAwake,
    }
  }
  return {
    get,
    set(change) {
      const { limitBytesPerSecond, limitTimetable, ...rest } = change
      store.set(rest)
      if (limitTimetable === null) store.delete('limitTimetable')
      else if (limitTimetable !== undefined) store.set('limitTimetable', limitTimetable)
      if (limitBytesPerSecond === null) store.delete('limitBytesPerSecond')
      else if (limitBytesPerSecond !== undefined) store.set('limitBytesPerSecond', limitBytesPerSecond)
      const preferences = get()
      for (const listener of listeners) listener(preferences)
      return preferences
    },
    onChange: (listener) => void listeners.add(listener),
  }
}

function openStore(folder: string, version: string, logger: Logger): ElectronStore<StoredPreferences> {
  const file = join(folder, 'preferences.json')
  const open = () =>
    new ElectronStore<StoredPreferences>({
      name: 'preferences',
      cwd: folder,
      projectVersion: version,
      schema: preferencesSchema,
      defaults: preferencesDefaults,
      // The first released form needs no step; each later one is added here and tested with a file of the former.
      migrations: {},
      beforeEachMigration: (_store, step) => keepCopy(file, `before-${step.toVersion}`),
    })
  try {
    return open()
  } catch (thrown) {
    logger.error({ err: thrown }, 'the preferences could not be read; a copy is kept and they start anew')
    keepCopy(file, 'unreadable')
    return openAnew(folder, version)
  }
}

function openAnew(folder: string, version: string): ElectronStore<StoredPreferences> {
  const store = new ElectronStore<StoredPreferences>({
    name: 'preferences',
    cwd: folder,
    projectVersion: version,
    defaults: preferencesDefaults,
    clearInvalidConfig: true,
  })
  store.store = preferencesDefaults
  return store
}

function keepCopy(file: string, label: string): void {
  if (existsSync(file)) copyFileSync(file, `${file}.${label}`)
}
