import { useState } from 'react'
import type { IncomingDetails } from '../../../shared/contract/view.ts'
import { say } from '../../../shared/words/index.ts'
import { perform } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'
import { Button } from '../../ui/button.tsx'
import { Question } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/fields.tsx'

interface DeclineQuestionProps {
  readonly details: IncomingDetails
  readonly onClose: () => void
}

/** Declines a delivery or refuses a request, with a reason for the other side. */
export function DeclineQuestion({ details, onClose }: DeclineQuestionProps) {
  const [reason, setReason] = useState('')
  const isConsent = details.kind === 'consent'
  const decline = () => {
    onClose()
    const because = reason.trim() === '' ? {} : { reason: reason.trim() }
    void perform(() =>
      isConsent
        ? call('consent.decide', { key: details.key, decision: 'refuse', ...because })
        : call('incoming.decline', { key: details.key, ...because }),
    )
  }
  const { name, from } = details
  return (
    <Question
      title={isConsent ? say('incoming.consent.refuseTitle', { name }) : say('incoming.decline.title', { name })}
      onClose={onClose}
      onConfirm={decline}
      buttons={
        <>
          <Button size="sheet" onPress={onClose}>
            {say('app.cancel')}
          </Button>
          <Button size="sheet" variant="primary" onPress={decline}>
            {isConsent ? say('incoming.consent.refuseButton') : say('incoming.decline.button')}
          </Button>
        </>
      }
    >
      <p>
        {isConsent
          ? say('incoming.consent.refuseText', { from: from.name })
          : say('incoming.decline.text', { from: from.name })}
      </p>
      <TextField
        label={say('incoming.decline.reason')}
        autoFocus
        size="sheet"
        value={reason}
        onChange={setReason}
        maxLength={500}
      />
    </Question>
  )
}
