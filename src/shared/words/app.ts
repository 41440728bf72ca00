import { defineMessages } from './message.ts'

/** Around every place: sidebar, status line, banners. */
export const app = defineMessages({
  'app.name': 'Tern',
  'app.here': 'here',
  'app.you': 'you',
  'app.thisComputer': 'This computer',
  'app.place.transfers': 'Transfers',
  'app.place.incoming': 'Incoming',
  'app.place.browse': 'Browse',
  'app.place.watchFolders': 'Watch folders',
  'app.place.preferences': 'Preferences',
  'app.workspaces': 'Workspaces',
  'app.people': 'People',
  'app.sites': 'Sites',
  'app.online': 'online',
  'app.offline': 'offline',
  'app.since': 'since {time}',
  'app.hosted': 'hosted',
  'app.waitingOnYou': '{count} waiting on you',
  'app.counts.running': '{count} running',
  'app.counts.waiting': '{count} waiting',
  'app.counts.failed': '{count} failed',
  'app.freeIn': '{size} free in {place}',
  'app.cancel': 'Cancel',
  'app.close': 'Close',
  'app.search': 'Search',
})
