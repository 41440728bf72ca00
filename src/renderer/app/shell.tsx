import { Transfers } from '../features/transfers/transfers.tsx'
import { useView } from '../stores/app-store.ts'
import { Announcer } from './announcer.tsx'
import { Sidebar } from './sidebar.tsx'
import { StatusLine } from './status-line.tsx'
import { useShellKeys } from './use-shell-keys.ts'

/** Sidebar or rail, the place in view, the status line. */
export function Shell() {
  const view = useView()
  useShellKeys()
  return (
    <div className="shell" data-platform={view.platform}>
      <Sidebar />
      <Transfers />
      <StatusLine />
      <Announcer />
    </div>
  )
}
