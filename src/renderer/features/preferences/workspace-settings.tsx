import { useEffect, useState } from 'react'
import type { WorkspaceView } from '../../../shared/contract/view.ts'
import { isSettingName, type SettingName, settingsOfScope } from '../../../shared/domain/settings/settings.ts'
import { say } from '../../../shared/words/index.ts'
import { sentenceOf } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/fields.tsx'
import { findSettings } from '../settings/setting-words.ts'
import { SettingRow } from './setting-row.tsx'

const offered = settingsOfScope('workspace')

/** What holds for every transfer of a workspace: its admins change it here, others read that they do. */
export function WorkspaceSettings({ workspace }: { readonly workspace: WorkspaceView }) {
  const isAdmin = workspace.me.role === 'admin'
  const isOnline = workspace.connection === 'online'
  const [isOpen, setIsOpen] = useState(false)
  const { settings, problem, change } = useSettings(workspace, isAdmin && isOnline, isOpen)
  const names = Object.keys(settings ?? {}).filter(isSettingName)
  if (!isAdmin) {
    return <p className="preference-hint">{say('settings.onlyAdmins', { workspace: workspace.name })}</p>
  }
  return (
    <>
      <div className="preference-line preference-settings">
        <span className="ellipsis selectable">{workspace.name}</span>
        <span className="preference-value">
          {isOnline
            ? (problem ?? (settings === undefined ? '' : summary(names.length)))
            : say('settings.unreachable', { workspace: workspace.name })}
        </span>
        <Button
          isDisabled={!isOnline || settings === undefined}
          aria-expanded={isOpen}
          aria-label={say(isOpen ? 'settings.hideOf' : 'settings.changeOf', { workspace: workspace.name })}
          onPress={() => setIsOpen(!isOpen)}
        >
          {isOpen ? say('settings.hide') : say('settings.change')}
        </Button>
      </div>
      {isOpen && settings !== undefined && (
        <SettingRows workspace={workspace} settings={settings} onChange={change} isDisabled={!isOnline} />
      )}
    </>
  )
}

function summary(count: number): string {
  return count === 0 ? say('settings.allDefault') : say('settings.setCount', { count })
}

interface SettingRowsProps {
  readonly workspace: WorkspaceView
  readonly settings: Readonly<Record<string, string>>
  readonly onChange: (name: SettingName, value: string | null) => Promise<void>
  readonly isDisabled: boolean
}

function SettingRows({ workspace, settings, onChange, isDisabled }: SettingRowsProps) {
  const [query, setQuery] = useState('')
  const found = findSettings(offered, query)
  const groups = [
    { title: say('settings.group.transfers'), names: found.filter((name) => groupOf(name) === 'transfers') },
    { title: say('settings.group.jobs'), names: found.filter((name) => groupOf(name) === 'jobs') },
    { title: say('settings.group.queues'), names: found.filter((name) => groupOf(name) === 'queues') },
  ].filter(({ names }) => names.length > 0)
  return (
    <section className="workspace-settings" aria-label={say('settings.ofWorkspace', { workspace: workspace.name })}>
      <div className="workspace-settings-head">
        <p className="preference-hint">{say('settings.ofWorkspaceText')}</p>
        <div className="workspace-settings-find">
          <TextField
            label={say('settings.find')}
            hidesLabel
            placeholder={say('settings.find')}
            icon="search"
            value={query}
            onChange={setQuery}
          />
        </div>
      </div>
      {groups.map(({ title, names }) => (
        <section key={title} aria-label={title}>
          <h3>{title}</h3>
          {names.map((name) => (
            <SettingRow
              key={name}
              name={name}
              value={settings[name]}
              isDisabled={isDisabled}
              onChange={(value) => onChange(name, value)}
            />
          ))}
        </section>
      ))}
      {groups.length === 0 && <p className="preference-hint">{say('settings.noneFound')}</p>}
    </section>
  )
}

function groupOf(name: SettingName): 'transfers' | 'jobs' | 'queues' {
  if (name.startsWith('queue_')) return 'queues'
  return name.startsWith('job_') || name.startsWith('task_') ? 'jobs' : 'transfers'
}

/** What is set now; asked for again when the workspace is back or the list is opened: others change it as well. */
function useSettings({ id }: WorkspaceView, mayAsk: boolean, isOpen: boolean) {
  const [settings, setSettings] = useState<Readonly<Record<string, string>>>()
  const [problem, setProblem] = useState<string>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened anew, it is asked for anew
  useEffect(() => {
    if (!mayAsk) return
    let isCurrent = true
    call('settings.list', { workspaceId: id }).then(
      (answer) => {
        if (!isCurrent) return
        setSettings(answer.settings)
        setProblem(undefined)
      },
      (thrown: unknown) => {
        if (isCurrent) setProblem(sentenceOf(thrown))
      },
    )
    return () => {
      isCurrent = false
    }
  }, [id, mayAsk, isOpen])
  const change = async (name: SettingName, value: string | null) => {
    const { settings: now } = await call('settings.set', { workspaceId: id, name, value })
    setSettings(now)
  }
  return { settings, problem, change }
}
