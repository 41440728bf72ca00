import { useState } from 'react'
import { TernError } from '../../../shared/domain/errors.ts'
import { say } from '../../../shared/words/index.ts'
import { call } from '../../bridge/bridge.ts'
import { TextField } from '../../ui/fields.tsx'
import { AccountFields, usePerson } from './person-fields.tsx'
import { addressOf, enterAddress, keyHashOf, knownServer } from './server-entry.ts'
import { StepForm, useStep } from './step-form.tsx'

interface SignInFormProps {
  /** What was pasted as an invitation before; it carries the server's address and fingerprint. */
  readonly invitation: string
  readonly onBack: () => void
  readonly onDone: () => void
}

/** With an account that exists: on a second computer, or one that was made where the workspace runs. */
export function SignInForm({ invitation, onBack, onDone }: SignInFormProps) {
  const [server, setServer] = useState(() => enterAddress({ address: '', fingerprint: '' }, invitation))
  const [wasAsked, setWasAsked] = useState(false)
  const [otherKey, setOtherKey] = useState<string>()
  const [person, setPerson] = usePerson()
  const email = person.email.trim()
  const step = useStep(async () => {
    setWasAsked(true)
    setOtherKey(undefined)
    const known = knownServer(server)
    if (known === undefined) return
    try {
      await call('app.signInTo', { ...known, email, password: person.password })
      onDone()
    } catch (thrown) {
      // Said at the field: no invitation has named this server.
      if (TernError.from(thrown).code !== 'KEY_MISMATCH') throw thrown
      setOtherKey(say('firstRun.fingerprintOther', { address: known.address }))
    }
  })
  const isWritten = [server.address, server.fingerprint, email, person.password].every((text) => text.trim() !== '')
  const change = (changed: typeof server) => {
    setOtherKey(undefined)
    setServer(changed)
  }
  return (
    <StepForm
      title={say('firstRun.signInTitle')}
      text={say('firstRun.signInText')}
      button={step.isBusy ? say('firstRun.signingIn') : say('app.signInButton')}
      isComplete={isWritten}
      step={step}
      onBack={onBack}
    >
      <TextField
        label={say('firstRun.address')}
        size="sheet"
        autoFocus
        placeholder={say('firstRun.addressHint')}
        value={server.address}
        onChange={(text) => change(enterAddress(server, text))}
        maxLength={1000}
        problem={wasAsked && addressOf(server) === undefined ? say('firstRun.addressProblem') : undefined}
      />
      <TextField
        label={say('firstRun.fingerprint')}
        size="sheet"
        placeholder={say('firstRun.fingerprintHint')}
        value={server.fingerprint}
        onChange={(fingerprint) => change({ ...server, fingerprint })}
        maxLength={1000}
        problem={wasAsked && keyHashOf(server) === undefined ? say('firstRun.fingerprintProblem') : otherKey}
      />
      <AccountFields person={person} onChange={setPerson} />
    </StepForm>
  )
}
