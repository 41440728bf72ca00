// biome-ignore-all lint/a11y/useSemanticElements: rows outside the view are not in the page, so this is no table element
// biome-ignore-all lint/a11y/useFocusableInteractive: focus stays on the grid, its rows are told by aria-activedescendant
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useMemo,
  useRef,
} from 'react'
import { formatCount } from '../../../shared/domain/units/units.ts'
import { extendTo, type Selection, type Step, selectAll, selectOne, stepFrom, toggle } from '../../stores/selection.ts'
import { isModKey } from '../keys.ts'
import { type GridSection, layoutGrid } from './grid-layout.ts'

const rowPx = 32
const sectionPx = 28
const headerPx = 28
/** Rows beyond both edges, so that a fling shows no blank. */
const overscan = 12

export interface GridRowProps<Key extends string> {
  readonly rowKey: Key
  readonly id: string
  /** 1-based among all rows of the grid, header and section headers included. */
  readonly rowIndex: number
  readonly isSelected: boolean
  readonly isCursor: boolean
}

interface RowGridProps<Key extends string> {
  readonly label: string
  readonly sections: readonly GridSection<Key>[]
  readonly columnCount: number
  readonly header: ReactNode
  readonly renderRow: (props: GridRowProps<Key>) => ReactNode
  readonly selection: Selection<Key>
  readonly onSelect: (selection: Selection<Key>) => void
  readonly onOpen: (key: Key) => void
  /** Menu key, Shift+F10 or a right click; at window coordinates. */
  readonly onMenu: (point: { readonly x: number; readonly y: number }) => void
  /** Keys that the grid itself has no use for. */
  readonly onKey?: (event: KeyboardEvent) => void
  /** First and last key in sight, whenever they change: lists by windows fetch by it. */
  readonly onRange?: (first: number, last: number) => void
  readonly gridRef?: RefObject<HTMLDivElement | null>
}

const steps: Record<string, Step> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'page-up',
  PageDown: 'page-down',
  Home: 'first',
  End: 'last',
}

/**
 * A `grid` of any length: one tab stop, the cursor by `aria-activedescendant`, only rows near the view in the page.
 * Sections are row groups whose headers stick under the table's header.
 */
export function RowGrid<Key extends string>(props: RowGridProps<Key>) {
  const { label, sections, columnCount, header, renderRow, selection, onSelect, onOpen, onMenu, onKey, onRange } = props
  const ownRef = useRef<HTMLDivElement>(null)
  const gridRef = props.gridRef ?? ownRef
  const baseId = useId()
  const layout = useMemo(() => layoutGrid(sections), [sections])
  const { items, order, indexOf } = layout
  const cursorIndex = selection.cursor === undefined ? undefined : indexOf.get(selection.cursor)

  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => gridRef.current,
    estimateSize: (index) => (items[index]?.kind === 'section' ? sectionPx : rowPx),
    overscan,
    scrollMargin: 0,
    scrollPaddingStart: headerPx + sectionPx,
    // The row under the cursor stays in the page, because focus is told by its id.
    rangeExtractor: (range) => {
      const first = Math.max(0, range.startIndex - range.overscan)
      const last = Math.min(range.count - 1, range.endIndex + range.overscan)
      const shown = Array.from({ length: last - first + 1 }, (_, offset) => first + offset)
      if (cursorIndex === undefined || (cursorIndex >= first && cursorIndex <= last)) return shown
      return cursorIndex < first ? [cursorIndex, ...shown] : [...shown, cursorIndex]
    },
  })
  // Heights depend on the kind of each item, which moves with the list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is what the measures follow from
  useEffect(() => virtualizer.measure(), [layout, virtualizer])

  const shown = virtualizer.getVirtualItems()
  const firstShown = virtualizer.range?.startIndex ?? 0
  const lastShown = virtualizer.range?.endIndex ?? 0
  useEffect(() => onRange?.(firstShown, lastShown), [onRange, firstShown, lastShown])

  const rowId = (key: Key) => `${baseId}${key}`
  const keyAt = (target: EventTarget): Key | undefined => {
    const row = (target as Element).closest?.('[data-row-key]')
    return row instanceof HTMLElement ? (row.dataset.rowKey as Key) : undefined
  }

  const moveTo = (key: Key | undefined, isExtending: boolean) => {
    if (key === undefined) return
    onSelect(isExtending ? extendTo(selection, order, key) : selectOne(key))
    const index = indexOf.get(key)
    if (index === undefined) return
    if (key === order[0]) virtualizer.scrollToOffset(0)
    else virtualizer.scrollToIndex(index, { align: 'auto' })
  }

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return
    const step = steps[event.key]
    const pageRows = Math.max(1, Math.floor((event.currentTarget.clientHeight - headerPx - sectionPx) / rowPx))
    if (step === 'up' && !event.altKey && !event.shiftKey && selection.cursor === order[0]) {
      event.preventDefault()
      event.currentTarget.querySelector<HTMLElement>('.grid-head button')?.focus()
    } else if (step !== undefined && !event.altKey && !isModKey(event)) {
      event.preventDefault()
      moveTo(stepFrom(selection.cursor, order, step, pageRows), event.shiftKey)
    } else if (isModKey(event) && event.key.toLowerCase() === 'a') {
      event.preventDefault()
      onSelect(selectAll(selection, order))
    } else if (event.key === 'Enter' && !isModKey(event) && selection.cursor !== undefined) {
      event.preventDefault()
      onOpen(selection.cursor)
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault()
      const row = selection.cursor === undefined ? null : document.getElementById(rowId(selection.cursor))
      if (row === null) return
      const box = row.getBoundingClientRect()
      onMenu({ x: box.left + 42, y: box.bottom })
    } else {
      onKey?.(event)
    }
  }

  const onMouseDown = (event: MouseEvent<HTMLDivElement>) => {
    const key = keyAt(event.target)
    if ((event.target as Element).closest('button') !== null) {
      // A press on a row's button leaves the keys with the grid: the button may be gone a moment later.
      event.preventDefault()
      gridRef.current?.focus()
      return
    }
    if (key === undefined) return
    // A double click opens the row; it must not mark the word beneath the pointer as well.
    if (event.detail > 1) event.preventDefault()
    if (event.button === 2) {
      if (!selection.keys.has(key)) onSelect(selectOne(key))
      return
    }
    if (event.button !== 0) return
    if (event.shiftKey) onSelect(extendTo(selection, order, key))
    else if (isModKey(event)) onSelect(toggle(selection, key))
    else onSelect(selectOne(key))
  }

  return (
    <div
      ref={gridRef}
      className="grid"
      data-scrolls={headerPx + virtualizer.getTotalSize() > (gridRef.current?.clientHeight ?? Number.POSITIVE_INFINITY)}
      role="grid"
      aria-label={label}
      aria-multiselectable="true"
      aria-rowcount={items.length + 1}
      aria-colcount={columnCount}
      aria-activedescendant={
        selection.cursor !== undefined && cursorIndex !== undefined ? rowId(selection.cursor) : undefined
      }
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.target !== event.currentTarget || cursorIndex !== undefined) return
        const [first] = order
        if (first !== undefined) onSelect({ ...selection, cursor: first, anchor: first })
      }}
      onMouseDown={onMouseDown}
      onDoubleClick={(event) => {
        const key = keyAt(event.target)
        if (key !== undefined && (event.target as Element).closest('button') === null) onOpen(key)
      }}
      onContextMenu={(event) => {
        event.preventDefault()
        if (keyAt(event.target) !== undefined) onMenu({ x: event.clientX, y: event.clientY })
      }}
    >
      {header}
      <div className="grid-body" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {layout.sections.map(({ section, firstIndex, itemCount }) => {
          const first = virtualizer.measurementsCache[firstIndex]
          const last = virtualizer.measurementsCache[firstIndex + itemCount - 1]
          if (first === undefined || last === undefined) return null
          const titleId = `${baseId}section-${section.id}`
          return (
            <div
              key={section.id}
              role="rowgroup"
              className="grid-section"
              {...(section.hasHeader ? { 'aria-labelledby': titleId } : { 'aria-label': section.title })}
              style={{ height: last.end - first.start }}
            >
              {section.hasHeader && (
                <div role="row" className="grid-section-row" aria-rowindex={firstIndex + 2} data-tone={section.tone}>
                  <span role="rowheader" aria-colspan={columnCount} id={titleId}>
                    {section.title}
                    <span className="count">{formatCount(section.count)}</span>
                  </span>
                </div>
              )}
              {shown.map(({ index, start }) => {
                const item = items[index]
                if (item?.kind !== 'row' || item.section !== section) return null
                return (
                  <div
                    key={item.key}
                    className="grid-row-place"
                    role="presentation"
                    style={{ top: start - first.start }}
                  >
                    {renderRow({
                      rowKey: item.key,
                      id: rowId(item.key),
                      rowIndex: index + 2,
                      isSelected: selection.keys.has(item.key),
                      isCursor: selection.cursor === item.key,
                    })}
                  </div>
                )
              })}
            </div>
          )
        })}
      </div>
    </div>
  )
}
