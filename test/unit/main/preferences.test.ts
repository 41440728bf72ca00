import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPreferences } from '../../../src/main/preferences/preferences.ts'
import { silentLogger } from '../../../src/platform/logger.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tern-preferences-'))
})
afterEach(() => rm(folder, { recursive: true }))

const open = () =>
  openPreferences({ folder, version: '0.1.0', defaultDownloadFolder: '/home/mia/Downloads/Tern', logger: silentLogger })

describe('preferences', () => {
  it('start with defaults', () => {
    expect(open().get()).toEqual({
      downloadFolder: '/home/mia/Downloads/Tern',
      startAtLogin: false,
      notifications: true,
      keepAwake: true,
    })
  })

  it('keep what is set, tell who listens, and lift a limit', () => {
    const preferences = open()
    const told: unknown[] = []
    preferences.onChange((changed) => told.push(changed.limitBytesPerSecond))
    preferences.set({ limitBytesPerSecond: 20_000_000, notifications: false })
    expect(open().get()).toMatchObject({ limitBytesPerSecond: 20_000_000, notifications: false, keepAwake: true })
    preferences.set({ limitBytesPerSecond: null })
    expect(open().get()).not.toHaveProperty('limitBytesPerSecond')
    expect(told).toEqual([20_000_000, undefined])
  })

  it('keep a timetable of the limit until it is taken away', () => {
    const preferences = open()
    preferences.set({ limitTimetable: 'mon-fri 08:00-18:00 5' })
    preferences.set({ limitBytesPerSecond: 20_000_000 })
    expect(open().get()).toMatchObject({ limitTimetable: 'mon-fri 08:00-18:00 5', limitBytesPerSecond: 20_000_000 })
    preferences.set({ limitTimetable: null })
    expect(open().get()).not.toHaveProperty('limitTimetable')
  })

  it.each(['{ not json', '{"limitBytesPerSecond": "fast"}'])('start anew from %s and keep a copy', async (text) => {
    await writeFile(join(folder, 'preferences.json'), text)
    expect(open().get().notifications).toBe(true)
    expect(await readdir(folder)).toContain('preferences.json.unreadable')
    expect(open().get().notifications).toBe(true)
  })
})
