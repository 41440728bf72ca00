import { useRef } from 'react'
import { Menu as AriaMenu, Keyboard, MenuItem, Popover, Separator } from 'react-aria-components'

export interface MenuEntry {
  readonly id: string
  readonly label: string
  /** Shown at the right, as the native menu shows it. */
  readonly keys?: string
  readonly isDisabled?: boolean
  readonly startsGroup?: boolean
  readonly run: () => void
}

export interface OpenMenu {
  /** Window coordinates of the pointer or of the row. */
  readonly x: number
  readonly y: number
  readonly label: string
  readonly entries: readonly MenuEntry[]
}

/** One menu at a point, for rows: under the pointer, the "more" button and the menu key alike. */
export function PointMenu({ menu, onClose }: { readonly menu: OpenMenu | undefined; readonly onClose: () => void }) {
  const anchor = useRef<HTMLSpanElement>(null)
  return (
    <>
      <span ref={anchor} className="menu-anchor" style={{ left: menu?.x ?? 0, top: menu?.y ?? 0 }} />
      {menu !== undefined && (
        <Popover
          className="menu-popover"
          triggerRef={anchor}
          isOpen
          onOpenChange={(isOpen) => !isOpen && onClose()}
          placement="bottom start"
          offset={2}
        >
          <AriaMenu className="menu" aria-label={menu.label} autoFocus="first" onClose={onClose}>
            {menu.entries.flatMap((entry) => [
              ...(entry.startsGroup ? [<Separator key={`${entry.id}-rule`} className="menu-rule" />] : []),
              <MenuItem
                key={entry.id}
                id={entry.id}
                className="menu-item"
                isDisabled={entry.isDisabled ?? false}
                onAction={entry.run}
              >
                <span>{entry.label}</span>
                {entry.keys !== undefined && <Keyboard className="menu-keys">{entry.keys}</Keyboard>}
              </MenuItem>,
            ])}
          </AriaMenu>
        </Popover>
      )}
    </>
  )
}
