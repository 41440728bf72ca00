import { platform } from '../bridge/bridge.ts'

interface Modifiers {
  readonly metaKey: boolean
  readonly ctrlKey: boolean
}

/** Mod is ⌘ on macOS, Ctrl elsewhere (LOOK.md section 6). */
export function isModKey(event: Modifiers): boolean {
  return platform() === 'darwin' ? event.metaKey : event.ctrlKey
}

/** How a menu names a key: `⌘R`, `Ctrl+R`. */
export function modKeyLabel(key: string): string {
  return platform() === 'darwin' ? `⌘${key}` : `Ctrl+${key}`
}
