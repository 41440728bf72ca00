import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { TransferKey } from '../../../shared/contract/view.ts'
import { say } from '../../../shared/words/index.ts'
import { Banners } from '../../app/banners.tsx'
import { Toolbar } from '../../app/toolbar.tsx'
import { selectOne, withoutGone } from '../../stores/selection.ts'
import type { Sort } from '../../stores/transfer-list.ts'
import { useTransfers } from '../../stores/transfers-store.ts'
import { openSend, useUi } from '../../stores/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { type GridRowProps, RowGrid } from '../../ui/grid/row-grid.tsx'
import { Logo } from '../../ui/icons/logo.tsx'
import { type OpenMenu, PointMenu } from '../../ui/menu.tsx'
import { Details } from '../details/details.tsx'
import { chosenRows, menuEntries, openRow, runCommand } from './commands.ts'
import { rowOf } from './finished-store.ts'
import { setSelection, useSelection } from './selection-store.ts'
import { TransferColumns } from './transfer-columns.tsx'
import { TransferFilters, TransferSearch } from './transfer-filters.tsx'
import { TransferRowView } from './transfer-row.tsx'
import { useTransferSections } from './use-transfer-sections.ts'

const columnCount = 7

/** The queue: one table of everything that moves, waits or has ended. */
export function Transfers() {
  const [sort, setSort] = useState<Sort>()
  const { sections, onRange } = useTransferSections(sort)
  const isLoaded = useTransfers((state) => state.isLoaded)
  const totals = useTransfers((state) => state.mirror.totals)
  const filter = useUi((state) => state.filter)
  const search = useUi((state) => state.search)
  const detailsKey = useUi((state) => state.detailsKey)
  const isNothing = sections.length === 0
  const isWholeEmpty = isNothing && filter === 'all' && search === ''
  const hasOthers = totals.finishedTotal > 0 || !isWholeEmpty
  return (
    <main className="place" tabIndex={-1}>
      <Toolbar title={say('app.place.transfers')}>
        {hasOthers && <TransferFilters />}
        <span className="toolbar-space" />
        <TransferSearch />
        {!isWholeEmpty && (
          <Button icon="arrow-up" onPress={() => openSend([])}>
            {say('transfers.send')}
          </Button>
        )}
      </Toolbar>
      <Banners />
      {isLoaded && isWholeEmpty && <NothingMoves />}
      {isLoaded && isNothing && !isWholeEmpty && <NoneFound search={search} />}
      {!isNothing && <TransferTable sections={sections} sort={sort} onSort={setSort} onRange={onRange} />}
      {detailsKey !== undefined && <Details key={detailsKey} transferKey={detailsKey} />}
    </main>
  )
}

interface TransferTableProps {
  readonly sections: ReturnType<typeof useTransferSections>['sections']
  readonly sort: Sort | undefined
  readonly onSort: (sort: Sort | undefined) => void
  readonly onRange: (first: number, last: number) => void
}

function TransferTable({ sections, sort, onSort, onRange }: TransferTableProps) {
  const selection = useSelection((state) => state.selection)
  const [menu, setMenu] = useState<OpenMenu>()
  const order = useMemo(() => sections.flatMap((section) => section.keys), [sections])
  const orderBefore = useRef(order)
  const gridRef = useRef<HTMLDivElement>(null)
  useEffect(() => {
    setSelection(withoutGone(useSelection.getState().selection, orderBefore.current, order))
    orderBefore.current = order
  }, [order])

  const openMenu = useCallback((point: { readonly x: number; readonly y: number }) => {
    const rows = chosenRows()
    const [first] = rows
    if (first === undefined) return
    setMenu({ ...point, label: say('transfers.menu', { name: first.name }), entries: menuEntries(rows) })
  }, [])
  const onMore = useCallback(
    (key: TransferKey, point: { readonly x: number; readonly y: number }) => {
      if (!useSelection.getState().selection.keys.has(key)) setSelection(selectOne(key))
      openMenu(point)
    },
    [openMenu],
  )
  const renderRow = useCallback(
    (props: GridRowProps<TransferKey>) => <TransferRowView {...props} onMore={onMore} />,
    [onMore],
  )

  return (
    <>
      <RowGrid
        gridRef={gridRef}
        label={say('app.place.transfers')}
        sections={sections}
        columnCount={columnCount}
        header={<TransferColumns sort={sort} onSort={onSort} />}
        renderRow={renderRow}
        selection={selection}
        onSelect={setSelection}
        onOpen={(key) => {
          const row = rowOf(key)
          if (row !== undefined) openRow(row)
        }}
        onMenu={openMenu}
        onKey={(event) => {
          if (event.key !== ' ') return
          event.preventDefault()
          runCommand('pause-or-resume')
        }}
        onRange={onRange}
      />
      <PointMenu
        menu={menu}
        onClose={() => {
          setMenu(undefined)
          gridRef.current?.focus()
        }}
      />
    </>
  )
}

function NothingMoves() {
  return (
    <div className="empty">
      <Logo size={112} />
      <h2>{say('transfers.empty.title')}</h2>
      <p>{say('transfers.empty.text')}</p>
      <div className="empty-buttons">
        <Button variant="primary" size="sheet" onPress={() => openSend([])}>
          {say('transfers.empty.send')}
        </Button>
      </div>
    </div>
  )
}

function NoneFound({ search }: { readonly search: string }) {
  return (
    <div className="empty">
      <h2>{say('transfers.none.title')}</h2>
      <p>{search === '' ? say('transfers.none.filter') : say('transfers.none.search', { search })}</p>
    </div>
  )
}
