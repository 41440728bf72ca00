import { useEffect, useMemo, useState } from 'react'
import type { IncomingDetails, TransferRow } from '../../../shared/contract/view.ts'
import type { TaskId } from '../../../shared/domain/ids.ts'
import { formatBytes } from '../../../shared/domain/units/units.ts'
import { say } from '../../../shared/words/index.ts'
import { sentenceOf } from '../../app/perform.ts'
import { PresenceDot } from '../../app/presence-lists.tsx'
import { useClock } from '../../app/use-clock.ts'
import { call } from '../../bridge/bridge.ts'
import { selectOne } from '../../stores/selection.ts'
import { useTransfers } from '../../stores/transfers-store.ts'
import { goTo } from '../../stores/ui-store.ts'
import { isModKey } from '../../ui/keys.ts'
import { setSelection } from '../transfers/selection-store.ts'
import { Consent } from './consent.tsx'
import { Decision } from './decision.tsx'
import { buildEntryTree, type EntryNode } from './entry-tree.ts'
import { EntryTree } from './entry-tree-grid.tsx'
import { type ChosenLocation, useIncomingDetails } from './use-incoming-details.ts'

/** One delivery: what it holds at the left, where it lands at the right. */
export function Delivery({ row }: { readonly row: TransferRow }) {
  const incoming = useIncomingDetails(row)
  const { details, problem } = incoming
  if (details === undefined) {
    return (
      <div className="delivery-loading" aria-busy={problem === undefined}>
        {problem ?? say('incoming.loading')}
      </div>
    )
  }
  if (details.kind === 'consent') return <Consent details={details} />
  return <Known {...incoming} details={details} />
}

interface KnownProps {
  readonly details: IncomingDetails
  readonly problem: string | undefined
  readonly isAsking: boolean
  readonly chosen: ChosenLocation | undefined
  readonly setLocation: (location: ChosenLocation) => void
  readonly reload: () => void
}

function Known({ details, problem, isAsking, chosen, setLocation, reload }: KnownProps) {
  const nodes = useMemo(() => buildEntryTree(details.entries), [details.entries])
  const [excluded, setExcluded] = useState<ReadonlySet<TaskId>>(() => programTasks(details, nodes))
  const [remember, setRemember] = useState(false)
  const [isTaking, setIsTaking] = useState(false)
  const [refusal, setRefusal] = useState<string>()

  const accept = async () => {
    if (isTaking || excluded.size === details.tasks.length) return
    setIsTaking(true)
    setRefusal(undefined)
    const { token, subPath } = chosen ?? details.location
    try {
      await call('incoming.accept', {
        key: details.key,
        revision: details.revision,
        location: { token, subPath },
        exclude: [...excluded],
        remember,
      })
    } catch (thrown) {
      // Beside the place that was refused, and the button to try another one.
      setRefusal(sentenceOf(thrown))
      return reload()
    } finally {
      setIsTaking(false)
    }
    setSelection(selectOne(details.key))
    if (!hasOthersWaiting(details.key)) goTo('transfers')
  }

  useModEnter(() => void accept())
  return (
    <>
      <section className="delivery" aria-label={details.name}>
        <DeliveryHead details={details} />
        <EntryTree name={details.name} nodes={nodes} excluded={excluded} onExclude={setExcluded} />
        {!details.isComplete && (
          <p className="delivery-more">
            {say('incoming.moreEntries', { shown: details.entries.length, count: details.files })}
          </p>
        )}
      </section>
      <Decision
        details={details}
        nodes={nodes}
        excluded={excluded}
        problem={problem}
        refusal={refusal}
        isAsking={isAsking}
        isTaking={isTaking}
        remember={remember}
        onRemember={setRemember}
        onLocation={(location) => {
          setRefusal(undefined)
          setLocation(location)
        }}
        onAccept={() => void accept()}
      />
    </>
  )
}

function hasOthersWaiting(key: string): boolean {
  for (const row of useTransfers.getState().mirror.rows.values()) {
    if (row.waitsOnYou !== undefined && row.key !== key) return true
  }
  return false
}

/** Programs start unticked, where they are a task of their own beside others. */
function programTasks(details: IncomingDetails, nodes: readonly EntryNode[]): ReadonlySet<TaskId> {
  if (details.tasks.length < 2) return new Set()
  const programs = nodes.filter((node) => node.kind === 'file' && node.look === 'program')
  const tasks = new Set(programs.flatMap((node) => [...node.tasks]))
  return tasks.size < details.tasks.length ? tasks : new Set()
}

function useModEnter(run: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !isModKey(event) || event.defaultPrevented) return
      if (document.querySelector('[role="dialog"]') !== null) return
      event.preventDefault()
      run()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  })
}

function DeliveryHead({ details }: { readonly details: IncomingDetails }) {
  const clock = useClock()
  const { from } = details
  return (
    <header className="delivery-head">
      <h2 className="selectable">{details.name}</h2>
      <p className="delivery-from selectable">
        <PresenceDot isOnline={from.online} />
        {say('incoming.from', {
          name: from.name,
          presence: presenceWords(from, clock),
          time: clock(details.sentAtMs),
          computer: from.computer === undefined ? '' : say('incoming.fromComputer', { name: from.computer }),
          count: say('incoming.files', { count: details.files }),
          size: formatBytes(details.bytes),
        })}
      </p>
      {details.note !== undefined && details.note !== '' && (
        <p className="delivery-note selectable">{say('incoming.note', { text: details.note })}</p>
      )}
    </header>
  )
}

function presenceWords(from: IncomingDetails['from'], clock: (epochMs: number) => string): string {
  if (from.online) return say('incoming.onlineNow')
  return from.sinceMs === undefined
    ? say('incoming.offline')
    : say('incoming.offlineSince', { time: clock(from.sinceMs) })
}
