// biome-ignore-all lint/a11y/useSemanticElements: a combobox with several choices, which no element of the page is
// biome-ignore-all lint/a11y/useKeyWithClickEvents: focus stays in the field, whose keys choose a line
// biome-ignore-all lint/a11y/noStaticElementInteractions: the box around the field only hands focus on
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { say } from '../../../shared/words/index.ts'
import { PresenceDot } from '../../app/presence-lists.tsx'
import { useClock } from '../../app/use-clock.ts'
import { useView } from '../../stores/app-store.ts'
import { Icon } from '../../ui/icons/icon.tsx'
import { folderGroup, type OpenPlace, type RecipientOption, recipientGroups } from './recipient-options.ts'
import { type Recipient, recipientOf } from './targets.ts'
import { useFolders } from './use-folders.ts'

interface RecipientFieldProps {
  /** With something to send, typing begins here. */
  readonly hasItems: boolean
  readonly recipients: readonly Recipient[]
  readonly onChange: (recipients: readonly Recipient[]) => void
}

/**
 * Type a name, a place or an address; ↑ ↓ choose, Enter takes, → looks into a place, Backspace in an empty field
 * takes the last one back.
 */
export function RecipientField({ hasItems, recipients, onChange }: RecipientFieldProps) {
  const view = useView()
  const clock = useClock()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [query, setQuery] = useState('')
  const [place, setPlace] = useState<OpenPlace>()
  const [activeId, setActiveId] = useState<string>()
  const { folders, isLoading, isCut, problem } = useFolders(place)
  const chosenIds = new Set(recipients.map((recipient) => recipient.id))
  const groups = useMemo(
    () => (place === undefined ? recipientGroups(view, query, clock) : [folderGroup(place, folders, query)]),
    [view, query, clock, place, folders],
  )
  const options = groups
    .flatMap((group) => group.options)
    .filter((option) => option.target !== undefined && !chosenIds.has(option.id))
  const active =
    options.find((option) => option.id === activeId) ?? (query === '' && place === undefined ? undefined : options[0])

  const optionId = (option: RecipientOption) => `${id}-${option.id}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: the active line stays in sight
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [active?.id])

  useEffect(() => {
    if (hasItems) input.current?.focus()
  }, [hasItems])

  const take = (option: RecipientOption | undefined) => {
    if (option?.target === undefined || chosenIds.has(option.id)) return
    onChange([...recipients, recipientOf(view, option.target)])
    setQuery('')
    setPlace(undefined)
    setActiveId(undefined)
    input.current?.focus()
  }
  const look = (opens: OpenPlace | undefined) => {
    setPlace(opens)
    setQuery('')
    setActiveId(undefined)
    input.current?.focus()
  }
  const remove = (recipient: Recipient) => {
    onChange(recipients.filter((each) => each.id !== recipient.id))
    input.current?.focus()
  }

  const move = (by: number) => {
    const at = active === undefined ? -1 : options.indexOf(active)
    const next = options[Math.min(options.length - 1, Math.max(0, at + by))]
    setActiveId(next?.id)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return
    const isAtEnd = event.currentTarget.selectionStart === query.length
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter' && active !== undefined) take(active)
    else if (event.key === 'ArrowRight' && isAtEnd && active?.opens !== undefined) look(active.opens)
    else if (event.key === 'Backspace' && query === '' && place !== undefined) look(parentOf(place))
    else if (event.key === 'Backspace' && query === '' && recipients.length > 0) onChange(recipients.slice(0, -1))
    else if (event.key === 'Escape' && (query !== '' || place !== undefined)) look(undefined)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className="recipients">
      <label className="field-label" htmlFor={id}>
        {say('send.to')}
      </label>
      <div
        className="recipients-box"
        onMouseDown={(event) => event.target === event.currentTarget && focusSoon(input.current)}
      >
        {recipients.map((recipient) => (
          <span key={recipient.id} className="recipient">
            <PresenceDot isOnline={recipient.isOnline} />
            <span className="ellipsis">{recipient.label}</span>
            <button
              type="button"
              aria-label={say('send.remove', { name: recipient.label })}
              onClick={() => remove(recipient)}
            >
              <Icon name="close" size={10} />
            </button>
          </span>
        ))}
        <input
          ref={input}
          id={id}
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active === undefined ? undefined : optionId(active)}
          autoComplete="off"
          spellCheck={false}
          placeholder={recipients.length === 0 ? say('send.toHint') : ''}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setActiveId(undefined)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        ref={list}
        className="recipient-list"
        role="listbox"
        id={`${id}-list`}
        aria-label={say('send.found')}
        aria-multiselectable="true"
      >
        {place !== undefined && (
          <button type="button" tabIndex={-1} className="recipient-up" onClick={() => look(parentOf(place))}>
            <Icon name="chevron-left" size={12} />
            {say('send.up')}
          </button>
        )}
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <div className="recipient-group" aria-hidden="true">
              {group.title}
            </div>
            {group.options.map((option) => (
              <OptionLine
                key={option.id}
                id={optionId(option)}
                option={option}
                query={query}
                isActive={option === active}
                isChosen={chosenIds.has(option.id)}
                onTake={() => take(option)}
                onLook={() => look(option.opens)}
              />
            ))}
          </div>
        ))}
        {isLoading && <p className="recipient-hint">{say('send.loadingFolder')}</p>}
        {isCut && <p className="recipient-hint">{say('send.folderCut')}</p>}
        {problem !== undefined && (
          <p className="recipient-hint" role="alert">
            {problem}
          </p>
        )}
        {groups.length === 0 && <p className="recipient-hint">{say('send.noneFound', { query })}</p>}
      </div>
    </div>
  )
}

/** The box around the field is its target too; focus would be lost again by the press itself. */
function focusSoon(input: HTMLInputElement | null): void {
  requestAnimationFrame(() => input?.focus())
}

function parentOf(place: OpenPlace): OpenPlace | undefined {
  if (place.path === '') return undefined
  return { share: place.share, path: place.path.split('/').slice(0, -1).join('/') }
}

interface OptionLineProps {
  readonly id: string
  readonly option: RecipientOption
  readonly query: string
  readonly isActive: boolean
  readonly isChosen: boolean
  readonly onTake: () => void
  readonly onLook: () => void
}

function OptionLine({ id, option, query, isActive, isChosen, onTake, onLook }: OptionLineProps) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      className="recipient-option"
      aria-selected={isActive}
      aria-disabled={option.target === undefined || isChosen}
      aria-label={[option.label, option.detail, option.note].filter(Boolean).join(', ')}
      // Focus stays in the field.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onTake}
    >
      {option.icon === undefined ? (
        <PresenceDot isOnline={option.presence ?? false} />
      ) : (
        <Icon name={option.icon} size={14} />
      )}
      <span className="ellipsis">
        <Marked text={option.label} query={query} />
      </span>
      {option.detail !== undefined && (
        <span className="recipient-detail ellipsis">
          <Marked text={option.detail} query={query} />
        </span>
      )}
      <span className="recipient-note">{option.note}</span>
      {option.opens !== undefined && (
        <button
          type="button"
          tabIndex={-1}
          className="row-tool"
          aria-label={say('send.openPlace', { name: option.label })}
          title={say('send.openPlace', { name: option.label })}
          onClick={(event) => {
            event.stopPropagation()
            onLook()
          }}
        >
          <Icon name="chevron-right" size={12} />
        </button>
      )}
    </div>
  )
}

/** What was typed stands heavy where it is found. */
function Marked({ text, query }: { readonly text: string; readonly query: string }) {
  const wanted = query.trim()
  const at = wanted === '' ? -1 : text.toLocaleLowerCase().indexOf(wanted.toLocaleLowerCase())
  if (at === -1) return text
  return (
    <>
      {text.slice(0, at)}
      <b>{text.slice(at, at + wanted.length)}</b>
      {text.slice(at + wanted.length)}
    </>
  )
}
