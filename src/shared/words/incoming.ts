import { defineMessages } from './message.ts'

export const incoming = defineMessages({
  'incoming.downloadHere': 'Download here',
  'incoming.browse': 'Browse…',
  'incoming.decline': 'Decline',
})
