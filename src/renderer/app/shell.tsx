import { useEffect, useRef } from 'react'
import { Incoming } from '../features/incoming/incoming.tsx'
import { Preferences } from '../features/preferences/preferences.tsx'
import { DropOverlay } from '../features/send/drop-overlay.tsx'
import { Transfers } from '../features/transfers/transfers.tsx'
import { useView } from '../stores/app-store.ts'
import { recordSpeeds } from '../stores/speed-history.ts'
import { type Place, useUi } from '../stores/ui-store.ts'
import { Announcer } from './announcer.tsx'
import { Sidebar } from './sidebar.tsx'
import { StatusLine } from './status-line.tsx'
import { useShellKeys } from './use-shell-keys.ts'

/** Sidebar or rail, the place in view, the status line. */
export function Shell() {
  const view = useView()
  const place = useUi((state) => state.place)
  useShellKeys()
  useEffect(recordSpeeds, [])
  useFocusInPlace(place)
  return (
    <div className="shell" data-platform={view.platform}>
      <Sidebar />
      {place === 'transfers' && <Transfers />}
      {place === 'incoming' && <Incoming />}
      {place === 'preferences' && <Preferences />}
      <StatusLine />
      <DropOverlay />
      <Announcer />
    </div>
  )
}

/** Where the place changed by a key, focus went with what was taken away: it goes on in the new place. */
function useFocusInPlace(place: Place): void {
  const before = useRef(place)
  useEffect(() => {
    if (before.current === place) return
    before.current = place
    if (document.activeElement !== null && document.activeElement !== document.body) return
    const main = document.querySelector<HTMLElement>('main')
    const list = main?.querySelector<HTMLElement>('[role="grid"], [role="treegrid"]')
    ;(list ?? main)?.focus()
  }, [place])
}
