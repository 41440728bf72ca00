import { say } from '../../../shared/words/index.ts'
import { useTransfers } from '../../stores/transfers-store.ts'
import { type TransferFilter, useUi } from '../../stores/ui-store.ts'
import { Select, TextField } from '../../ui/fields.tsx'
import { Filters } from '../../ui/tabs.tsx'

/** Buttons beside the title; a list to choose from where there is no room for them. */
export function TransferFilters() {
  const counts = useTransfers((state) => state.mirror.counts)
  const selected = useUi((state) => state.filter)
  const onSelect = (filter: TransferFilter) => useUi.setState({ filter })
  const filters = [
    { id: 'all', label: say('transfers.filter.all') },
    { id: 'running', label: say('transfers.filter.running'), count: counts.running },
    { id: 'waiting', label: say('transfers.filter.waiting'), count: counts.waiting },
    { id: 'failed', label: say('transfers.filter.failed'), count: counts.failed },
    { id: 'finished', label: say('transfers.filter.finished') },
  ] as const
  return (
    <>
      <div className="wide-only">
        <Filters label={say('transfers.filters')} filters={filters} selected={selected} onSelect={onSelect} />
      </div>
      <div className="narrow-only filter-select">
        <Select
          label={say('transfers.filters')}
          value={selected}
          options={filters.map(({ id, label }) => ({ value: id, label }))}
          onChange={onSelect}
        />
      </div>
    </>
  )
}

/** Mod+F goes here; Esc empties it and goes back to the table. */
export function TransferSearch() {
  const search = useUi((state) => state.search)
  return (
    <div className="toolbar-search">
      <TextField
        label={say('app.search')}
        hidesLabel
        placeholder={say('app.search')}
        icon="search"
        value={search}
        onChange={(text) => useUi.setState({ search: text })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          useUi.setState({ search: '' })
          document.querySelector<HTMLElement>('[role="grid"]')?.focus()
        }}
      />
    </div>
  )
}
