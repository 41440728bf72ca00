import type { ReactNode } from 'react'
import { formatCount } from '../../shared/domain/units/units.ts'
import { say } from '../../shared/words/index.ts'
import { useView } from '../stores/app-store.ts'
import { useTransfers } from '../stores/transfers-store.ts'
import { goTo, openIncoming, type Place, useUi } from '../stores/ui-store.ts'
import { Icon } from '../ui/icons/icon.tsx'
import type { IconName } from '../ui/icons/icon-paths.ts'
import { Logo } from '../ui/icons/logo.tsx'
import { PeopleList, SiteList, WorkspaceList } from './presence-lists.tsx'

/** Where one can go, who is there; a rail of icons when the window is narrow. */
export function Sidebar() {
  const view = useView()
  const waitingOnYou = useTransfers((state) => state.mirror.totals.waitingOnYou)
  const counts = useTransfers((state) => state.mirror.counts)
  return (
    <nav className="sidebar" aria-label={say('app.places')}>
      <div className="sidebar-brand">
        {view.platform !== 'darwin' && (
          <>
            <Logo size={18} />
            <span className="sidebar-name">{say('app.name')}</span>
          </>
        )}
      </div>
      <ul className="places">
        <PlaceItem place="transfers" icon="transfers" label={say('app.place.transfers')}>
          <Count value={counts.running + counts.waiting + counts.failed} />
        </PlaceItem>
        <PlaceItem
          place="incoming"
          icon="incoming"
          label={say('app.place.incoming')}
          onPress={() => openIncoming()}
          {...(waitingOnYou > 0 && { note: say('app.incomingBadge', { count: waitingOnYou }) })}
        >
          {waitingOnYou > 0 && (
            <span className="badge" aria-hidden="true">
              {formatCount(waitingOnYou)}
            </span>
          )}
        </PlaceItem>
      </ul>
      <div className="presences">
        <WorkspaceList />
        <PeopleList />
        <SiteList />
      </div>
      <ul className="places sidebar-foot">
        <li className="place-line">
          <Icon name="computer" />
          <span className="ellipsis" title={view.computerName}>
            {say('app.thisComputer')}
          </span>
          <span className="place-note">{isOnline(view.workspaces) ? say('app.online') : say('app.offline')}</span>
        </li>
        <PlaceItem place="preferences" icon="preferences" label={say('app.place.preferences')} />
      </ul>
    </nav>
  )
}

function isOnline(workspaces: readonly { readonly connection: string }[]): boolean {
  return workspaces.some((workspace) => workspace.connection === 'online')
}

function Count({ value }: { readonly value: number }) {
  return value > 0 ? <span className="place-count">{formatCount(value)}</span> : null
}

interface PlaceItemProps {
  readonly place: Place
  readonly icon: IconName
  readonly label: string
  /** Read out behind the label. */
  readonly note?: string
  readonly onPress?: () => void
  readonly children?: ReactNode
}

function PlaceItem({ place, icon, label, note, onPress, children }: PlaceItemProps) {
  const isCurrent = useUi((state) => state.place === place)
  return (
    <li>
      <button
        type="button"
        className="place-button"
        title={label}
        aria-label={note === undefined ? label : `${label}, ${note}`}
        aria-current={isCurrent ? 'page' : undefined}
        onClick={onPress ?? (() => goTo(place))}
      >
        <Icon name={icon} />
        <span className="place-label">{label}</span>
        {children}
      </button>
    </li>
  )
}
