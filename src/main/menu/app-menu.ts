import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { EventPayload } from '../../shared/contract/ipc-schemas.ts'
import { say } from '../../shared/words/index.ts'

type MenuChoice = EventPayload<'menu'>['item']

export interface MenuActions {
  choose(item: MenuChoice): void
  closeWindow(): void
  quit(): void
}

/** The menu of the app: every key of the window stands in it (LOOK.md section 6). */
export function setAppMenu(actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(actions, process.platform === 'darwin')))
}

export function appMenu(actions: MenuActions, isMac: boolean): MenuItemConstructorOptions[] {
  const item = (label: string, choice: MenuChoice, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => actions.choose(choice),
    ...(accelerator === undefined ? {} : { accelerator }),
  })
  // The page handles these keys itself, where they depend on what has the focus; the menu only shows them.
  const shown = (label: string, choice: MenuChoice, accelerator: string): MenuItemConstructorOptions => ({
    ...item(label, choice, accelerator),
    registerAccelerator: false,
  })
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const preferences = item(say('menu.file.preferences'), 'preferences', 'CmdOrCtrl+,')
  const quit: MenuItemConstructorOptions = {
    label: say('menu.file.quit'),
    accelerator: 'CmdOrCtrl+Q',
    click: () => actions.quit(),
  }
  return [
    ...(isMac ? [{ role: 'appMenu' as const, submenu: macAppItems(preferences, quit) }] : []),
    {
      label: say('menu.file'),
      submenu: [
        item(say('menu.file.send'), 'send', 'CmdOrCtrl+N'),
        separator,
        ...(isMac ? [] : [preferences, separator]),
        { label: say('menu.file.close'), accelerator: 'CmdOrCtrl+W', click: () => actions.closeWindow() },
        ...(isMac ? [] : [quit]),
      ],
    },
    {
      label: say('menu.edit'),
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        separator,
        item(say('menu.edit.search'), 'search', 'CmdOrCtrl+F'),
      ],
    },
    {
      label: say('menu.transfer'),
      submenu: [
        shown(say('menu.transfer.pauseOrResume'), 'pause-or-resume', 'Space'),
        item(say('menu.transfer.retry'), 'retry', 'CmdOrCtrl+R'),
        item(say('menu.transfer.details'), 'details', 'CmdOrCtrl+I'),
        item(say('menu.transfer.showInFolder'), 'show-in-folder', 'CmdOrCtrl+Shift+R'),
        separator,
        shown(say('menu.transfer.priorityUp'), 'priority-up', 'Alt+Up'),
        shown(say('menu.transfer.priorityDown'), 'priority-down', 'Alt+Down'),
        separator,
        shown(say('menu.transfer.abort'), 'abort', 'CmdOrCtrl+Backspace'),
      ],
    },
    {
      label: say('menu.view'),
      submenu: [
        item(say('menu.view.transfers'), 'transfers', 'CmdOrCtrl+1'),
        item(say('menu.view.incoming'), 'incoming', 'CmdOrCtrl+2'),
        separator,
        { role: 'resetZoom', label: say('menu.view.actualSize') },
        { role: 'zoomIn', label: say('menu.view.larger') },
        { role: 'zoomOut', label: say('menu.view.smaller') },
      ],
    },
    ...(isMac ? [{ role: 'windowMenu' as const, label: say('menu.window') }] : []),
  ]
}

function macAppItems(
  preferences: MenuItemConstructorOptions,
  quit: MenuItemConstructorOptions,
): MenuItemConstructorOptions[] {
  return [
    { role: 'about', label: say('menu.app.about') },
    { type: 'separator' },
    preferences,
    { type: 'separator' },
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    { type: 'separator' },
    quit,
  ]
}
