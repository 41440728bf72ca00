import { useState } from 'react'
import type { ResolvedSetting } from '../../../shared/domain/settings/merge-settings.ts'
import { concernsTransfers, settingNames, settingTable } from '../../../shared/domain/settings/settings.ts'
import { say } from '../../../shared/words/index.ts'
import { settingTitle } from '../../../shared/words/setting-names.ts'
import { Switch } from '../../ui/fields.tsx'
import { settingValueText } from '../settings/setting-words.ts'

interface SettingsListProps {
  /** What somebody set, by technical name; all others hold as Tern has them. */
  readonly settings: Readonly<Record<string, ResolvedSetting>>
}

/** What holds for this transfer and who said so. */
export function SettingsList({ settings }: SettingsListProps) {
  const [showsAll, setShowsAll] = useState(false)
  const set = Object.entries(settings)
  const others = settingNames.filter((name) => concernsTransfers(name) && !Object.hasOwn(settings, name))
  const lines = showsAll
    ? [
        ...set,
        ...others.map(
          (name) => [name, { value: settingTable[name].default, level: 'default' } as ResolvedSetting] as const,
        ),
      ]
    : set
  return (
    <div className="settings-list">
      <div className="settings-head">
        <p>{set.length === 0 ? say('details.noSettings') : say('settings.setCount', { count: set.length })}</p>
        <Switch isSelected={showsAll} onChange={setShowsAll}>
          {say('settings.showAll')}
        </Switch>
      </div>
      {lines.length > 0 && (
        <table className="settings-table selectable">
          <thead>
            <tr>
              <th scope="col">{say('settings.column.name')}</th>
              <th scope="col">{say('settings.column.value')}</th>
              <th scope="col">{say('settings.column.level')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(([name, { value, level, alsoFrom = [] }]) => (
              <tr key={name} data-level={level}>
                <th scope="row">
                  <span className="setting-title">{settingTitle(name)}</span> <code>{name}</code>
                </th>
                <td>{settingValueText(name, value)}</td>
                <td>{[...alsoFrom, level].map((each) => say(`settings.level.${each}`)).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
