import { perform } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'
import { openSend } from '../../stores/ui-store.ts'

/** Asks the system's dialog for files or folders, then opens the sheet with them. */
export async function pickAndSend(kind: 'files' | 'folders'): Promise<void> {
  await perform(async () => {
    const items = await call('pick.items', { kind })
    if (items.length > 0) openSend(items)
  })
}
