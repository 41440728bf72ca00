import { defineMessages } from './message.ts'

export const dialogs = defineMessages({
  'dialog.quitHosting.keep': 'Keep running',
})
