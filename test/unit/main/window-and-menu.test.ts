import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { CrashHistory } from '../../../src/hosting/crash-history.ts'
import { appMenu } from '../../../src/main/menu/app-menu.ts'
import { codeFrom } from '../../../src/main/processes/hosted-workspaces.ts'
import { defaultSize, usableBounds } from '../../../src/main/windows/window-bounds.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1080 }

describe('bounds of the window', () => {
  it.each([
    [undefined, defaultSize],
    [
      { x: 100, y: 100, width: 1000, height: 700 },
      { x: 100, y: 100, width: 1000, height: 700 },
    ],
    // Its screen is gone.
    [
      { x: 3000, y: 100, width: 1000, height: 700 },
      { width: 1000, height: 700 },
    ],
    // Its title bar would be out of reach.
    [
      { x: 100, y: -200, width: 1000, height: 700 },
      { width: 1000, height: 700 },
    ],
    [
      { x: 10, y: 10, width: 100, height: 100 },
      { x: 10, y: 10, width: 640, height: 440 },
    ],
    [
      { width: 1000, height: 700, isMaximised: true },
      { width: 1000, height: 700 },
    ],
  ])('%j', (remembered, expected) => {
    expect(usableBounds(remembered, [screen])).toEqual(expected)
  })
})

describe('crashes', () => {
  it('delays grow, and the fifth in ten minutes is the last', () => {
    const crashes = new CrashHistory()
    expect([0, 1, 2, 3, 4].map((minute) => crashes.add(minute * 60_000))).toEqual([300, 1200, 4800, 10_000, undefined])
  })

  it('old ones do not count', () => {
    const crashes = new CrashHistory()
    for (let hour = 0; hour < 10; hour += 1) expect(crashes.add(hour * 3_600_000)).toBe(300)
  })
})

describe('code of a workspace', () => {
  it.each([
    ['Studio', 'studio'],
    ['Field & Sons', 'field-sons'],
    ['Übergrößen GmbH', 'ubergrossen-gmbh'],
    ['第3話', '3'],
    ['---', 'workspace'],
  ])('%s is %s', (name, code) => {
    expect(codeFrom(name)).toBe(code)
  })
})

describe('menu', () => {
  const flat = (items: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])])

  it.each([true, false])('has every key of the window, macOS %s', (isMac) => {
    const chosen: string[] = []
    const actions = { choose: (item: string) => void chosen.push(item), closeWindow: () => {}, quit: () => {} }
    const items = flat(appMenu(actions, isMac))
    const keys = items.map((item) => item.accelerator).filter((key) => key !== undefined)
    for (const key of [
      ...['CmdOrCtrl+N', 'CmdOrCtrl+F', 'CmdOrCtrl+,', 'CmdOrCtrl+1', 'CmdOrCtrl+2', 'Space', 'CmdOrCtrl+R'],
      ...['CmdOrCtrl+I', 'CmdOrCtrl+Shift+R', 'CmdOrCtrl+Backspace', 'Alt+Up', 'Alt+Down', 'CmdOrCtrl+Q'],
    ]) {
      expect(keys.filter((known) => known === key)).toHaveLength(1)
    }
    for (const item of items) (item.click as (() => void) | undefined)?.()
    expect(new Set(chosen).size).toBe(12)
  })
})
