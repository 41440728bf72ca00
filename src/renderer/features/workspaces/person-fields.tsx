import { type Ref, useState } from 'react'
import { say } from '../../../shared/words/index.ts'
import { TextField } from '../../ui/fields.tsx'

export interface PersonEntry {
  readonly name: string
  readonly email: string
  readonly password: string
}

interface PersonFieldsProps {
  readonly person: PersonEntry
  readonly onChange: (person: PersonEntry) => void
  /** The name is where typing begins. */
  readonly autoFocus?: boolean
}

export function usePerson(email = ''): [PersonEntry, (person: PersonEntry) => void] {
  return useState<PersonEntry>({ name: '', email, password: '' })
}

/** Who somebody is in a workspace, and the password they come back with. */
export function PersonFields({ person, onChange, autoFocus = false }: PersonFieldsProps) {
  return (
    <>
      <TextField
        label={say('firstRun.yourName')}
        size="sheet"
        autoFocus={autoFocus}
        value={person.name}
        onChange={(name) => onChange({ ...person, name })}
        autoComplete="name"
      />
      <EmailField person={person} onChange={onChange} />
      <TextField
        label={say('firstRun.password')}
        size="sheet"
        type="password"
        placeholder={say('firstRun.passwordHint')}
        value={person.password}
        onChange={(password) => onChange({ ...person, password })}
        autoComplete="new-password"
      />
    </>
  )
}

interface AccountFieldsProps extends Omit<PersonFieldsProps, 'autoFocus'> {
  readonly passwordRef?: Ref<HTMLInputElement>
}

/** Who is known in a workspace already, and the password that is kept there. */
export function AccountFields({ person, onChange, passwordRef }: AccountFieldsProps) {
  return (
    <>
      <EmailField person={person} onChange={onChange} />
      <TextField
        label={say('firstRun.password')}
        size="sheet"
        type="password"
        value={person.password}
        onChange={(password) => onChange({ ...person, password })}
        autoComplete="current-password"
        {...(passwordRef !== undefined && { inputRef: passwordRef })}
      />
    </>
  )
}

function EmailField({ person, onChange }: Pick<PersonFieldsProps, 'person' | 'onChange'>) {
  return (
    <TextField
      label={say('firstRun.email')}
      size="sheet"
      type="email"
      value={person.email}
      onChange={(email) => onChange({ ...person, email })}
      autoComplete="email"
    />
  )
}
