import { useEffect } from 'react'
import { runCommand, type TransferCommand } from '../features/transfers/commands.ts'
import { closeDetails, goTo, openIncoming, openSend, useUi } from '../stores/ui-store.ts'
import { isModKey } from '../ui/keys.ts'
import { focusNextRegion } from './regions.ts'

/** The window's keys (LOOK.md section 6). The native menu has them too, for whoever looks for them there. */
export function useShellKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isInDialog()) return
      const run = commandOf(event)
      if (run === undefined) return
      event.preventDefault()
      run()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

export function focusSearch(): void {
  if (useUi.getState().place !== 'transfers') goTo('transfers')
  requestAnimationFrame(() => document.querySelector<HTMLInputElement>('.toolbar-search input')?.select())
}

function isInDialog(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null
}

/** Inside a field only keys with Mod mean the window. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, [contenteditable]') !== null
}

const onRows = (command: TransferCommand) => () => {
  if (useUi.getState().place === 'transfers') runCommand(command)
}

function commandOf(event: KeyboardEvent): (() => void) | undefined {
  if (event.key === 'F6') return () => focusNextRegion(event.shiftKey ? -1 : 1)
  if (isModKey(event)) return modCommand(event)
  if (isTyping(event.target)) return undefined
  if (event.altKey && event.key === 'ArrowUp') return onRows('priority-up')
  if (event.altKey && event.key === 'ArrowDown') return onRows('priority-down')
  return event.key === 'Escape' ? stepBack() : undefined
}

/** Esc goes back one step: out of the details, then out of the place. */
function stepBack(): (() => void) | undefined {
  const { detailsKey, place } = useUi.getState()
  if (place !== 'transfers') return () => goTo('transfers')
  return detailsKey === undefined ? undefined : closeDetails
}

function modCommand(event: KeyboardEvent): (() => void) | undefined {
  const key = event.key.toLowerCase()
  if (event.shiftKey) return key === 'r' ? onRows('show-in-folder') : undefined
  switch (key) {
    case '1':
      return () => goTo('transfers')
    case '2':
      return () => openIncoming()
    case ',':
      return () => goTo('preferences')
    case 'n':
      return () => openSend([])
    case 'f':
      return focusSearch
    case 'r':
      return onRows('retry')
    case 'i':
      return toggleDetails
    case 'backspace':
      return isTyping(event.target) ? undefined : onRows('abort')
    default:
      return undefined
  }
}

function toggleDetails(): void {
  if (useUi.getState().detailsKey === undefined) onRows('details')()
  else closeDetails()
}
