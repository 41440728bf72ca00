import { busNameHasOwner } from './session-bus.ts'

/**
 * Whether a tray icon would be seen. macOS and Windows always have a place for it. On Linux Electron offers it to the
 * StatusNotifierWatcher on the session bus; panels that only know the older XEMBED way cannot be asked without an X11
 * library, so there the answer is "no" and closing minimises, which loses nothing.
 */
export async function isTrayPresent(): Promise<boolean> {
  if (process.platform !== 'linux') return true
  return busNameHasOwner('org.kde.StatusNotifierWatcher')
}
