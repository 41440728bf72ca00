import { type ReactNode, useEffect, useState } from 'react'
import type { CommandInput } from '../../../shared/contract/ipc-schemas.ts'
import { parseTimetable, printTimetable } from '../../../shared/domain/settings/speed-timetable.ts'
import { bytesInMegabyte } from '../../../shared/domain/units/wire-figures.ts'
import { displayPath } from '../../../shared/words/fill.ts'
import { say } from '../../../shared/words/index.ts'
import { Banners } from '../../app/banners.tsx'
import { perform, sentenceOf } from '../../app/perform.ts'
import { PresenceDot } from '../../app/presence-lists.tsx'
import { Toolbar } from '../../app/toolbar.tsx'
import { call } from '../../bridge/bridge.ts'
import { useView } from '../../stores/app-store.ts'
import { useUi } from '../../stores/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { CheckBox, TextField } from '../../ui/fields.tsx'
import { WorkspaceSettings } from './workspace-settings.tsx'

const set = (change: CommandInput<'preferences.set'>) => void perform(() => call('preferences.set', change))

/** What this computer does; each change holds at once. */
export function Preferences() {
  const view = useView()
  const { preferences } = view
  return (
    <main className="place" tabIndex={-1}>
      <Toolbar title={say('app.place.preferences')}>
        <span className="toolbar-space" />
      </Toolbar>
      <Banners />
      <form className="preferences" onSubmit={(event) => event.preventDefault()}>
        <Group title={say('preferences.receiving')}>
          <DownloadFolder />
        </Group>
        <Group title={say('preferences.bandwidth')}>
          <SpeedLimit />
          <SpeedTimetable />
        </Group>
        <Group title={say('preferences.background')}>
          <CheckBox isSelected={preferences.startAtLogin} onChange={(startAtLogin) => set({ startAtLogin })}>
            {say('preferences.startAtLogin')}
          </CheckBox>
          <CheckBox isSelected={preferences.keepAwake} onChange={(keepAwake) => set({ keepAwake })}>
            {say('preferences.keepAwake')}
          </CheckBox>
        </Group>
        <Group title={say('preferences.notifications')}>
          <CheckBox isSelected={preferences.notifications} onChange={(notifications) => set({ notifications })}>
            {say('preferences.notify')}
          </CheckBox>
        </Group>
        <Group title={say('preferences.workspaces')}>
          <Workspaces />
        </Group>
        {view.workspaces.length > 0 && (
          <Group title={say('preferences.settings')}>
            {view.workspaces.map((workspace) => (
              <WorkspaceSettings key={workspace.id} workspace={workspace} />
            ))}
          </Group>
        )}
        <Group title={say('preferences.about')}>
          <About />
        </Group>
      </form>
    </main>
  )
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="preference-group" aria-label={title}>
      <h2>{title}</h2>
      <div className="preference-lines">{children}</div>
    </section>
  )
}

function DownloadFolder() {
  const { preferences } = useView()
  const choose = () =>
    perform(async () => {
      const picked = await call('pick.folder', { purpose: 'download' })
      if (picked !== null) await call('preferences.set', { downloadToken: picked.token })
    })
  return (
    <div className="preference-line">
      <span>{say('preferences.downloadFolder')}</span>
      <span className="preference-value ellipsis selectable" title={preferences.downloadFolder}>
        {displayPath(preferences.downloadFolder)}
      </span>
      <Button onPress={() => void choose()}>{say('preferences.choose')}</Button>
    </div>
  )
}

/** Below this main refuses the value as too low to be meant. */
const lowestLimit = 1000

/** Taken over when the field is left or Enter is pressed; empty lifts the limit. */
function SpeedLimit() {
  const { limitBytesPerSecond } = useView().preferences
  const current = limitBytesPerSecond === undefined ? '' : String(limitBytesPerSecond / bytesInMegabyte)
  const [text, setText] = useState(current)
  useEffect(() => setText(current), [current])
  const commit = () => {
    const value = Number.parseFloat(text.replace(',', '.'))
    const limit =
      Number.isFinite(value) && value > 0 ? Math.max(lowestLimit, Math.round(value * bytesInMegabyte)) : null
    if ((limit ?? undefined) === limitBytesPerSecond) setText(current)
    else set({ limitBytesPerSecond: limit })
  }
  return (
    <div className="preference-line">
      <span>{say('preferences.limit')}</span>
      <span className="preference-limit">
        <TextField
          label={say('preferences.limit')}
          hidesLabel
          inputMode="decimal"
          placeholder={say('preferences.noLimit')}
          value={text}
          onChange={(typed) => setText(typed.replace(/[^\d.,]/g, ''))}
          onBlur={commit}
          onKeyDown={(event) => event.key === 'Enter' && commit()}
        />
        {say('preferences.limitUnit')}
      </span>
      <span className="preference-hint">{say('preferences.limitText')}</span>
    </div>
  )
}

/**
 * Taken over when the field is left or Enter is pressed, in the one way to write it; empty is none. A mistake is told
 * then, not while it is still being written, and what was typed stays to be mended.
 */
function SpeedTimetable() {
  const { limitTimetable = '' } = useView().preferences
  const [text, setText] = useState(limitTimetable)
  const [problem, setProblem] = useState<string>()
  useEffect(() => setText(limitTimetable), [limitTimetable])
  const type = (typed: string) => {
    setProblem(undefined)
    setText(typed)
  }
  const commit = () => {
    if (text.trim() === limitTimetable) return setText(limitTimetable)
    try {
      set({ limitTimetable: printTimetable(parseTimetable(text)) || null })
    } catch (thrown) {
      setProblem(sentenceOf(thrown))
    }
  }
  return (
    <div className="preference-line">
      <span>{say('preferences.timetable')}</span>
      <span className="preference-timetable">
        <TextField
          label={say('preferences.timetable')}
          hidesLabel
          placeholder={say('preferences.timetableNone')}
          value={text}
          problem={problem}
          onChange={type}
          onBlur={commit}
          onKeyDown={(event) => event.key === 'Enter' && commit()}
        />
      </span>
      <span className="preference-hint">{say('preferences.timetableText')}</span>
    </div>
  )
}

function Workspaces() {
  const { workspaces } = useView()
  return (
    <>
      {workspaces.map((workspace) => {
        const isSignedOut = workspace.connection === 'signed-out'
        return (
          <div key={workspace.id} className="preference-line preference-workspace">
            <span className="preference-workspace-name">
              <PresenceDot isOnline={workspace.connection === 'online'} />
              <span className="ellipsis selectable">{workspace.name}</span>
            </span>
            <span className="preference-value ellipsis selectable">
              {say('preferences.account', { name: workspace.me.name, email: workspace.me.email })}
            </span>
            <span className="preference-buttons">
              {!isSignedOut && workspace.me.role !== 'standard' && (
                <Button
                  isDisabled={workspace.connection !== 'online'}
                  onPress={() => useUi.setState({ inviting: workspace.id })}
                >
                  {say('preferences.invite')}
                </Button>
              )}
              {isSignedOut ? (
                <Button onPress={() => useUi.setState({ signingIn: workspace.id })}>{say('app.signIn')}</Button>
              ) : (
                <Button onPress={() => void perform(() => call('app.signOut', { workspaceId: workspace.id }))}>
                  {say('app.signOut')}
                </Button>
              )}
            </span>
          </div>
        )
      })}
      <div className="preference-buttons preference-more">
        <Button onPress={() => useUi.setState({ joining: { invitation: '' } })}>{say('preferences.join')}</Button>
        <Button onPress={() => useUi.setState({ hosting: true })}>{say('preferences.host')}</Button>
      </div>
    </>
  )
}

function About() {
  const { version, computerName, keyring } = useView()
  return (
    <div className="preference-about selectable">
      <p>{say('preferences.version', { version })}</p>
      <p>{say('preferences.computer', { name: computerName })}</p>
      {keyring === 'available' && <p>{say('preferences.keyring.available')}</p>}
      {keyring === 'absent' && <p>{say('preferences.keyring.absent')}</p>}
    </div>
  )
}
