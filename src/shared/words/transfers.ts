import { defineMessages } from './message.ts'

export const transfers = defineMessages({
  'transfers.send': 'Send…',
  'transfers.filter.all': 'All',
  'transfers.filter.running': 'Running',
  'transfers.filter.waiting': 'Waiting',
  'transfers.filter.failed': 'Failed',
  'transfers.filter.finished': 'Finished',
  'transfers.column.name': 'Name',
  'transfers.column.route': 'From → to',
  'transfers.column.status': 'Status',
  'transfers.column.size': 'Size',
  'transfers.column.speed': 'Speed',
  'transfers.column.left': 'Left',
  'transfers.section.waitingOnYou': 'Waiting on you',
  'transfers.section.active': 'Active',
  'transfers.section.finishedToday': 'Finished today',
  'transfers.section.finishedEarlier': 'Finished earlier',
  'transfers.empty.title': 'Nothing is moving',
  'transfers.sizeOf': '{done} of {total}',
  'transfers.sizeSoFar': '{size} so far',
})
