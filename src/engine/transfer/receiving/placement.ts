import { TernError } from '../../../shared/domain/errors.ts'
import { landingTable } from '../../../shared/domain/meaning/landing.ts'
import { parseSequence, type Sequence } from '../../../shared/domain/sequences/sequences.ts'
import type { ReceiveItem } from '../../api.ts'
import type { Journal } from '../../journal/index.ts'
import type { ItemBegin } from '../../protocol/messages.ts'
import { joinPath, nameOf, parentOf } from '../../storage/index.ts'
import type { Target } from './targets.ts'

/** The name by which an item lies beneath a folder, asked for only where it does. */
export type LandingNameOf = () => string

/**
 * Where an item lands below its root (job specification, notes). Decided once and kept in the journal: a retry must not
 * land elsewhere because the first try has made a folder. Fails with FOLDER_OVER_FILE, LINK_IN_PATH, NAME_NOT_ALLOWED.
 */
export function placeItem(
  begin: ItemBegin,
  request: ReceiveItem,
  target: Target,
  journal: Journal,
  ownName: LandingNameOf,
): string {
  const earlier = journal.placement(request.itemId)
  if (earlier?.root === target.root && isStillMeant(earlier.path, begin, request, ownName)) return earlier.path
  const path = decide(begin, request, target, ownName)
  journal.recordPlacement(request.itemId, { root: target.root, path })
  return path
}

function decide(begin: ItemBegin, request: ReceiveItem, target: Target, ownName: LandingNameOf): string {
  if (begin.kind === 'members') return placeOfMembers(begin, request)
  const existing = target.folder.inspect(request.path)
  const landing = landingTable[request.placement][begin.kind][existing.kind]
  if (landing === 'folder-over-file') throw new TernError('FOLDER_OVER_FILE', { path: request.path })
  return landing === 'beneath' ? beneath(ownName(), request) : request.path
}

/**
 * The name is the sender's to choose and the way is not: else it could choose what one-way sync looks at and removes. The
 * root of a drive has no name of its own; then its members land beneath.
 */
function beneath(name: string, { path, sync }: ReceiveItem): string {
  const isWay = name.includes('/') || (name === '' && sync !== undefined)
  if (isWay) throw new TernError('NAME_NOT_ALLOWED', { name, reason: name === '' ? 'empty' : 'separator' })
  return joinPath(path, name)
}

/**
 * A mirrored place is called as its source: there it names the members as well, which lie in its folder. Only a name that
 * stands for several does, whatever the sender calls them: else it could choose the folder above the one that was meant.
 */
function placeOfMembers(begin: ItemBegin, request: ReceiveItem): string {
  const isNamedAlike =
    request.placement === 'as' && nameOf(request.path) === begin.name && sequenceNamed(begin.name) !== undefined
  return isNamedAlike ? parentOf(request.path) : request.path
}

function sequenceNamed(name: string): Sequence | undefined {
  try {
    return parseSequence(name)
  } catch {
    return undefined
  }
}

/** The journal may be of an earlier wish: only one of the two places that this wish can lead to counts. */
function isStillMeant(path: string, begin: ItemBegin, request: ReceiveItem, ownName: LandingNameOf): boolean {
  if (begin.kind === 'members') return path === placeOfMembers(begin, request)
  const isBeneath = () => path === beneath(ownName(), request)
  if (request.placement === 'into') return isBeneath()
  return path === request.path || (begin.kind === 'file' && isBeneath())
}
