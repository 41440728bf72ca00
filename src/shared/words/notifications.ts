import { defineMessages } from './message.ts'

export const notifications = defineMessages({
  'notification.delivery.title': '{name} sends {job}',
})
