import { useState } from 'react'
import type { WorkspaceView } from '../../../shared/contract/view.ts'
import type { Role } from '../../../shared/domain/entities.ts'
import { say } from '../../../shared/words/index.ts'
import { copyText } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'
import { useUi } from '../../stores/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Question } from '../../ui/dialog.tsx'
import { Select, TextField } from '../../ui/fields.tsx'
import { HostForm } from './host-form.tsx'
import { InvitationField } from './invitation-field.tsx'
import { JoinForm } from './join-form.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { useStep } from './step-form.tsx'
import { useInvitationCheck } from './use-invitation-check.ts'

/** Join beside a running app. A link only ever opens this: nothing is sent before Join is pressed twice. */
export function JoinDialog({ invitation: given }: { readonly invitation: string }) {
  const [invitation, setInvitation] = useState(given)
  const [step, setStep] = useState<'start' | 'join' | 'sign-in'>('start')
  const checked = useInvitationCheck(invitation)
  const close = () => useUi.setState({ joining: undefined })
  const back = () => setStep('start')
  if (step === 'join' && checked.check !== undefined) {
    return (
      <Question title={say('firstRun.joinAnother')} isTitleHidden onClose={close}>
        <JoinForm invitation={invitation} check={checked.check} onBack={back} onDone={close} />
      </Question>
    )
  }
  if (step === 'sign-in') {
    return (
      <Question title={say('firstRun.signInTitle')} isTitleHidden onClose={close}>
        <SignInForm invitation={invitation} onBack={back} onDone={close} />
      </Question>
    )
  }
  return (
    <Question
      title={say('firstRun.paste')}
      onClose={close}
      buttons={
        <>
          <Button size="sheet" onPress={() => setStep('sign-in')}>
            {say('firstRun.account')}
          </Button>
          <Button size="sheet" onPress={close}>
            {say('app.cancel')}
          </Button>
        </>
      }
    >
      <InvitationField value={invitation} onChange={setInvitation} checked={checked} onJoin={() => setStep('join')} />
    </Question>
  )
}

export function HostDialog() {
  const close = () => useUi.setState({ hosting: false })
  return (
    <Question title={say('firstRun.hostTitle')} isTitleHidden onClose={close}>
      <HostForm onBack={close} onDone={close} />
    </Question>
  )
}

/** Shown once after hosting began. */
export function HostedDialog({ invitation }: { readonly invitation: string }) {
  const close = () => useUi.setState({ hostedInvitation: undefined })
  return (
    <Question
      title={say('firstRun.hostedTitle')}
      onClose={close}
      buttons={
        <>
          <Button size="sheet" onPress={close}>
            {say('firstRun.done')}
          </Button>
          <Button size="sheet" variant="primary" autoFocus onPress={() => void copyText(invitation)}>
            {say('app.inviteCopy')}
          </Button>
        </>
      }
    >
      <p>{say('firstRun.hostedText')}</p>
      <p className="invitation-text selectable">{invitation}</p>
    </Question>
  )
}

export function SignInDialog({ workspace }: { readonly workspace: WorkspaceView }) {
  const [password, setPassword] = useState('')
  const close = () => useUi.setState({ signingIn: undefined })
  const step = useStep(async () => {
    await call('app.signIn', { workspaceId: workspace.id, password })
    close()
  })
  const isReady = password !== '' && !step.isBusy
  return (
    <Question
      title={say('app.signInTitle', { workspace: workspace.name })}
      onClose={close}
      onConfirm={step.run}
      buttons={
        <>
          <Button size="sheet" onPress={close}>
            {say('app.cancel')}
          </Button>
          <Button size="sheet" variant="primary" isDisabled={!isReady} onPress={step.run}>
            {say('app.signInButton')}
          </Button>
        </>
      }
    >
      <p className="selectable">{say('app.signInAs', { email: workspace.me.email })}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) step.run()
        }}
      >
        <TextField
          label={say('app.password')}
          type="password"
          size="sheet"
          autoFocus
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
        />
      </form>
      {step.problem !== undefined && (
        <p className="step-problem selectable" role="alert">
          {step.problem}
        </p>
      )}
    </Question>
  )
}

/** Whom somebody may make, as the workspace has it. */
const invitedRoles: Readonly<Record<Role, readonly Role[]>> = {
  admin: ['standard', 'employee', 'admin'],
  employee: ['standard'],
  standard: [],
}

export function InviteDialog({ workspace }: { readonly workspace: WorkspaceView }) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('standard')
  const [invitation, setInvitation] = useState<string>()
  const close = () => useUi.setState({ inviting: undefined })
  const step = useStep(async () => {
    const made = await call('app.createInvitation', {
      workspaceId: workspace.id,
      role,
      ...(email.trim() !== '' && { email: email.trim() }),
    })
    setInvitation(made.invitation)
  })
  return (
    <Question
      title={say('app.inviteTitle', { workspace: workspace.name })}
      onClose={close}
      onConfirm={step.run}
      buttons={
        <>
          <Button size="sheet" onPress={close}>
            {invitation === undefined ? say('app.cancel') : say('firstRun.done')}
          </Button>
          {invitation === undefined ? (
            <Button key="make" size="sheet" variant="primary" isDisabled={step.isBusy} onPress={step.run}>
              {say('app.inviteMake')}
            </Button>
          ) : (
            <Button key="copy" size="sheet" variant="primary" autoFocus onPress={() => void copyText(invitation)}>
              {say('app.inviteCopy')}
            </Button>
          )}
        </>
      }
    >
      {invitation === undefined ? (
        <>
          <TextField
            label={say('app.inviteEmail')}
            type="email"
            size="sheet"
            autoFocus
            value={email}
            onChange={setEmail}
          />
          <div className="field">
            <span className="field-label">{say('app.inviteRole')}</span>
            <Select
              label={say('app.inviteRole')}
              value={role}
              options={invitedRoles[workspace.me.role].map((each) => ({ value: each, label: say(`app.role.${each}`) }))}
              onChange={setRole}
            />
          </div>
        </>
      ) : (
        <>
          <p>{say('app.inviteOnce')}</p>
          <p className="invitation-text selectable">{invitation}</p>
        </>
      )}
      {step.problem !== undefined && (
        <p className="step-problem selectable" role="alert">
          {step.problem}
        </p>
      )}
    </Question>
  )
}
