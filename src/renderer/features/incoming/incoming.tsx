import { useEffect, useMemo } from 'react'
import type { TransferRow } from '../../../shared/contract/view.ts'
import { formatBytes } from '../../../shared/domain/units/units.ts'
import { say } from '../../../shared/words/index.ts'
import { Banners } from '../../app/banners.tsx'
import { Toolbar } from '../../app/toolbar.tsx'
import { useNowMs } from '../../app/use-clock.ts'
import { useView } from '../../stores/app-store.ts'
import { useTransfers } from '../../stores/transfers-store.ts'
import { openIncoming, useUi } from '../../stores/ui-store.ts'
import { Logo } from '../../ui/icons/logo.tsx'
import { placeName, rowSentence } from '../transfers/row-words.ts'
import { Delivery } from './delivery.tsx'

/** What waits on this person: deliveries to place, requests to answer. */
export function Incoming() {
  const waiting = useWaiting()
  const chosen = useUi((state) => state.incomingKey)
  const current = waiting.find((row) => row.key === chosen) ?? waiting[0]
  // What was chosen once it is shown, so that another delivery that arrives does not take its place.
  useEffect(() => {
    if (current !== undefined && current.key !== chosen) useUi.setState({ incomingKey: current.key })
  }, [current, chosen])
  return (
    <main className="place" tabIndex={-1}>
      <Toolbar title={say('app.place.incoming')}>
        <span className="toolbar-space" />
      </Toolbar>
      <Banners />
      {current === undefined ? (
        <NothingWaits />
      ) : (
        <div className="incoming">
          {waiting.length > 1 && <WaitingList rows={waiting} current={current} />}
          <Delivery key={current.key} row={current} />
        </div>
      )}
    </main>
  )
}

function useWaiting(): readonly TransferRow[] {
  const structure = useTransfers((state) => state.mirror.structure)
  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew when a row comes, goes or moves
  return useMemo(
    () =>
      [...useTransfers.getState().mirror.rows.values()]
        .filter((row) => row.waitsOnYou !== undefined)
        .sort((left, right) => left.createdAtMs - right.createdAtMs),
    [structure],
  )
}

function WaitingList({ rows, current }: { readonly rows: readonly TransferRow[]; readonly current: TransferRow }) {
  const view = useView()
  const nowMs = useNowMs()
  return (
    <ul className="waiting-list" aria-label={say('incoming.list')}>
      {rows.map((row) => (
        <li key={row.key}>
          <button
            type="button"
            className="waiting-item"
            aria-current={row.key === current.key ? 'true' : undefined}
            onClick={() => openIncoming(row.key)}
          >
            <span className="waiting-name ellipsis">{row.name}</span>
            <span className="waiting-from ellipsis">
              {row.waitsOnYou === 'consent' ? rowSentence(row, view, nowMs).text : placeName(row.from)}
            </span>
            <span className="waiting-size">{row.bytesTotal > 0 && formatBytes(row.bytesTotal)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function NothingWaits() {
  return (
    <div className="empty">
      <Logo size={112} />
      <h2>{say('incoming.empty.title')}</h2>
      <p>{say('incoming.empty.text')}</p>
    </div>
  )
}
