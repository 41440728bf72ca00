import { defineMessages } from './message.ts'

export const firstRun = defineMessages({
  'firstRun.title': 'Welcome to Tern',
})
