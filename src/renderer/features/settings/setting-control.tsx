import { type SettingName, settingDefinition } from '../../../shared/domain/settings/settings.ts'
import { say } from '../../../shared/words/index.ts'
import { choiceTitle, settingTitle } from '../../../shared/words/setting-names.ts'
import { CheckBox, Select, TextArea, TextField } from '../../ui/fields.tsx'
import { settingValueText } from './setting-words.ts'

interface SettingControlProps {
  readonly name: SettingName
  /** Of a field: what is typed, empty where nothing is set. */
  readonly value: string
  /** With each key and each choice. */
  readonly onChange: (value: string) => void
  /** A choice was made, or a field was left. */
  readonly onCommit?: (value: string) => void
  readonly problem?: string | undefined
  readonly isDisabled?: boolean
}

/** The control that fits the type of a setting; the group around it has its title, as has each single field. */
export function SettingControl({ name, value, onChange, onCommit, problem, isDisabled = false }: SettingControlProps) {
  const { type, default: standard } = settingDefinition(name)
  const label = settingTitle(name)
  const choose = (chosen: string) => {
    onChange(chosen)
    onCommit?.(chosen)
  }
  const field = {
    label,
    hidesLabel: true,
    value,
    isDisabled,
    problem,
    placeholder: standard === '' ? settingValueText(name, '') : standard,
    onChange,
    onBlur: () => onCommit?.(value),
  }
  switch (type.kind) {
    case 'choice':
      return (
        <Select
          label={label}
          value={value}
          isDisabled={isDisabled}
          options={type.words.map((word) => ({ value: word, label: choiceTitle(name, word) }))}
          onChange={choose}
        />
      )
    case 'boolean':
      return (
        <CheckBox
          isSelected={value === 'true'}
          isDisabled={isDisabled}
          onChange={(is) => choose(is ? 'true' : 'false')}
        >
          <span className="visually-hidden">{label}</span>
          <span aria-hidden="true">{say('settings.on')}</span>
        </CheckBox>
      )
    case 'flags':
      return <Flags name={name} type={type} value={value} isDisabled={isDisabled} onChange={choose} />
    case 'json':
      return <TextArea {...field} />
    case 'integer':
    case 'number':
      return (
        <div className="setting-number">
          <TextField
            {...field}
            {...(type.unit !== undefined && { after: type.unit })}
            inputMode={type.kind === 'integer' ? 'numeric' : 'decimal'}
            onChange={(typed) => onChange(typed.replace(',', '.').trim())}
            onKeyDown={(event) => event.key === 'Enter' && onCommit?.(value)}
          />
          {type.unit === 'bytes' && problem === undefined && (
            <span className="setting-help">{settingValueText(name, value === '' ? standard : value)}</span>
          )}
        </div>
      )
    default:
      return <TextField {...field} onKeyDown={(event) => event.key === 'Enter' && onCommit?.(value)} />
  }
}

interface FlagsProps {
  readonly name: SettingName
  readonly type: { readonly words: readonly string[]; readonly separator: string; readonly mayBeEmpty: boolean }
  readonly value: string
  readonly isDisabled: boolean
  readonly onChange: (value: string) => void
}

/** A check box for each word; the last one stays where at least one is needed. */
function Flags({ name, type, value, isDisabled, onChange }: FlagsProps) {
  const chosen = value.split(type.separator).filter((word) => word !== '')
  return (
    <div className="setting-flags">
      {type.words.map((word) => {
        const isSelected = chosen.includes(word)
        const isLast = isSelected && chosen.length === 1 && !type.mayBeEmpty
        return (
          <CheckBox
            key={word}
            isSelected={isSelected}
            isDisabled={isDisabled || isLast}
            onChange={(is) =>
              onChange(type.words.filter((each) => (each === word ? is : chosen.includes(each))).join(type.separator))
            }
          >
            {choiceTitle(name, word)}
          </CheckBox>
        )
      })}
    </div>
  )
}
