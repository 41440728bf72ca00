import { type ReactNode, useState } from 'react'
import type { InvitationCheck } from '../../../shared/contract/view.ts'
import { say } from '../../../shared/words/index.ts'
import { WindowButtons } from '../../app/toolbar.tsx'
import { call } from '../../bridge/bridge.ts'
import { Button } from '../../ui/button.tsx'
import { Logo } from '../../ui/icons/logo.tsx'
import { HostForm } from '../workspaces/host-form.tsx'
import { InvitationField } from '../workspaces/invitation-field.tsx'
import { JoinForm } from '../workspaces/join-form.tsx'
import { SignInForm } from '../workspaces/sign-in-form.tsx'
import { useStep } from '../workspaces/step-form.tsx'
import { useInvitationCheck } from '../workspaces/use-invitation-check.ts'

type FirstRunStep =
  | { readonly kind: 'start' | 'sign-in' | 'host' }
  | { readonly kind: 'join'; readonly check: InvitationCheck }

/** Until there is a workspace: paste an invitation, try the demo, or host. The page goes when the view says so. */
export function FirstRun() {
  const [step, setStep] = useState<FirstRunStep>({ kind: 'start' })
  const [invitation, setInvitation] = useState('')
  const back = () => setStep({ kind: 'start' })
  return (
    <div className="first-run">
      <aside className="first-run-bird">
        <Logo size={300} />
        <footer>
          <strong>{say('app.name')}</strong>
          <span>{say('firstRun.slogan')}</span>
        </footer>
      </aside>
      <main className="first-run-side">
        <div className="first-run-bar">
          <WindowButtons />
        </div>
        <div className="first-run-content">
          {step.kind === 'start' && (
            <Start
              invitation={invitation}
              onInvitation={setInvitation}
              onJoin={(check) => setStep({ kind: 'join', check })}
              onSignIn={() => setStep({ kind: 'sign-in' })}
              onHost={() => setStep({ kind: 'host' })}
            />
          )}
          {step.kind === 'join' && <JoinForm invitation={invitation} check={step.check} onBack={back} onDone={back} />}
          {step.kind === 'sign-in' && <SignInForm invitation={invitation} onBack={back} onDone={back} />}
          {step.kind === 'host' && <HostForm onBack={back} onDone={back} />}
        </div>
      </main>
    </div>
  )
}

interface StartProps {
  readonly invitation: string
  readonly onInvitation: (invitation: string) => void
  readonly onJoin: (check: InvitationCheck) => void
  readonly onSignIn: () => void
  readonly onHost: () => void
}

function Start({ invitation, onInvitation, onJoin, onSignIn, onHost }: StartProps) {
  const checked = useInvitationCheck(invitation)
  const demo = useStep(() => call('app.tryDemo'))
  return (
    <>
      <h1>{say('firstRun.paste')}</h1>
      <p className="first-run-lead">
        {say('firstRun.pasteText')} <code>{say('firstRun.prefix')}</code>
      </p>
      <InvitationField
        value={invitation}
        onChange={onInvitation}
        checked={checked}
        onJoin={() => checked.check !== undefined && onJoin(checked.check)}
      />
      <Choice title={say('firstRun.account')} text={say('firstRun.accountText')}>
        <Button size="sheet" isDisabled={demo.isBusy} onPress={onSignIn}>
          {say('app.signIn')}
        </Button>
      </Choice>
      <Choice
        title={say('firstRun.try')}
        text={demo.problem ?? say('firstRun.tryText')}
        isProblem={demo.problem !== undefined}
      >
        <Button size="sheet" isDisabled={demo.isBusy} onPress={demo.run}>
          {demo.isBusy ? say('firstRun.trying') : say('firstRun.tryButton')}
        </Button>
      </Choice>
      <Choice title={say('firstRun.host')} text={say('firstRun.hostText')}>
        <Button size="sheet" isDisabled={demo.isBusy} onPress={onHost}>
          {say('firstRun.hostButton')}
        </Button>
      </Choice>
      <p className="first-run-promise">{say('firstRun.promise')}</p>
    </>
  )
}

interface ChoiceProps {
  readonly title: string
  readonly text: string
  readonly isProblem?: boolean
  readonly children: ReactNode
}

function Choice({ title, text, isProblem = false, children }: ChoiceProps) {
  return (
    <section className="first-run-choice">
      <div>
        <h2>{title}</h2>
        <p {...(isProblem && { role: 'alert' })}>{text}</p>
      </div>
      {children}
    </section>
  )
}
