import { useEffect, useRef, useState } from 'react'
import type { InvitationCheck } from '../../../shared/contract/view.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import { say } from '../../../shared/words/index.ts'
import { call } from '../../bridge/bridge.ts'
import { AccountFields, PersonFields, usePerson } from './person-fields.tsx'
import { StepForm, useStep } from './step-form.tsx'

interface JoinFormProps {
  readonly invitation: string
  readonly check: InvitationCheck
  readonly onBack: () => void
  readonly onDone: () => void
}

/** Who you are in the workspace that answered; who turns out to have an account there signs in with it instead. */
export function JoinForm({ invitation, check, onBack, onDone }: JoinFormProps) {
  const { address, keyHash, workspaceName: workspace } = check
  const [person, setPerson] = usePerson(check.email)
  const [isMember, setIsMember] = useState(false)
  const passwordRef = useRef<HTMLInputElement>(null)
  const { password } = person
  const name = person.name.trim()
  const email = person.email.trim()
  const step = useStep(async () => {
    if (isMember) await call('app.signInTo', { address, keyHash, email, password })
    else await join()
    onDone()
  })
  const join = async () => {
    try {
      await call('app.joinWorkspace', { invitation: invitation.trim(), name, email, password })
    } catch (thrown) {
      if (TernError.from(thrown).code === 'EMAIL_TAKEN') setIsMember(true)
      throw thrown
    }
  }
  useEffect(() => {
    // The password may be the right one already: Enter signs in with it, typing replaces it.
    if (isMember) passwordRef.current?.select()
  }, [isMember])
  if (isMember) {
    return (
      <StepForm
        title={say('app.signInTitle', { workspace })}
        text={say('firstRun.memberText', { address })}
        button={step.isBusy ? say('firstRun.signingIn') : say('app.signInButton')}
        isComplete={email !== '' && password !== ''}
        step={step}
        onBack={onBack}
      >
        <AccountFields person={person} onChange={setPerson} passwordRef={passwordRef} />
      </StepForm>
    )
  }
  return (
    <StepForm
      title={say('firstRun.joinTitle', { workspace })}
      text={say('firstRun.joinText', { address })}
      button={step.isBusy ? say('firstRun.joining') : say('firstRun.joinButton', { workspace })}
      isComplete={name !== '' && email !== '' && password !== ''}
      step={step}
      onBack={onBack}
    >
      <PersonFields person={person} onChange={setPerson} autoFocus />
    </StepForm>
  )
}
