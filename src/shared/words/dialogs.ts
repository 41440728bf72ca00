import { defineMessages } from './message.ts'

export const dialogs = defineMessages({
  'dialog.quitHosting.message': {
    one: '1 person loses your workspace until you open Tern again',
    other: '{count} people lose your workspace until you open Tern again',
  },
  'dialog.quitHosting.quit': 'Quit',
  'dialog.quitHosting.keep': 'Keep running',
  'dialog.pickFiles.title': 'Choose files to send',
  'dialog.pickFolders.title': 'Choose folders to send',
  'dialog.pickFolder.delivery': 'Choose where it goes',
  'dialog.pickFolder.download': 'Choose where deliveries go',
  'dialog.pickFolder.storage': 'Choose a place for the workspace’s files',
  'dialog.pick.button': 'Choose',
})
