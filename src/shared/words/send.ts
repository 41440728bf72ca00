import { defineMessages } from './message.ts'

export const send = defineMessages({
  'send.myHome': 'My home',
  'send.uploadNow': 'Upload now, deliver from the workspace',
  'send.straight': 'Send straight to {name} when it is back',
})
