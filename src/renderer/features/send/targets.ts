import type { SendTarget } from '../../../shared/contract/ipc-schemas.ts'
import type { AppView, PersonView, ShareView, SiteView } from '../../../shared/contract/view.ts'
import { say } from '../../../shared/words/index.ts'

/** A recipient as the sheet shows and keeps it. */
export interface Recipient {
  /** Two choices of the same place are one. */
  readonly id: string
  readonly target: SendTarget
  readonly label: string
  readonly isOnline: boolean
  readonly sinceMs?: number
}

export function targetOfPerson(person: PersonView): SendTarget {
  return { kind: 'user', workspaceId: person.workspaceId, email: person.email }
}

export function targetOfShare(share: ShareView, path = ''): SendTarget {
  return share.kind === 'home' && share.isMine
    ? { kind: 'home', workspaceId: share.workspaceId, path }
    : { kind: 'share', workspaceId: share.workspaceId, code: share.code, path }
}

/** The site's default share, or any other that may be written. */
export function targetOfSite(view: AppView, site: SiteView): SendTarget | undefined {
  const shares = view.shares.filter(
    (share) =>
      share.workspaceId === site.workspaceId && share.siteCode === site.code && share.mayWrite && share.kind !== 'home',
  )
  const share = shares.find((each) => each.isDefault) ?? shares[0]
  return share && targetOfShare(share)
}

export function idOfTarget(target: SendTarget): string {
  switch (target.kind) {
    case 'share':
      return `${target.workspaceId}/share/${target.code}/${target.path}`
    case 'home':
      return `${target.workspaceId}/home/${target.path}`
    default:
      return `${target.workspaceId}/${target.kind}/${target.email}`
  }
}

/** The recipient that a target stands for, as far as the view knows it. */
export function recipientOf(view: AppView, target: SendTarget): Recipient {
  const id = idOfTarget(target)
  switch (target.kind) {
    case 'user': {
      const person = view.people.find((each) => each.workspaceId === target.workspaceId && each.email === target.email)
      return {
        id,
        target,
        label: person?.name ?? target.email,
        isOnline: person?.online ?? false,
        ...(person?.sinceMs !== undefined && { sinceMs: person.sinceMs }),
      }
    }
    case 'invite':
      return { id, target, label: target.email, isOnline: false }
    default: {
      const share = shareOf(view, target)
      const site = view.sites.find(
        (each) => each.workspaceId === target.workspaceId && each.code === (share?.siteCode ?? 'hq'),
      )
      return {
        id,
        target,
        label: placeLabel(target, share),
        isOnline: site?.online ?? true,
        ...(site?.sinceMs !== undefined && { sinceMs: site.sinceMs }),
      }
    }
  }
}

function shareOf(view: AppView, target: Extract<SendTarget, { kind: 'share' | 'home' }>): ShareView | undefined {
  return view.shares.find(
    (share) =>
      share.workspaceId === target.workspaceId &&
      (target.kind === 'share' ? share.code === target.code : share.kind === 'home' && share.isMine),
  )
}

/** `hq, projects / lfm`: the site, the share, the folders in it. */
export function placeLabel(
  target: Extract<SendTarget, { kind: 'share' | 'home' }>,
  share: ShareView | undefined,
): string {
  const folders = target.path.split('/').filter((part) => part !== '')
  if (target.kind === 'home') return [say('send.myHome'), ...folders].join(' / ')
  const site = share === undefined ? [] : [share.siteCode]
  return [...site, [share?.name ?? target.code, ...folders].join(' / ')].join(', ')
}
