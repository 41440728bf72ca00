import type { ReactNode, Ref } from 'react'
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  Select as AriaSelect,
  Switch as AriaSwitch,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  RadioGroup,
  SelectValue,
} from 'react-aria-components'
import { Icon } from './icons/icon.tsx'
import type { IconName } from './icons/icon-paths.ts'

interface TextFieldProps extends Omit<AriaTextFieldProps, 'children' | 'className' | 'style'> {
  readonly label: string
  /** The label is only read out: something else on screen says it. */
  readonly hidesLabel?: boolean
  readonly placeholder?: string
  readonly icon?: IconName
  /** Inside the field's edge, at its right. */
  readonly after?: ReactNode
  readonly before?: ReactNode
  readonly inputRef?: Ref<HTMLInputElement>
  readonly size?: 'bar' | 'sheet' | 'large'
  readonly spellCheck?: 'true' | 'false'
  /** What is wrong with the value, in one sentence under the field. */
  readonly problem?: string | undefined
}

export function TextField(props: TextFieldProps) {
  const { placeholder, icon, after, before, inputRef, size = 'bar', ...rest } = props
  return (
    <LabelledField {...rest}>
      <div className="field-box" data-size={size}>
        {icon !== undefined && <Icon name={icon} size={14} />}
        {before}
        <Input ref={inputRef ?? null} className="field-input" placeholder={placeholder ?? ''} />
        {after}
      </div>
    </LabelledField>
  )
}

type TextAreaProps = Pick<
  TextFieldProps,
  'label' | 'hidesLabel' | 'placeholder' | 'value' | 'onChange' | 'onBlur' | 'isDisabled' | 'problem'
>

/** Several lines of code, as high as they are. */
export function TextArea({ placeholder, ...rest }: TextAreaProps) {
  return (
    <LabelledField {...rest}>
      <AriaTextArea className="field-area" rows={2} placeholder={placeholder ?? ''} />
    </LabelledField>
  )
}

interface LabelledFieldProps
  extends Omit<TextFieldProps, 'placeholder' | 'icon' | 'after' | 'before' | 'inputRef' | 'size'> {
  readonly children: ReactNode
}

/** What every field for text has around its box. */
function LabelledField({ label, hidesLabel, problem, children, ...rest }: LabelledFieldProps) {
  return (
    <AriaTextField
      spellCheck="false"
      autoComplete="off"
      {...rest}
      isInvalid={problem !== undefined}
      validationBehavior="aria"
      className="field"
    >
      <Label className={hidesLabel ? 'visually-hidden' : 'field-label'}>{label}</Label>
      {children}
      <FieldError className="field-problem">{problem}</FieldError>
    </AriaTextField>
  )
}

interface CheckBoxProps {
  readonly children: ReactNode
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly isDisabled?: boolean
}

export function CheckBox({ children, isSelected, onChange, isDisabled = false }: CheckBoxProps) {
  return (
    <AriaCheckbox className="check" isSelected={isSelected} onChange={onChange} isDisabled={isDisabled}>
      <CheckMark state={isSelected ? 'on' : 'off'} />
      {children}
    </AriaCheckbox>
  )
}

/** The box alone, for rows that carry `aria-checked` themselves. */
export function CheckMark({ state }: { readonly state: 'on' | 'off' | 'mixed' }) {
  return (
    <span className="check-mark" data-state={state} aria-hidden="true">
      {state !== 'off' && (
        <svg
          width="12"
          height="12"
          viewBox="0 0 12 12"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
          aria-hidden="true"
        >
          <path d={state === 'on' ? 'M2.6 6.3l2.4 2.4 4.4-5' : 'M2.8 6h6.4'} />
        </svg>
      )}
    </span>
  )
}

interface SwitchProps {
  readonly children: ReactNode
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly isDisabled?: boolean
}

export function Switch({ children, isSelected, onChange, isDisabled = false }: SwitchProps) {
  return (
    <AriaSwitch className="switch" isSelected={isSelected} onChange={onChange} isDisabled={isDisabled}>
      <span className="switch-track" aria-hidden="true">
        <span className="switch-knob" />
      </span>
      {children}
    </AriaSwitch>
  )
}

interface Option<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly detail?: string
}

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly Option<Value>[]
  readonly onChange: (value: Value) => void
  readonly isDisabled?: boolean
}

export function RadioChoice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <RadioGroup className="radio-group" value={value} onChange={(chosen) => onChange(chosen as Value)}>
      <Label className="field-label">{label}</Label>
      {options.map((option) => (
        <Radio key={option.value} value={option.value} className="radio">
          <span className="radio-mark" aria-hidden="true" />
          <span className="radio-words">
            {option.label}
            {option.detail !== undefined && <span className="radio-detail">{option.detail}</span>}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  )
}

export function Select<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, onChange, isDisabled = false } = props
  return (
    <AriaSelect
      className="select"
      isDisabled={isDisabled}
      aria-label={label}
      selectedKey={value}
      onSelectionChange={(key) => onChange(key as Value)}
    >
      <AriaButton className="select-button">
        <SelectValue className="select-value ellipsis" />
        <Icon name="chevrons" size={14} />
      </AriaButton>
      <Popover className="menu-popover">
        <ListBox className="menu">
          {options.map((option) => (
            <ListBoxItem key={option.value} id={option.value} className="menu-item">
              {option.label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
