// biome-ignore-all lint/a11y/useSemanticElements: rows outside the view are not in the page, so this is no table element
// biome-ignore-all lint/a11y/useFocusableInteractive: focus stays on the grid, its rows are told by aria-activedescendant
import { memo } from 'react'
import type { TransferKey, TransferRow } from '../../../shared/contract/view.ts'
import { presentTransfer } from '../../../shared/domain/presentation.ts'
import { formatPercent, formatSpeed, formatTimeLeft } from '../../../shared/domain/units/units.ts'
import { type StatusSentence, say } from '../../../shared/words/index.ts'
import { useNowMs, useNowMsOften } from '../../app/use-clock.ts'
import { useView } from '../../stores/app-store.ts'
import type { GridRowProps } from '../../ui/grid/row-grid.tsx'
import { Icon } from '../../ui/icons/icon.tsx'
import type { IconName } from '../../ui/icons/icon-paths.ts'
import { Shape } from '../../ui/icons/shape.tsx'
import { ProgressLine } from '../../ui/progress-line.tsx'
import { runCommand, runReasonAction } from './commands.ts'
import { useRow } from './finished-store.ts'
import { placeName, rowSentence, sizeWords, spokenRow } from './row-words.ts'

const directionIcons = { out: 'arrow-up', in: 'arrow-down', between: 'arrow-right' } as const

interface TransferRowViewProps extends GridRowProps<TransferKey> {
  readonly onMore: (key: TransferKey, point: { readonly x: number; readonly y: number }) => void
}

/** One row; drawn anew only when its own transfer or its place in the selection changes. */
export const TransferRowView = memo(function TransferRowView(props: TransferRowViewProps) {
  const row = useRow(props.rowKey)
  if (row === undefined) return <LoadingRow {...props} />
  return row.reason?.code === 'retry' ? <RetryingRow {...props} row={row} /> : <CalmRow {...props} row={row} />
})

type KnownRowProps = TransferRowViewProps & { readonly row: TransferRow }

/** "next try in 30 s" counts down; every other sentence stands. */
function RetryingRow(props: KnownRowProps) {
  return <Row {...props} nowMs={useNowMsOften()} />
}

function CalmRow(props: KnownRowProps) {
  return <Row {...props} nowMs={useNowMs()} />
}

function LoadingRow({ id, rowIndex, rowKey }: TransferRowViewProps) {
  return (
    <div className="transfer-row" role="row" id={id} aria-rowindex={rowIndex} aria-busy="true" data-row-key={rowKey} />
  )
}

function Row({ row, nowMs, id, rowIndex, isSelected, isCursor, onMore }: KnownRowProps & { readonly nowMs: number }) {
  const view = useView()
  const look = presentTransfer(row)
  const sentence = rowSentence(row, view, nowMs)
  const size = sizeWords(row)
  const spoken = spokenRow(row, sentence.text)
  const isMoving = row.status === 'running' && row.progress !== undefined
  return (
    <div
      className="transfer-row"
      role="row"
      id={id}
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      aria-label={spoken}
      data-row-key={row.key}
      data-tone={look.tone}
      data-cursor={isCursor}
    >
      <span className="cell-direction" role="gridcell" title={say(`transfers.direction.${row.direction}`)}>
        <Icon name={directionIcons[row.direction]} size={14} />
      </span>
      <span className="cell-name ellipsis" role="gridcell" title={row.name}>
        {row.name}
      </span>
      <span className="cell-route" role="gridcell" title={`${placeTitle(row.from)} → ${placeTitle(row.to)}`}>
        <span className="ellipsis">{placeName(row.from)}</span>
        <Icon name="route" size={14} />
        <span className="ellipsis">{placeName(row.to)}</span>
      </span>
      <span className="cell-status" role="gridcell">
        <Shape name={look.shape} />
        <Sentence sentence={sentence} />
        <RowActions
          row={row}
          sentence={sentence}
          percent={look.showsPercent && look.ratio !== undefined ? formatPercent(look.ratio) : undefined}
          onMore={onMore}
        />
        <ProgressLine kind={look.line} ratio={look.ratio ?? 0} text={spoken} />
      </span>
      <span className="cell-size" role="gridcell">
        <span className="size-both">
          {size.done !== undefined && <span className="size-done">{size.done} </span>}
          {size.rest}
        </span>
        <span className="size-total">{size.total}</span>
      </span>
      <span className="cell-speed" role="gridcell">
        {isMoving && (row.progress?.bytesPerSecond ?? 0) > 0 && formatSpeed(row.progress?.bytesPerSecond ?? 0)}
      </span>
      <span className="cell-left" role="gridcell">
        {isMoving && row.progress?.etrSeconds !== undefined && formatTimeLeft(row.progress.etrSeconds)}
      </span>
    </div>
  )
}

function placeTitle(place: TransferRow['from']): string {
  return place.detail === undefined ? placeName(place) : `${placeName(place)}, ${place.detail}`
}

/** The leading word in ink where figures follow it. */
function Sentence({ sentence }: { readonly sentence: StatusSentence }) {
  const { lead, text } = sentence
  return (
    <span className="row-sentence selectable">
      {lead === undefined ? text : <span className="row-lead">{lead}</span>}
      {lead !== undefined && text.slice(lead.length)}
    </span>
  )
}

interface RowActionsProps {
  readonly row: TransferRow
  readonly sentence: StatusSentence
  readonly percent: string | undefined
  readonly onMore: TransferRowViewProps['onMore']
}

/** The reason's one action, always; pause, show in folder and more under the pointer or the cursor. */
function RowActions({ row, sentence, percent, onMore }: RowActionsProps) {
  const { action } = sentence
  return (
    <>
      <span className="row-tools">
        <RowTool
          icon="more"
          label={say('transfers.do.more')}
          onPress={(button) => {
            const box = button.getBoundingClientRect()
            onMore(row.key, { x: box.left, y: box.bottom })
          }}
        />
        {row.can.showInFolder && (
          <RowTool
            icon="folder-open"
            label={say('transfers.do.showInFolder')}
            onPress={() => runCommand('show-in-folder', [row])}
          />
        )}
        {row.can.resume && action?.id !== 'resume' && (
          <RowTool
            icon="resume"
            label={say('transfers.do.resume')}
            onPress={() => runCommand('pause-or-resume', [row])}
          />
        )}
        {row.can.pause && (
          <RowTool
            icon="pause"
            label={say('transfers.do.pause')}
            onPress={() => runCommand('pause-or-resume', [row])}
          />
        )}
      </span>
      {percent !== undefined && <span className="row-percent">{percent}</span>}
      {action !== undefined && (
        <button
          type="button"
          tabIndex={-1}
          className="row-action"
          data-primary={row.waitsOnYou !== undefined}
          onClick={() => runReasonAction(action.id, row)}
        >
          {action.label}
        </button>
      )}
    </>
  )
}

interface RowToolProps {
  readonly icon: IconName
  readonly label: string
  readonly onPress: (button: HTMLButtonElement) => void
}

/** Not a tab stop: the row's menu and its keys do the same. */
function RowTool({ icon, label, onPress }: RowToolProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className="row-tool"
      title={label}
      aria-label={label}
      onClick={(event) => onPress(event.currentTarget)}
    >
      <Icon name={icon} size={14} />
    </button>
  )
}
