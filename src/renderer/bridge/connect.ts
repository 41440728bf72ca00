import type { TransfersDelta } from '../../shared/contract/view.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { useApp } from '../stores/app-store.ts'
import { takeDelta, takeSnapshot } from '../stores/transfers-store.ts'
import { call, onEvent } from './bridge.ts'

/**
 * Keeps the stores equal to what main shows: subscribes first, then takes snapshots, so that nothing falls between.
 * Returns a function that ends it.
 */
export function connectStores(onFailure: (error: TernError) => void): () => void {
  /** Deltas that arrive while a snapshot is asked for; those it already holds are skipped by their revision. */
  let held: TransfersDelta[] | undefined
  let isEnded = false
  let hasView = false

  const resync = async (): Promise<void> => {
    if (held !== undefined) return
    held = []
    let isWhole = true
    try {
      const snapshot = await call('transfers.snapshot')
      if (isEnded) return
      takeSnapshot(snapshot)
      isWhole = held.every(takeDelta)
    } catch (thrown) {
      if (!isEnded) onFailure(TernError.from(thrown))
    } finally {
      held = undefined
    }
    if (!isWhole) await resync()
  }

  const endings = [
    onEvent('app.changed', (view) => {
      const wasDown = useApp.getState().view?.engine.state !== 'running'
      hasView = true
      useApp.setState({ view })
      if (wasDown && view.engine.state === 'running') void resync()
    }),
    onEvent('transfers.changed', (delta) => {
      if (held !== undefined) held.push(delta)
      else if (!takeDelta(delta)) void resync()
    }),
  ]
  const onFocus = () => void resync()
  window.addEventListener('focus', onFocus)

  call('app.view').then(
    (view) => {
      // A change that arrived meanwhile is newer than this answer.
      if (!isEnded && !hasView) useApp.setState({ view })
    },
    (thrown: unknown) => {
      if (!isEnded) onFailure(TernError.from(thrown))
    },
  )
  void resync()

  return () => {
    isEnded = true
    window.removeEventListener('focus', onFocus)
    for (const end of endings) end()
  }
}
