import { defineMessages } from './message.ts'

export const menu = defineMessages({
  'menu.file': 'File',
})
