import { useState } from 'react'
import type { InvitationCheck } from '../../../shared/contract/view.ts'
import { say } from '../../../shared/words/index.ts'
import { call } from '../../bridge/bridge.ts'
import { TextField } from '../../ui/fields.tsx'
import { StepForm, useStep } from './step-form.tsx'

interface JoinFormProps {
  readonly invitation: string
  readonly check: InvitationCheck
  readonly onBack: () => void
  readonly onDone: () => void
}

/** Who you are in the workspace that answered. */
export function JoinForm({ invitation, check, onBack, onDone }: JoinFormProps) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState(check.email ?? '')
  const [password, setPassword] = useState('')
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
      <TextField
        label={say('firstRun.yourName')}
        size="sheet"
        autoFocus
        value={name}
        onChange={setName}
        autoComplete="name"
      />
      <TextField
        label={say('firstRun.email')}
        size="sheet"
        type="email"
        value={email}
        onChange={setEmail}
        autoComplete="email"
      />
      <TextField
        label={say('firstRun.password')}
        size="sheet"
        type="password"
        placeholder={say('firstRun.passwordHint')}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
      />
    </StepForm>
  )
}
