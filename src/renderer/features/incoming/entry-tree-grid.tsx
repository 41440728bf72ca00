// biome-ignore-all lint/a11y/useSemanticElements: rows outside the view are not in the page, so this is no table element
// biome-ignore-all lint/a11y/useFocusableInteractive: focus stays on the tree grid, its rows are told by aria-activedescendant
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react'
import type { TaskId } from '../../../shared/domain/ids.ts'
import { formatBytes } from '../../../shared/domain/units/units.ts'
import { say } from '../../../shared/words/index.ts'
import { useClock } from '../../app/use-clock.ts'
import { CheckMark } from '../../ui/fields.tsx'
import { Icon } from '../../ui/icons/icon.tsx'
import { canTick, type EntryNode, firstExpanded, tickOf, type VisibleNode, visibleNodes } from './entry-tree.ts'
import { iconOfEntry, lookOf } from './entry-words.ts'

const rowPx = 28

interface EntryTreeProps {
  readonly name: string
  readonly nodes: readonly EntryNode[]
  readonly excluded: ReadonlySet<TaskId>
  readonly onExclude: (excluded: ReadonlySet<TaskId>) => void
}

/** The delivery's files: arrows move, right and left open and close, Space leaves out or takes again. */
export function EntryTree({ name, nodes, excluded, onExclude }: EntryTreeProps) {
  const [expanded, setExpanded] = useState(() => firstExpanded(nodes))
  const [cursorPath, setCursorPath] = useState<string>()
  const scroller = useRef<HTMLDivElement>(null)
  const baseId = useId()
  const rows = useMemo(() => visibleNodes(nodes, expanded), [nodes, expanded])
  const cursor = Math.max(
    0,
    rows.findIndex((row) => row.node.path === cursorPath),
  )
  const allTasks = useMemo(() => new Set(nodes.flatMap((node) => [...node.tasks])), [nodes])
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollPaddingStart: rowPx,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan)
      const last = Math.min(count - 1, endIndex + overscan)
      const shown = Array.from({ length: last - first + 1 }, (_, offset) => first + offset)
      if (cursor >= count || (cursor >= first && cursor <= last)) return shown
      return cursor < first ? [cursor, ...shown] : [...shown, cursor]
    },
  })

  const open = (node: EntryNode, isOpen: boolean) => {
    const next = new Set(expanded)
    if (isOpen) next.add(node.path)
    else next.delete(node.path)
    setExpanded(next)
  }
  const isTickable = (node: EntryNode) => allTasks.size > 1 && canTick(node, parentTasks(rows, node, allTasks))
  const tick = (node: EntryNode) => {
    if (!isTickable(node)) return
    const next = new Set(excluded)
    const isOff = tickOf(node, excluded) === 'off'
    for (const task of node.tasks) {
      if (isOff) next.delete(task)
      else next.add(task)
    }
    onExclude(next)
  }
  const moveTo = (index: number) => {
    const target = rows[Math.min(rows.length - 1, Math.max(0, index))]
    if (target === undefined) return
    setCursorPath(target.node.path)
    virtualizer.scrollToIndex(rows.indexOf(target), { align: 'auto' })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[cursor]
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowPx) - 2)
    const actions: Record<string, () => void> = {
      ArrowDown: () => moveTo(cursor + 1),
      ArrowUp: () => moveTo(cursor - 1),
      PageDown: () => moveTo(cursor + page),
      PageUp: () => moveTo(cursor - page),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      ArrowRight: () => (row.isExpanded ? moveTo(cursor + 1) : open(row.node, true)),
      ArrowLeft: () => (row.isExpanded ? open(row.node, false) : moveTo(parentIndex(rows, cursor))),
      ' ': () => tick(row.node),
    }
    const action = actions[event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  }

  return (
    <div
      ref={scroller}
      className="entry-tree"
      role="treegrid"
      aria-label={say('incoming.contents', { name })}
      aria-rowcount={rows.length + 1}
      aria-colcount={3}
      aria-activedescendant={rows.length > 0 ? `${baseId}${cursor}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="row" className="entry-columns" aria-rowindex={1}>
        <span role="columnheader">{say('incoming.column.name')}</span>
        <span role="columnheader" className="entry-size">
          {say('incoming.column.size')}
        </span>
        <span role="columnheader">{say('incoming.column.look')}</span>
      </div>
      <div className="grid-body" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <EntryRow
              key={row.node.path}
              row={row}
              id={`${baseId}${index}`}
              rowIndex={index + 2}
              top={start}
              isCursor={index === cursor}
              tick={isTickable(row.node) ? tickOf(row.node, excluded) : undefined}
              isLeftOut={row.node.tasks.size > 0 && tickOf(row.node, excluded) === 'off'}
              excluded={excluded}
              onTick={() => tick(row.node)}
              onOpen={() => open(row.node, !row.isExpanded)}
              onCursor={() => setCursorPath(row.node.path)}
              hasBoxes={allTasks.size > 1}
            />
          )
        })}
      </div>
    </div>
  )
}

function parentIndex(rows: readonly VisibleNode[], index: number): number {
  const level = rows[index]?.level ?? 1
  for (let at = index - 1; at >= 0; at -= 1) if ((rows[at]?.level ?? 1) < level) return at
  return index
}

function parentTasks(
  rows: readonly VisibleNode[],
  node: EntryNode,
  allTasks: ReadonlySet<TaskId>,
): ReadonlySet<TaskId> {
  const index = rows.findIndex((row) => row.node === node)
  const parent = parentIndex(rows, index)
  return parent === index ? allTasks : (rows[parent]?.node.tasks ?? allTasks)
}

interface EntryRowProps {
  readonly row: VisibleNode
  readonly id: string
  readonly rowIndex: number
  readonly top: number
  readonly isCursor: boolean
  /** Absent: this cannot be left out by itself. */
  readonly tick: 'on' | 'off' | 'mixed' | undefined
  readonly isLeftOut: boolean
  readonly hasBoxes: boolean
  readonly excluded: ReadonlySet<TaskId>
  readonly onTick: () => void
  readonly onOpen: () => void
  readonly onCursor: () => void
}

function EntryRow(props: EntryRowProps) {
  const { row, id, rowIndex, top, isCursor, tick, isLeftOut, hasBoxes, excluded, onTick, onOpen, onCursor } = props
  const { node, level, position, siblings, isExpanded } = row
  const clock = useClock()
  const look = lookOf(node, { isLeftOut, excluded, clock })
  return (
    <div
      id={id}
      role="row"
      className="entry-row"
      style={{ top }}
      aria-rowindex={rowIndex}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-expanded={node.children.length > 0 ? isExpanded : undefined}
      data-cursor={isCursor}
      data-left-out={isLeftOut}
      onMouseDown={onCursor}
      onDoubleClick={node.children.length > 0 ? onOpen : undefined}
    >
      <span role="gridcell" className="entry-name" style={{ paddingLeft: (level - 1) * 18 }}>
        {tick !== undefined && (
          <span
            className="entry-box"
            role="checkbox"
            aria-checked={tick === 'mixed' ? 'mixed' : tick === 'on'}
            aria-label={node.name}
            onMouseDown={onTick}
          >
            <CheckMark state={tick} />
          </span>
        )}
        {tick === undefined && hasBoxes && <span className="entry-box" />}
        {node.children.length > 0 ? (
          <span className="entry-twist" onMouseDown={onOpen} aria-hidden="true">
            <Icon name={isExpanded ? 'chevron-down' : 'chevron-right'} size={12} />
          </span>
        ) : (
          <span className="entry-twist" />
        )}
        <Icon name={iconOfEntry(node)} size={14} />
        <span className="ellipsis" title={node.name}>
          {node.name}
        </span>
      </span>
      <span role="gridcell" className="entry-size">
        {(node.kind === 'file' || node.sizeBytes > 0) && formatBytes(node.sizeBytes)}
      </span>
      <span role="gridcell" className="entry-look">
        {look.icon !== undefined && <Icon name={look.icon} size={13} />}
        <span className="ellipsis">{look.text}</span>
      </span>
    </div>
  )
}
