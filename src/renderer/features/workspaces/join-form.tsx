import type { InvitationCheck } from '../../../shared/contract/view.ts'
import { say } from '../../../shared/words/index.ts'
import { call } from '../../bridge/bridge.ts'
import { PersonFields, usePerson } from './person-fields.tsx'
import { StepForm, useStep } from './step-form.tsx'

interface JoinFormProps {
  readonly invitation: string
  readonly check: InvitationCheck
  readonly onBack: () => void
  readonly onDone: () => void
}

/** Who you are in the workspace that answered. */
export function JoinForm({ invitation, check, onBack, onDone }: JoinFormProps) {
  const [person, setPerson] = usePerson(check.email)
  const { name, email, password } = person
  const step = useStep(async () => {
    await call('app.joinWorkspace', { invitation: invitation.trim(), name: name.trim(), email: email.trim(), password })
    onDone()
  })
  const workspace = check.workspaceName
  return (
    <StepForm
      title={say('firstRun.joinTitle', { workspace })}
      text={say('firstRun.joinText', { address: check.address })}
      button={step.isBusy ? say('firstRun.joining') : say('firstRun.joinButton', { workspace })}
      isComplete={name.trim() !== '' && email.trim() !== '' && password !== ''}
      step={step}
      onBack={onBack}
    >
      <PersonFields person={person} onChange={setPerson} autoFocus />
    </StepForm>
  )
}
