import { defineMessages } from './message.ts'

export const details = defineMessages({
  'details.tasks': 'Tasks',
  'details.log': 'Log',
  'details.settings': 'Settings',
  'details.json': 'JSON',
})
