import type { Schema } from 'electron-store'

/** What is stored of the preferences; absent limit: none. */
export interface StoredPreferences {
  downloadFolder?: string
  limitBytesPerSecond?: number
  limitTimetable?: string
  startAtLogin: boolean
  notifications: boolean
  keepAwake: boolean
}

export const preferencesSchema: Schema<StoredPreferences> = {
  downloadFolder: { type: 'string', minLength: 1, maxLength: 4096 },
  limitBytesPerSecond: { type: 'integer', minimum: 1000 },
  limitTimetable: { type: 'string', maxLength: 4096 },
  startAtLogin: { type: 'boolean' },
  notifications: { type: 'boolean' },
  keepAwake: { type: 'boolean' },
}

export const preferencesDefaults: StoredPreferences = {
  startAtLogin: false,
  notifications: true,
  keepAwake: true,
}
