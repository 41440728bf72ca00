import { useEffect, useId, useRef, useState } from 'react'
import { type SettingName, settingDefinition, settingsOfScope } from '../../../shared/domain/settings/settings.ts'
import { say } from '../../../shared/words/index.ts'
import { settingTitle } from '../../../shared/words/setting-names.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons/icon.tsx'
import { SettingControl } from '../settings/setting-control.tsx'
import { SettingPicker } from '../settings/setting-picker.tsx'
import { helpText, isTyped, problemSentence, settingsToSend, settingValueText } from '../settings/setting-words.ts'

/** The sheet has fields of its own for these. */
const withFields: readonly SettingName[] = ['transfer_on_conflict', 'transfer_exclude']
const offered = settingsOfScope('job').filter((name) => !withFields.includes(name))

interface MoreSettingsProps {
  readonly settings: Readonly<Record<string, string>>
  readonly onChange: (settings: Readonly<Record<string, string>>) => void
}

/** Any setting that a job may carry: chosen from a list, then set. */
export function MoreSettings({ settings, onChange }: MoreSettingsProps) {
  const chosen = offered.filter((name) => Object.hasOwn(settings, name))
  const [isOpen, setIsOpen] = useState(chosen.length > 0)
  const [added, setAdded] = useState<SettingName>()
  const body = useRef<HTMLDivElement>(null)
  const count = Object.keys(settingsToSend(settings)).length

  useEffect(() => {
    if (added === undefined) return
    const row = body.current?.querySelector(`[data-setting="${added}"]`)
    row?.scrollIntoView({ block: 'nearest' })
    row?.querySelector<HTMLElement>('.setting-value :is(input, textarea, button)')?.focus()
  }, [added])

  const add = (name: SettingName) => {
    onChange({ ...settings, [name]: isTyped(name) ? '' : settingDefinition(name).default })
    setAdded(name)
  }
  const remove = (name: SettingName) => {
    const { [name]: _gone, ...rest } = settings
    onChange(rest)
    setAdded(undefined)
    body.current?.querySelector<HTMLElement>('.setting-picker input')?.focus()
  }
  return (
    <div className="more-settings">
      <button type="button" className="disclosure" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={12} />
        {say('send.moreSettings')}
        {count > 0 && <span className="count">{say('send.moreSettingsCount', { count })}</span>}
      </button>
      {isOpen && (
        <div ref={body} className="more-settings-body">
          {chosen.map((name) => (
            <ChosenSetting
              key={name}
              name={name}
              value={settings[name] ?? ''}
              onChange={(value) => onChange({ ...settings, [name]: value })}
              onRemove={() => remove(name)}
            />
          ))}
          <SettingPicker names={offered.filter((name) => !chosen.includes(name))} onPick={add} />
        </div>
      )}
    </div>
  )
}

interface ChosenSettingProps {
  readonly name: SettingName
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onRemove: () => void
}

function ChosenSetting({ name, value, onChange, onRemove }: ChosenSettingProps) {
  const { type, default: standard } = settingDefinition(name)
  const title = settingTitle(name)
  const helpId = useId()
  return (
    <fieldset className="setting-chosen" aria-label={title} aria-describedby={helpId} data-setting={name}>
      <header className="setting-chosen-head">
        <span className="setting-title">{title}</span>
        <code className="ellipsis">{name}</code>
        <IconButton icon="close" label={say('settings.remove', { title })} onPress={onRemove} />
      </header>
      <div className="setting-value">
        <SettingControl
          name={name}
          value={value}
          onChange={onChange}
          problem={isTyped(name) && value === '' ? undefined : problemSentence(name, value, 'job')}
        />
      </div>
      <p id={helpId} className="setting-help">
        {helpText(name)}
        {type.kind !== 'json' && <> {say('settings.default', { value: settingValueText(name, standard) })}</>}
      </p>
    </fieldset>
  )
}
