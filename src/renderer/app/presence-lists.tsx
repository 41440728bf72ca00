import { type ReactNode, useState } from 'react'
import type { PersonView, WorkspaceView } from '../../shared/contract/view.ts'
import { say } from '../../shared/words/index.ts'
import { call } from '../bridge/bridge.ts'
import { targetOfPerson, targetOfSite } from '../features/send/targets.ts'
import { othersOf, useView } from '../stores/app-store.ts'
import { openSend, useUi } from '../stores/ui-store.ts'
import { type MenuEntry, type OpenMenu, PointMenu } from '../ui/menu.tsx'
import { copyText, perform } from './perform.ts'
import { useClock } from './use-clock.ts'

/** Each workspace's menu: invite, copy its address, sign in or out. */
export function WorkspaceList() {
  const { workspaces } = useView()
  const clock = useClock()
  const [menu, setMenu] = useState<OpenMenu>()
  return (
    <PresenceSection title={say('app.workspaces')} isEmpty={workspaces.length === 0}>
      {workspaces.map((workspace) => (
        <li key={workspace.id}>
          <button
            type="button"
            className="presence"
            aria-haspopup="menu"
            onClick={(event) => {
              const box = event.currentTarget.getBoundingClientRect()
              setMenu({ x: box.left + 16, y: box.bottom, label: workspace.name, entries: workspaceEntries(workspace) })
            }}
          >
            <PresenceDot isOnline={workspace.connection === 'online'} />
            <span className="ellipsis">{workspace.name}</span>
            <span className="presence-note">{workspaceNote(workspace, clock)}</span>
          </button>
        </li>
      ))}
      <PointMenu menu={menu} onClose={() => setMenu(undefined)} />
    </PresenceSection>
  )
}

/** A press opens the sheet for that person. */
export function PeopleList() {
  const view = useView()
  const clock = useClock()
  const people = othersOf(view)
  return (
    <PresenceSection title={say('app.people')} isEmpty={people.length === 0}>
      {people.map((person) => {
        const note = personNote(person, clock)
        const target = targetOfPerson(person)
        return (
          <li key={`${person.workspaceId}/${person.userId}`}>
            <button
              type="button"
              className="presence"
              title={say('app.sendTo', { name: person.name })}
              aria-label={say('app.person', { name: person.name, presence: note || say('app.online') })}
              onClick={() => openSend([], target)}
            >
              <PresenceDot isOnline={person.online} />
              <span className="ellipsis">{person.name}</span>
              <span className="presence-note">{note}</span>
            </button>
          </li>
        )
      })}
    </PresenceSection>
  )
}

/** A press opens the sheet for the site's default share. */
export function SiteList() {
  const view = useView()
  const clock = useClock()
  return (
    <PresenceSection title={say('app.sites')} isEmpty={view.sites.length === 0}>
      {view.sites.map((site) => {
        const target = targetOfSite(view, site)
        const note = site.online ? '' : sinceWords(site.sinceMs, clock)
        return (
          <li key={`${site.workspaceId}/${site.code}`}>
            <button
              type="button"
              className="presence"
              title={say('app.sendTo', { name: site.code })}
              aria-label={say('app.person', { name: site.code, presence: note || say('app.online') })}
              disabled={target === undefined}
              onClick={() => target !== undefined && openSend([], target)}
            >
              <PresenceDot isOnline={site.online} />
              <span className="ellipsis">{site.code}</span>
              <span className="presence-note">{note}</span>
            </button>
          </li>
        )
      })}
    </PresenceSection>
  )
}

interface PresenceSectionProps {
  readonly title: string
  readonly isEmpty: boolean
  readonly children: ReactNode
}

function PresenceSection({ title, isEmpty, children }: PresenceSectionProps) {
  if (isEmpty) return null
  return (
    <section aria-label={title}>
      <h2 className="presence-title">{title}</h2>
      <ul>{children}</ul>
    </section>
  )
}

/** Filled when online, a ring when not; the words beside it say the same. */
export function PresenceDot({ isOnline }: { readonly isOnline: boolean }) {
  return <span className="presence-dot" data-online={isOnline} aria-hidden="true" />
}

function sinceWords(sinceMs: number | undefined, clock: (epochMs: number) => string): string {
  return sinceMs === undefined ? say('app.offline') : say('app.since', { time: clock(sinceMs) })
}

function personNote(person: PersonView, clock: (epochMs: number) => string): string {
  if (person.online) return ''
  if (person.isInvited) return say('app.invited')
  return sinceWords(person.sinceMs, clock)
}

function workspaceNote(workspace: WorkspaceView, clock: (epochMs: number) => string): string {
  if (workspace.connection === 'signed-out') return say('app.signedOut')
  if (workspace.connection === 'connecting') return say('app.connecting')
  if (workspace.connection !== 'online') return sinceWords(workspace.sinceMs, clock)
  if (workspace.isDemo) return say('app.demo')
  return workspace.isHostedHere ? say('app.hosted') : ''
}

function workspaceEntries(workspace: WorkspaceView): readonly MenuEntry[] {
  const isSignedOut = workspace.connection === 'signed-out'
  return [
    ...(isSignedOut
      ? []
      : [
          {
            id: 'invite',
            label: say('app.inviteSomeone'),
            isDisabled: workspace.me.role === 'standard' || workspace.connection !== 'online',
            run: () => useUi.setState({ inviting: workspace.id }),
          },
        ]),
    { id: 'copy', label: say('app.copyAddress'), run: () => void copyText(workspace.address) },
    isSignedOut
      ? {
          id: 'sign-in',
          label: say('app.signIn'),
          startsGroup: true,
          run: () => useUi.setState({ signingIn: workspace.id }),
        }
      : {
          id: 'sign-out',
          label: say('app.signOut'),
          startsGroup: true,
          run: () => void perform(() => call('app.signOut', { workspaceId: workspace.id })),
        },
  ]
}
