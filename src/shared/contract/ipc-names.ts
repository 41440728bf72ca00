/**
 * What the window may ask of main, and what main tells the window. Names only, so that the preload script can hold them
 * without a schema library.
 */
export const commandNames = [
  'app.view',
  'app.tryDemo',
  'app.removeDemo',
  'app.hostWorkspace',
  'app.checkInvitation',
  'app.joinWorkspace',
  'app.signInTo',
  'app.signIn',
  'app.signOut',
  'app.createInvitation',
  'app.copyText',
  'app.retryKeyring',
  'app.restartEngine',
  'preferences.set',
  'window.minimise',
  'window.toggleMaximise',
  'window.close',
  'pick.items',
  'pick.folder',
  'pick.dropped',
  'transfers.snapshot',
  'transfers.finished',
  'transfers.pause',
  'transfers.resume',
  'transfers.abort',
  'transfers.retry',
  'transfers.setPriority',
  'transfers.remind',
  'transfers.details',
  'transfers.tasks',
  'transfers.log',
  'transfers.showInFolder',
  'incoming.details',
  'incoming.accept',
  'incoming.decline',
  'consent.decide',
  'settings.list',
  'settings.set',
  'send.measure',
  'send.folder',
  'send.specification',
  'send.submit',
] as const

export type CommandName = (typeof commandNames)[number]

export const eventNames = ['app.changed', 'transfers.changed', 'menu', 'open', 'dropped'] as const

export type EventName = (typeof eventNames)[number]

/** The two channels; each message names its command or event. */
export const ipcChannels = { call: 'tern:call', event: 'tern:event' } as const
