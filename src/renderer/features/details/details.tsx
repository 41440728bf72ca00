import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import type { TransferDetails, TransferKey, TransferRow } from '../../../shared/contract/view.ts'
import { say } from '../../../shared/words/index.ts'
import { sentenceOf } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'
import { closeDetails, type DetailsTab, useUi } from '../../stores/ui-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons/icon.tsx'
import { JsonEditor } from '../../ui/json-editor.tsx'
import { type OpenMenu, PointMenu } from '../../ui/menu.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { menuEntries, runCommand } from '../transfers/commands.ts'
import { useRow } from '../transfers/finished-store.ts'
import { placeName } from '../transfers/row-words.ts'
import { LogList } from './log-list.tsx'
import { SettingsList } from './settings-list.tsx'
import { SpeedPanel } from './speed-panel.tsx'
import { TaskList } from './task-list.tsx'

const lowestPx = 200
const firstPx = 344

/** The pane beneath the table: tasks, log, settings, JSON; its speed at the right. */
export function Details({ transferKey }: { readonly transferKey: TransferKey }) {
  const row = useRow(transferKey)
  const tab = useUi((state) => state.detailsTab)
  const [height, setHeight] = useState(firstPx)
  const { details, problem } = useDetails(transferKey, row?.revision)
  // The row may have been removed from the list: nothing is left to tell of.
  useEffect(() => {
    if (row === undefined) closeDetails()
  }, [row])
  if (row === undefined) return null
  const taskTotal = Object.values(row.taskCounts).reduce((sum, count) => sum + count, 0)
  const settings = details?.settings ?? {}
  const settingCount = Object.keys(settings).length
  return (
    <section className="details" aria-label={say('details.label', { name: row.name })} style={{ height }}>
      <HeightHandle height={height} onHeight={setHeight} />
      <DetailsHead row={row} details={details} />
      <div className="details-body">
        <Tabs
          label={say('details.label', { name: row.name })}
          tabs={[
            { id: 'tasks', label: say('details.tasks'), ...(taskTotal > 0 && { count: taskTotal }) },
            { id: 'log', label: say('details.log') },
            { id: 'settings', label: say('details.settings'), ...(settingCount > 0 && { count: settingCount }) },
            { id: 'json', label: say('details.json') },
          ]}
          selected={tab}
          onSelect={(id: DetailsTab) => useUi.setState({ detailsTab: id })}
        >
          {problem !== undefined && tab !== 'tasks' && tab !== 'log' && <p className="details-note">{problem}</p>}
          {tab === 'tasks' && <TaskList row={row} />}
          {tab === 'log' && <LogList row={row} />}
          {tab === 'settings' && details !== undefined && <SettingsList settings={settings} />}
          {tab === 'json' && details !== undefined && (
            <JsonEditor label={say('details.json')} text={JSON.stringify(details.specification, null, 2)} />
          )}
        </Tabs>
        <SpeedPanel row={row} />
      </div>
    </section>
  )
}

function useDetails(
  key: TransferKey,
  revision: number | undefined,
): { readonly details: TransferDetails | undefined; readonly problem: string | undefined } {
  const [details, setDetails] = useState<TransferDetails>()
  const [problem, setProblem] = useState<string>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision may have another location
  useEffect(() => {
    let isCurrent = true
    call('transfers.details', { key }).then(
      (answer) => {
        if (!isCurrent) return
        setDetails(answer)
        setProblem(undefined)
      },
      (thrown: unknown) => {
        if (isCurrent) setProblem(sentenceOf(thrown))
      },
    )
    return () => {
      isCurrent = false
    }
  }, [key, revision])
  return { details, problem }
}

interface DetailsHeadProps {
  readonly row: TransferRow
  readonly details: TransferDetails | undefined
}

function DetailsHead({ row, details }: DetailsHeadProps) {
  const [menu, setMenu] = useState<OpenMenu>()
  const icons = { out: 'arrow-up', in: 'arrow-down', between: 'arrow-right' } as const
  return (
    <header className="details-head">
      <Icon name={icons[row.direction]} size={14} />
      <h2 className="ellipsis selectable">{row.name}</h2>
      <p className="details-route selectable" title={details && `${details.sourceText} → ${details.destinationText}`}>
        <span className="ellipsis">{placeText(row.from)}</span>
        <Icon name="route" size={14} />
        <span className="ellipsis">{placeText(row.to)}</span>
      </p>
      {row.can.pause && (
        <Button icon="pause" onPress={() => runCommand('pause-or-resume', [row])}>
          {say('details.pause')}
        </Button>
      )}
      {row.can.resume && (
        <Button icon="resume" onPress={() => runCommand('pause-or-resume', [row])}>
          {say('details.resume')}
        </Button>
      )}
      {row.can.retry && <Button onPress={() => runCommand('retry', [row])}>{say('details.retry')}</Button>}
      {row.can.abort && <Button onPress={() => runCommand('abort', [row])}>{say('details.abort')}</Button>}
      <IconButton
        icon="more"
        label={say('transfers.do.more')}
        onPress={(event) => {
          const box = event.target.getBoundingClientRect()
          const entries = menuEntries([row]).filter((entry) => entry.id !== 'details')
          setMenu({ x: box.left, y: box.bottom, label: say('transfers.menu', { name: row.name }), entries })
        }}
      />
      <IconButton icon="close" label={say('details.close')} onPress={closeDetails} />
      <PointMenu menu={menu} onClose={() => setMenu(undefined)} />
    </header>
  )
}

function placeText(place: TransferRow['from']): string {
  return place.detail === undefined ? placeName(place) : `${placeName(place)}, ${place.detail}`
}

interface HeightHandleProps {
  readonly height: number
  readonly onHeight: (height: number) => void
}

/** Drag it, or use the arrows when it has focus: 200 px to 60 % of the window. */
function HeightHandle({ height, onHeight }: HeightHandleProps) {
  const start = useRef<{ readonly y: number; readonly height: number }>(undefined)
  const highest = () => Math.round(window.innerHeight * 0.6)
  const set = (wanted: number) => onHeight(Math.min(highest(), Math.max(lowestPx, wanted)))
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = { y: event.clientY, height }
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (start.current !== undefined) set(start.current.height + start.current.y - event.clientY)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowUp: 16, ArrowDown: -16 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    set(height + by)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is dragged, not a rule between paragraphs
    <div
      className="details-handle"
      role="separator"
      aria-orientation="horizontal"
      aria-label={say('details.resize')}
      aria-valuenow={height}
      aria-valuemin={lowestPx}
      aria-valuemax={highest()}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        start.current = undefined
      }}
      onKeyDown={onKeyDown}
    />
  )
}
