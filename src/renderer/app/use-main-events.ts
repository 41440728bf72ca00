import { useEffect } from 'react'
import { onEvent } from '../bridge/bridge.ts'
import { runCommand } from '../features/transfers/commands.ts'
import { goTo, openDetails, openIncoming, openSend, useUi } from '../stores/ui-store.ts'
import { focusSearch } from './use-shell-keys.ts'

/** What main asks the window to do: menu items, links, notifications, files that came another way. */
export function useMainEvents(): void {
  useEffect(() => {
    const endings = [
      onEvent('menu', ({ item }) => {
        switch (item) {
          case 'send':
            return openSend([])
          case 'search':
            return focusSearch()
          case 'preferences':
          case 'transfers':
            return goTo(item)
          case 'incoming':
            return openIncoming()
          default:
            return runCommand(item)
        }
      }),
      onEvent('open', ({ place, key, invitation }) => {
        if (place === 'join') useUi.setState({ joining: { invitation: invitation ?? '' } })
        else if (place === 'incoming') openIncoming(key)
        else {
          goTo('transfers')
          if (key !== undefined) openDetails(key)
        }
      }),
      onEvent('dropped', ({ items }) => openSend(items)),
    ]
    return () => {
      for (const end of endings) end()
    }
  }, [])
}
