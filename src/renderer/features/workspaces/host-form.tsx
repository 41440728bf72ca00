import { useState } from 'react'
import type { PickedItem } from '../../../shared/contract/view.ts'
import { say } from '../../../shared/words/index.ts'
import { perform } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'
import { useUi } from '../../stores/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/fields.tsx'
import { PersonFields, usePerson } from './person-fields.tsx'
import { StepForm, useStep } from './step-form.tsx'

interface HostFormProps {
  readonly onBack: () => void
  readonly onDone: () => void
}

/** A workspace on this computer: its name, its administrator, a place for its files. */
export function HostForm({ onBack, onDone }: HostFormProps) {
  const [workspaceName, setWorkspaceName] = useState('')
  const [person, setPerson] = usePerson()
  const [storage, setStorage] = useState<PickedItem>()
  const step = useStep(async () => {
    const { invitation } = await call('app.hostWorkspace', {
      workspaceName: workspaceName.trim(),
      yourName: person.name.trim(),
      email: person.email.trim(),
      password: person.password,
      ...(storage !== undefined && { storageToken: storage.token }),
    })
    useUi.setState({ hostedInvitation: invitation })
    onDone()
  })
  const choose = () =>
    perform(async () => {
      const picked = await call('pick.folder', { purpose: 'storage' })
      if (picked !== null) setStorage(picked)
    })
  return (
    <StepForm
      title={say('firstRun.hostTitle')}
      text={say('firstRun.hostLead')}
      button={step.isBusy ? say('firstRun.hosting') : say('firstRun.hostDone')}
      isComplete={[workspaceName, ...Object.values(person)].every((text) => text.trim() !== '')}
      step={step}
      onBack={onBack}
    >
      <TextField
        label={say('firstRun.workspaceName')}
        size="sheet"
        autoFocus
        value={workspaceName}
        onChange={setWorkspaceName}
      />
      <PersonFields person={person} onChange={setPerson} />
      <div className="storage-choice">
        <span className="field-label">{say('firstRun.storage')}</span>
        <span className="storage-path ellipsis selectable" title={storage?.displayPath}>
          {storage?.displayPath ?? say('firstRun.storageDefault')}
        </span>
        <Button onPress={() => void choose()}>{say('firstRun.choose')}</Button>
      </div>
    </StepForm>
  )
}
