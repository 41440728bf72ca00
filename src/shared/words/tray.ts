import { defineMessages } from './message.ts'

export const tray = defineMessages({
  'tray.idle': 'Nothing is moving',
  'tray.speeds': '↑ {up}   ↓ {down}',
  'tray.offline': 'No workspace can be reached',
  'tray.choose': { one: '{name}: choose where 1 file goes…', other: '{name}: choose where {count} files go…' },
  'tray.look': '{name}: look at what is asked…',
  'tray.running': '{name}, {percent}',
  'tray.moreRunning': { one: '1 more running', other: '{count} more running' },
  'tray.send': 'Send files…',
  'tray.pauseAll': 'Pause all',
  'tray.open': 'Open Tern',
  'tray.quit': 'Quit',
})
