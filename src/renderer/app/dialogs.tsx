import type { WorkspaceView } from '../../shared/contract/view.ts'
import { say } from '../../shared/words/index.ts'
import { call } from '../bridge/bridge.ts'
import { SendSheet } from '../features/send/send-sheet.tsx'
import { namesOf } from '../features/transfers/commands.ts'
import {
  HostDialog,
  HostedDialog,
  InviteDialog,
  JoinDialog,
  SignInDialog,
} from '../features/workspaces/workspace-dialogs.tsx'
import { useApp } from '../stores/app-store.ts'
import { useUi } from '../stores/ui-store.ts'
import { Button } from '../ui/button.tsx'
import { Question } from '../ui/dialog.tsx'
import { perform } from './perform.ts'

/** Everything that hangs from the toolbar; at most one is open. */
export function Dialogs() {
  const abortAsked = useUi((state) => state.abortAsked)
  const isFirstRun = useApp((state) => state.view?.isFirstRun ?? true)
  const send = useUi((state) => state.send)
  const joining = useUi((state) => state.joining)
  const isHosting = useUi((state) => state.hosting)
  const hostedInvitation = useUi((state) => state.hostedInvitation)
  const signingIn = useWorkspace(useUi((state) => state.signingIn))
  const inviting = useWorkspace(useUi((state) => state.inviting))
  return (
    <>
      {send !== undefined && !isFirstRun && <SendSheet draft={send} />}
      {joining !== undefined && <JoinDialog key={joining.invitation} invitation={joining.invitation} />}
      {isHosting && <HostDialog />}
      {hostedInvitation !== undefined && <HostedDialog invitation={hostedInvitation} />}
      {signingIn !== undefined && <SignInDialog workspace={signingIn} />}
      {inviting !== undefined && <InviteDialog workspace={inviting} />}
      {abortAsked.length > 0 && <AbortQuestion />}
    </>
  )
}

function useWorkspace(id: string | undefined): WorkspaceView | undefined {
  return useApp((state) => state.view?.workspaces.find((workspace) => workspace.id === id))
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
