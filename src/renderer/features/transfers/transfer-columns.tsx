// biome-ignore-all lint/a11y/useSemanticElements: rows outside the view are not in the page, so this is no table element
// biome-ignore-all lint/a11y/useFocusableInteractive: focus stays on the grid, its rows are told by aria-activedescendant
import type { KeyboardEvent } from 'react'
import { say } from '../../../shared/words/index.ts'
import type { Sort, SortColumn } from '../../stores/transfer-list.ts'
import { Icon } from '../../ui/icons/icon.tsx'

const columns = [
  { id: 'name', label: 'transfers.column.name', cell: 'cell-name' },
  { id: 'route', label: 'transfers.column.route', cell: 'cell-route' },
  { id: 'status', label: 'transfers.column.status', cell: 'cell-status' },
  { id: 'size', label: 'transfers.column.size', cell: 'cell-size' },
  { id: 'speed', label: 'transfers.column.speed', cell: 'cell-speed' },
  { id: 'left', label: 'transfers.column.left', cell: 'cell-left' },
] as const satisfies readonly { id: SortColumn; label: string; cell: string }[]

interface TransferColumnsProps {
  readonly sort: Sort | undefined
  readonly onSort: (sort: Sort | undefined) => void
}

/** A press sorts, a second turns it round, a third gives back the order of states. */
export function TransferColumns({ sort, onSort }: TransferColumnsProps) {
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" className="transfer-columns" aria-rowindex={1} onKeyDown={moveInHeader}>
        <span role="columnheader" className="column-head">
          <span className="visually-hidden">{say('transfers.column.direction')}</span>
        </span>
        {columns.map(({ id, label, cell }) => {
          const isSorted = sort?.column === id
          const isEnd = id === 'size' || id === 'speed' || id === 'left'
          return (
            <span
              key={id}
              role="columnheader"
              className={`column-head ${cell}`}
              data-align={isEnd ? 'end' : 'start'}
              aria-sort={isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined}
            >
              <button type="button" tabIndex={-1} className="column-button" onClick={() => onSort(nextSort(sort, id))}>
                {say(label)}
                {isSorted && <Icon name={sort.isDescending ? 'arrow-down' : 'arrow-up'} size={10} />}
              </button>
            </span>
          )
        })}
      </div>
    </div>
  )
}

/** Reached by ↑ from the first row: ← → go along the columns, ↓ or Esc go back to the rows. */
function moveInHeader(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button')].filter(
    (button) => button.offsetParent !== null,
  )
  const at = buttons.indexOf(event.target as HTMLElement)
  if (event.key === 'ArrowRight') buttons[Math.min(buttons.length - 1, at + 1)]?.focus()
  else if (event.key === 'ArrowLeft') buttons[Math.max(0, at - 1)]?.focus()
  else if (event.key === 'ArrowDown' || event.key === 'Escape')
    event.currentTarget.closest<HTMLElement>('[role="grid"]')?.focus()
  else return
  event.preventDefault()
  event.stopPropagation()
}

function nextSort(sort: Sort | undefined, column: SortColumn): Sort | undefined {
  if (sort?.column !== column) return { column, isDescending: false }
  return sort.isDescending ? undefined : { column, isDescending: true }
}
