import { defineMessages } from './message.ts'

export const tray = defineMessages({
  'tray.open': 'Open Tern',
  'tray.quit': 'Quit',
})
