import { defineMessages } from './message.ts'

export const notifications = defineMessages({
  'notification.delivery.title': '{from} sends {name}',
  'notification.delivery.body': {
    one: '1 file, {size}. Choose where it goes.',
    other: '{count} files, {size}. Choose where they go.',
  },
  'notification.delivery.download': 'Download here',
  'notification.consent.read': '{from} asks to read a folder of this computer',
  'notification.consent.write': '{from} asks to write to a folder of this computer',
  'notification.consent.body': '{path}. Nothing happens until you decide.',
  'notification.done.in': '{name} has arrived',
  'notification.done.out': '{name} is with {to}',
  'notification.done.body': { one: '1 file, {size}, verified.', other: '{count} files, {size}, verified.' },
  'notification.failed.title': '{name} stopped',
  'notification.declined.title': '{by} declined {name}',
  'notification.declined.body': 'No reason was given.',
  'notification.reminder.title': '{from} waits for you',
  'notification.reminder.body': '{name}: choose where it goes.',
  'notification.minimised.title': 'Tern keeps running',
  'notification.minimised.body': 'This desktop has no tray, so the window is minimised. Quit is in the File menu.',
})
