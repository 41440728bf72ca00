import { say } from '../../../shared/words/index.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/fields.tsx'
import { Icon } from '../../ui/icons/icon.tsx'
import type { CheckedInvitation } from './use-invitation-check.ts'

interface InvitationFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly checked: CheckedInvitation
  readonly onJoin: () => void
}

/** The invitation, what its workspace answers, and Join. */
export function InvitationField({ value, onChange, checked, onJoin }: InvitationFieldProps) {
  const { check, problem, isChecking } = checked
  return (
    <form
      className="invitation"
      onSubmit={(event) => {
        event.preventDefault()
        if (check !== undefined) onJoin()
      }}
    >
      <div className="invitation-line">
        <TextField
          label={say('firstRun.invitation')}
          hidesLabel
          size="large"
          autoFocus
          placeholder={say('firstRun.invitationHint')}
          value={value}
          onChange={onChange}
          maxLength={1000}
        />
        <Button type="submit" variant="primary" isDisabled={check === undefined}>
          {say('firstRun.join')}
        </Button>
      </div>
      <p className="invitation-answer selectable" role="status">
        {isChecking && say('firstRun.checking')}
        {check !== undefined && (
          <>
            <Icon name="check" size={13} />
            {say('firstRun.answers', { address: check.address, name: check.invitedBy })}
          </>
        )}
        {problem}
      </p>
    </form>
  )
}
