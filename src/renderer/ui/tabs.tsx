import type { ReactNode } from 'react'
import { Tabs as AriaTabs, Tab, TabList, TabPanel, ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { formatCount } from '../../shared/domain/units/units.ts'

interface TabsProps<Id extends string> {
  readonly label: string
  readonly tabs: readonly { readonly id: Id; readonly label: string; readonly count?: number }[]
  readonly selected: Id
  readonly onSelect: (id: Id) => void
  readonly children: ReactNode
}

/** Tabs over one panel; only the selected one's content is made. */
export function Tabs<Id extends string>({ label, tabs, selected, onSelect, children }: TabsProps<Id>) {
  return (
    <AriaTabs className="tabs" selectedKey={selected} onSelectionChange={(key) => onSelect(key as Id)}>
      <TabList className="tab-list" aria-label={label}>
        {tabs.map((tab) => (
          <Tab key={tab.id} id={tab.id} className="tab">
            {tab.label}
            {tab.count !== undefined && <span className="count">{formatCount(tab.count)}</span>}
          </Tab>
        ))}
      </TabList>
      <TabPanel key={selected} id={selected} className="tab-panel">
        {children}
      </TabPanel>
    </AriaTabs>
  )
}

interface FiltersProps<Id extends string> {
  readonly label: string
  readonly filters: readonly { readonly id: Id; readonly label: string; readonly count?: number }[]
  readonly selected: Id
  readonly onSelect: (id: Id) => void
}

/** One of several views of the same list. */
export function Filters<Id extends string>({ label, filters, selected, onSelect }: FiltersProps<Id>) {
  return (
    <ToggleButtonGroup
      className="filters"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[selected]}
      onSelectionChange={(keys) => {
        const [first] = keys
        if (first !== undefined) onSelect(first as Id)
      }}
    >
      {filters.map((filter) => (
        <ToggleButton key={filter.id} id={filter.id} className="filter">
          {filter.label}
          {filter.count !== undefined && filter.count > 0 && <span className="count">{formatCount(filter.count)}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
