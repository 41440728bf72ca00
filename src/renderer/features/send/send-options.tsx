import type { ReactNode } from 'react'
import type { PickedItem } from '../../../shared/contract/view.ts'
import { say } from '../../../shared/words/index.ts'
import { useClock } from '../../app/use-clock.ts'
import { CheckBox, RadioChoice, Select, TextField } from '../../ui/fields.tsx'
import { MoreSettings } from './more-settings.tsx'
import type { SendForm } from './send-form.ts'
import type { Recipient } from './targets.ts'

interface SendOptionsProps {
  readonly form: SendForm
  readonly onChange: (form: SendForm) => void
  readonly recipients: readonly Recipient[]
  readonly items: readonly PickedItem[]
}

/** How it goes: only what the workspace really does with it. */
export function SendOptions({ form, onChange, recipients, items }: SendOptionsProps) {
  const set = (change: Partial<SendForm>) => onChange({ ...form, ...change })
  const away = recipients.filter((recipient) => recipient.target.kind === 'user' && !recipient.isOnline)
  return (
    <div className="send-options">
      {away.length > 0 && (
        <AwayChoice away={away} value={form.deliverFrom} onChange={(deliverFrom) => set({ deliverFrom })} />
      )}
      <Line label={say('send.name')}>
        <TextField
          label={say('send.name')}
          hidesLabel
          value={form.name}
          placeholder={items[0]?.name ?? ''}
          onChange={(name) => set({ name })}
          maxLength={254}
        />
      </Line>
      <Line label={say('send.priority')}>
        <TextField
          label={say('send.priority')}
          hidesLabel
          inputMode="numeric"
          value={form.priority}
          placeholder="500"
          onChange={(priority) => set({ priority: priority.replace(/\D/g, '').slice(0, 4) })}
        />
      </Line>
      <Line label={say('send.conflict')}>
        <Select
          label={say('send.conflict')}
          value={form.onConflict}
          options={[
            { value: 'replace', label: say('send.conflict.replace') },
            { value: 'skip', label: say('send.conflict.skip') },
            { value: 'rename', label: say('send.conflict.rename') },
          ]}
          onChange={(onConflict) => set({ onConflict })}
        />
      </Line>
      <Line label={say('send.exclude')}>
        <TextField
          label={say('send.exclude')}
          hidesLabel
          value={form.exclude}
          placeholder={say('send.excludeHint')}
          onChange={(exclude) => set({ exclude })}
          maxLength={2000}
        />
      </Line>
      <Line label={say('send.note')}>
        <TextField
          label={say('send.note')}
          hidesLabel
          value={form.note}
          onChange={(note) => set({ note })}
          maxLength={2000}
        />
      </Line>
      <CheckBox isSelected={form.startPaused} onChange={(startPaused) => set({ startPaused })}>
        {say('send.startPaused')}
      </CheckBox>
      <MoreSettings settings={form.settings} onChange={(settings) => set({ settings })} />
    </div>
  )
}

/** The label stands beside the field; the field itself carries it for readers. */
function Line({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="send-line">
      <span aria-hidden="true">{label}</span>
      {children}
    </div>
  )
}

interface AwayChoiceProps {
  readonly away: readonly Recipient[]
  readonly value: SendForm['deliverFrom']
  readonly onChange: (value: SendForm['deliverFrom']) => void
}

function AwayChoice({ away, value, onChange }: AwayChoiceProps) {
  const clock = useClock()
  const names = away.map((recipient) => recipient.label).join(', ')
  const [first] = away
  const sinceMs = away.length === 1 ? first?.sinceMs : undefined
  const label =
    away.length > 1
      ? say('send.severalOffline', { names })
      : sinceMs === undefined
        ? say('send.isOffline', { name: names })
        : say('send.isOfflineSince', { name: names, time: clock(sinceMs) })
  return (
    <div className="send-away">
      <RadioChoice
        label={label}
        value={value}
        options={[
          { value: 'workspace', label: say('send.uploadNow'), detail: say('send.uploadNowDetail', { name: names }) },
          { value: 'source', label: say('send.straight', { name: names }), detail: say('send.straightDetail') },
        ]}
        onChange={onChange}
      />
    </div>
  )
}
