import { useEffect, useId, useState } from 'react'
import { type SettingName, settingDefinition } from '../../../shared/domain/settings/settings.ts'
import { say } from '../../../shared/words/index.ts'
import { settingTitle } from '../../../shared/words/setting-names.ts'
import { sentenceOf } from '../../app/perform.ts'
import { Button } from '../../ui/button.tsx'
import { SettingControl } from '../settings/setting-control.tsx'
import { helpText, isTyped, problemSentence, settingValueText } from '../settings/setting-words.ts'

interface SettingRowProps {
  readonly name: SettingName
  /** Absent: as Tern has it. */
  readonly value: string | undefined
  /** null goes back to the default. Fails with the workspace's refusal. */
  readonly onChange: (value: string | null) => Promise<void>
  readonly isDisabled: boolean
}

/** One setting of a workspace; a choice holds at once, a field when it is left or Enter is pressed. */
export function SettingRow({ name, value, onChange, isDisabled }: SettingRowProps) {
  const { default: standard } = settingDefinition(name)
  const current = value ?? (isTyped(name) ? '' : standard)
  const [draft, setDraft] = useState(current)
  const [refusal, setRefusal] = useState<string>()
  useEffect(() => setDraft(current), [current])
  const isEmpty = isTyped(name) && draft === ''
  const mistake = isEmpty ? undefined : problemSentence(name, draft, 'workspace')

  const store = (wanted: string | null) => {
    setRefusal(undefined)
    onChange(wanted).catch((thrown: unknown) => {
      setRefusal(sentenceOf(thrown))
      // A choice shows what holds; what was typed stays to be mended.
      if (!isTyped(name)) setDraft(current)
    })
  }
  const commit = (final: string) => {
    if (final === current || (final !== '' && problemSentence(name, final, 'workspace') !== undefined)) return
    store(isTyped(name) && final.trim() === '' ? null : final)
  }
  const title = settingTitle(name)
  const helpId = useId()
  const problem = mistake ?? refusal
  return (
    <fieldset className="setting-row" aria-label={title} aria-describedby={helpId}>
      <div className="setting-words">
        <p>
          <span className="setting-title">{title}</span> <code className="selectable">{name}</code>
        </p>
        <p id={helpId} className="setting-help">
          {helpText(name)}
        </p>
      </div>
      <div className="setting-value">
        <SettingControl
          name={name}
          value={draft}
          isDisabled={isDisabled}
          problem={isTyped(name) ? problem : undefined}
          onChange={setDraft}
          onCommit={commit}
        />
        {!isTyped(name) && problem !== undefined && (
          <p className="field-problem" role="alert">
            {problem}
          </p>
        )}
        {value !== undefined && (
          <p className="setting-help">{say('settings.default', { value: settingValueText(name, standard) })}</p>
        )}
      </div>
      <div className="setting-reset">
        {value !== undefined && (
          <Button
            size="row"
            variant="quiet"
            isDisabled={isDisabled}
            aria-label={say('settings.resetOne', { title })}
            onPress={() => store(null)}
          >
            {say('settings.reset')}
          </Button>
        )}
      </div>
    </fieldset>
  )
}
