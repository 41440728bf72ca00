import { defineMessages } from './message.ts'

export const preferences = defineMessages({
  'preferences.general': 'General',
})
