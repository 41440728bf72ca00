import type { SendTarget } from '../../../shared/contract/ipc-schemas.ts'
import type { AppView, PersonView, ShareView } from '../../../shared/contract/view.ts'
import { isEmail } from '../../../shared/domain/email.ts'
import { say } from '../../../shared/words/index.ts'
import { othersOf } from '../../stores/app-store.ts'
import type { IconName } from '../../ui/icons/icon-paths.ts'
import { idOfTarget, targetOfPerson, targetOfShare } from './targets.ts'

/** One line of the recipient list. */
export interface RecipientOption {
  readonly id: string
  /** Absent: it only says something. */
  readonly target?: SendTarget
  readonly label: string
  readonly detail?: string
  readonly note: string
  /** People have a dot, places an icon. */
  readonly presence?: boolean
  readonly icon?: IconName
  /** A place whose folders can be looked into. */
  readonly opens?: OpenPlace
}

export interface OptionGroup {
  readonly title: string
  readonly options: readonly RecipientOption[]
}

/** A folder of a share that the list looks into. */
export interface OpenPlace {
  readonly share: ShareView
  readonly path: string
}

/** People, places and an invitation that fit what was typed; all of them while nothing is typed. */
export function recipientGroups(
  view: AppView,
  query: string,
  clock: (epochMs: number) => string,
): readonly OptionGroup[] {
  const wanted = query.trim().toLocaleLowerCase()
  const known = new Set(
    view.workspaces.filter((workspace) => workspace.connection !== 'signed-out').map((workspace) => workspace.id),
  )
  const people = othersOf(view)
    .filter((person) => known.has(person.workspaceId))
    .filter((person) => `${person.name} ${person.email}`.toLocaleLowerCase().includes(wanted))
    .sort((left, right) => Number(right.online) - Number(left.online) || left.name.localeCompare(right.name))
    .map((person) => personOption(person, clock))
  const places = view.shares
    .filter((share) => known.has(share.workspaceId))
    .filter((share) => share.kind !== 'home' || share.isMine)
    .filter((share) => shareLabel(share).toLocaleLowerCase().includes(wanted))
    .sort((left, right) => Number(right.isDefault) - Number(left.isDefault))
    .map(shareOption)
  return [
    { title: say('send.people'), options: people },
    { title: say('send.places'), options: places },
    { title: say('send.new'), options: inviteOptions(view, query.trim()) },
  ].filter((group) => group.options.length > 0)
}

function personOption(person: PersonView, clock: (epochMs: number) => string): RecipientOption {
  const target = targetOfPerson(person)
  return {
    id: idOfTarget(target),
    target,
    label: person.name,
    detail: person.email,
    note: personNote(person, clock),
    presence: person.online,
  }
}

function personNote(person: PersonView, clock: (epochMs: number) => string): string {
  if (person.online) return say('send.online')
  if (person.isInvited) return say('send.invited')
  return person.sinceMs === undefined ? say('send.offline') : say('send.offlineSince', { time: clock(person.sinceMs) })
}

function shareLabel(share: ShareView): string {
  return share.kind === 'home' ? say('send.myHome') : `${share.siteCode}, ${share.name}`
}

function shareOption(share: ShareView): RecipientOption {
  const target = targetOfShare(share)
  const isHome = share.kind === 'home'
  return {
    id: idOfTarget(target),
    ...(share.mayWrite && { target }),
    label: shareLabel(share),
    note: share.mayWrite ? (isHome ? say('send.onlyYou') : say('send.mayWrite')) : say('send.noAccess'),
    icon: isHome ? 'home' : 'drive',
    ...(share.mayWrite && share.mayRead && { opens: { share, path: '' } }),
  }
}

function inviteOptions(view: AppView, query: string): readonly RecipientOption[] {
  const workspaces = view.workspaces.filter(
    (workspace) => workspace.connection === 'online' && workspace.me.role !== 'standard',
  )
  if (workspaces.length === 0) return []
  if (!isEmail(query)) {
    return [{ id: 'invite-hint', label: say('send.inviteHint'), note: say('send.inviteHintNote'), icon: 'plus' }]
  }
  const email = query.toLocaleLowerCase()
  return workspaces
    .filter((each) => !view.people.some((person) => person.workspaceId === each.id && person.email === email))
    .map((workspace) => {
      const target: SendTarget = { kind: 'invite', workspaceId: workspace.id, email }
      return {
        id: idOfTarget(target),
        target,
        label:
          workspaces.length === 1
            ? say('send.invite', { email })
            : say('send.inviteTo', { email, workspace: workspace.name }),
        note: say('send.inviteNote'),
        icon: 'plus' as const,
      }
    })
}

/** The folders of an opened place: itself, those beneath it that fit, and a new one. */
export function folderGroup(place: OpenPlace, folders: readonly string[], query: string): OptionGroup {
  const { share, path } = place
  const wanted = query.trim()
  const label = [shareLabel(share), ...path.split('/').filter((part) => part !== '')].join(' / ')
  const at = (folder: string) => (path === '' ? folder : `${path}/${folder}`)
  const here = targetOfShare(share, path)
  const isNew = wanted !== '' && isFolderName(wanted) && !folders.includes(wanted)
  const newTarget = targetOfShare(share, at(wanted))
  return {
    title: say('send.inPlace', { name: label }),
    options: [
      ...(wanted === ''
        ? [
            {
              id: idOfTarget(here),
              target: here,
              label: say('send.here'),
              detail: label,
              note: '',
              icon: 'check' as const,
            },
          ]
        : []),
      ...folders
        .filter((folder) => folder.toLocaleLowerCase().includes(wanted.toLocaleLowerCase()))
        .map((folder) => {
          const target = targetOfShare(share, at(folder))
          return {
            id: idOfTarget(target),
            target,
            label: folder,
            note: '',
            icon: 'folder' as const,
            opens: { share, path: at(folder) },
          }
        }),
      ...(isNew
        ? [
            {
              id: idOfTarget(newTarget),
              target: newTarget,
              label: say('send.newFolder', { name: wanted }),
              note: say('send.newFolderNote'),
              icon: 'plus' as const,
            },
          ]
        : []),
    ],
  }
}

function isFolderName(name: string): boolean {
  return name !== '.' && name !== '..' && !/[\\/]/.test(name)
}
