import { say } from '../../../shared/words/index.ts'

/** Settings of this job, by the names that the API knows. */
export function SettingsList({ settings }: { readonly settings: readonly (readonly [string, string])[] }) {
  if (settings.length === 0) return <p className="details-note">{say('details.noSettings')}</p>
  return (
    <dl className="settings-list selectable">
      {settings.map(([name, value]) => (
        <div key={name} className="settings-line">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
