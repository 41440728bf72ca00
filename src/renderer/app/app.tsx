import { useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import type { TernError } from '../../shared/domain/errors.ts'
import { say } from '../../shared/words/index.ts'
import { connectStores } from '../bridge/connect.ts'
import { FirstRun } from '../features/first-run/first-run.tsx'
import { useApp } from '../stores/app-store.ts'
import { resetUi } from '../stores/ui-store.ts'
import { Button } from '../ui/button.tsx'
import { Dialogs } from './dialogs.tsx'
import { sentenceOf } from './perform.ts'
import { Shell } from './shell.tsx'
import { Toasts } from './toasts.tsx'
import { useMainEvents } from './use-main-events.ts'

/** The window: first run until there is a workspace, then the shell. */
export function App() {
  const view = useApp((state) => state.view)
  const { error, retry } = useConnection()
  useMainEvents()
  useEffect(keepDropsHere, [])
  const isFirstRun = view?.isFirstRun
  // What was open belonged to a workspace that is gone.
  useEffect(() => {
    if (isFirstRun) resetUi()
  }, [isFirstRun])
  return (
    <I18nProvider locale="en-GB">
      {view !== undefined && (view.isFirstRun ? <FirstRun /> : <Shell />)}
      {view === undefined && error !== undefined && <CannotStart error={error} onRetry={retry} />}
      {view !== undefined && <Dialogs />}
      <Toasts />
    </I18nProvider>
  )
}

/** A file dropped where nothing takes it must not be opened in place of the window. */
function keepDropsHere(): () => void {
  const keep = (event: Event) => event.preventDefault()
  window.addEventListener('dragover', keep)
  window.addEventListener('drop', keep)
  return () => {
    window.removeEventListener('dragover', keep)
    window.removeEventListener('drop', keep)
  }
}

function useConnection(): { readonly error: TernError | undefined; readonly retry: () => void } {
  const [error, setError] = useState<TernError>()
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt connects anew
  useEffect(() => connectStores(setError), [attempt])
  return {
    error,
    retry: () => {
      setError(undefined)
      setAttempt((count) => count + 1)
    },
  }
}

function CannotStart({ error, onRetry }: { readonly error: TernError; readonly onRetry: () => void }) {
  return (
    <main className="cannot-start">
      <h1>{say('app.cannotStart')}</h1>
      <p className="selectable">{sentenceOf(error)}</p>
      <Button variant="primary" size="sheet" onPress={onRetry}>
        {say('app.tryAgain')}
      </Button>
    </main>
  )
}
