import { say } from '../../shared/words/index.ts'
import { call } from '../bridge/bridge.ts'
import { SendSheet } from '../features/send/send-sheet.tsx'
import { namesOf } from '../features/transfers/commands.ts'
import { useUi } from '../stores/ui-store.ts'
import { Button } from '../ui/button.tsx'
import { Question } from '../ui/dialog.tsx'
import { perform } from './perform.ts'

/** Everything that hangs from the toolbar; at most one is open. */
export function Dialogs() {
  const abortAsked = useUi((state) => state.abortAsked)
  const send = useUi((state) => state.send)
  return (
    <>
      {send !== undefined && <SendSheet draft={send} />}
      {abortAsked.length > 0 && <AbortQuestion />}
    </>
  )
}

function AbortQuestion() {
  const keys = useUi((state) => state.abortAsked)
  const close = () => useUi.setState({ abortAsked: [] })
  const abort = () => {
    close()
    void perform(() => call('transfers.abort', { keys: [...keys] }))
  }
  return (
    <Question
      title={say('transfers.abort.title', { count: keys.length })}
      onClose={close}
      onConfirm={abort}
      buttons={
        <>
          <Button size="sheet" onPress={close}>
            {say('transfers.abort.keep')}
          </Button>
          <Button size="sheet" variant="primary" autoFocus onPress={abort}>
            {say('transfers.abort.button')}
          </Button>
        </>
      }
    >
      <p className="question-names selectable">{namesOf(keys).slice(0, 5).join(', ')}</p>
      <p>{say('transfers.abort.text')}</p>
    </Question>
  )
}
