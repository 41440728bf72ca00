import { type KeyboardEvent, useContext, useRef, useState } from 'react'
import {
  ComboBox,
  ComboBoxStateContext,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from 'react-aria-components'
import type { SettingName } from '../../../shared/domain/settings/settings.ts'
import { say } from '../../../shared/words/index.ts'
import { settingTitle } from '../../../shared/words/setting-names.ts'
import { Icon } from '../../ui/icons/icon.tsx'
import { isModKey } from '../../ui/keys.ts'
import { findSettings, helpText } from './setting-words.ts'

/** Five or six settings; more would hide the sheet. */
const listPx = 300

interface SettingPickerProps {
  readonly names: readonly SettingName[]
  readonly onPick: (name: SettingName) => void
}

/** Type a part of a name or of what it does; Enter takes the first, ↑ ↓ choose another. */
export function SettingPicker({ names, onPick }: SettingPickerProps) {
  const box = useRef<HTMLDivElement>(null)
  const [query, setQuery] = useState('')
  const found = findSettings(names, query).map((name) => ({ id: name }))
  const take = (name: SettingName | null) => {
    if (name === null) return
    setQuery('')
    onPick(name)
  }
  return (
    <ComboBox
      className="setting-picker"
      allowsEmptyCollection
      items={found}
      inputValue={query}
      onInputChange={setQuery}
      selectedKey={null}
      onSelectionChange={(key) => take(key as SettingName | null)}
      defaultFilter={() => true}
    >
      <Label className="visually-hidden">{say('settings.add')}</Label>
      <div ref={box} className="field-box" data-size="bar">
        <Icon name="plus" size={14} />
        <OpeningInput onTakeFirst={() => query.trim() !== '' && take(found[0]?.id ?? null)} />
      </div>
      <Popover className="menu-popover setting-popover" triggerRef={box} maxHeight={listPx} placement="bottom start">
        <ListBox className="menu" renderEmptyState={() => <p className="setting-none">{say('settings.noneFound')}</p>}>
          {({ id }: { readonly id: SettingName }) => (
            <ListBoxItem id={id} textValue={settingTitle(id)} className="setting-option">
              <span className="setting-option-head">
                <Text slot="label" className="setting-title">
                  {settingTitle(id)}
                </Text>
                <code>{id}</code>
              </span>
              <Text slot="description" className="setting-help">
                {helpText(id)}
              </Text>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}

/**
 * A click opens the list; focus alone does not, because the scrolling that it may bring would close it again. Enter
 * takes the first that is found where none was chosen by the arrows.
 */
function OpeningInput({ onTakeFirst }: { readonly onTakeFirst: () => void }) {
  const state = useContext(ComboBoxStateContext)
  const onKeyDown = (event: KeyboardEvent) => {
    const isChosen = (state?.selectionManager.focusedKey ?? null) !== null
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || isModKey(event) || isChosen) return
    event.preventDefault()
    event.stopPropagation()
    onTakeFirst()
  }
  return (
    <Input
      className="field-input"
      placeholder={say('settings.add')}
      onClick={() => state?.open(null, 'manual')}
      onKeyDownCapture={onKeyDown}
    />
  )
}
