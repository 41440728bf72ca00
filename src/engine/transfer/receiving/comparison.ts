import { TernError } from '../../../shared/domain/errors.ts'
import type { ComparisonRule } from '../../api.ts'
import type { ListEntry } from '../../protocol/listing.ts'
import type { WantedAttributes } from '../../storage/attributes/attributes.ts'
import { isSameTime } from '../../storage/attributes/time-traits.ts'
import { joinPath, nameOf, parentOf, type TargetEntry } from '../../storage/index.ts'
import type { PlacedLink } from '../../storage/links.ts'
import { maxNumber, numberedName } from '../../storage/names/numbered-name.ts'
import type { Owner } from '../rules/entry-rules.ts'
import type { ReceivingItem } from './receiving-item.ts'

export type Verdict =
  | { readonly kind: 'folder' }
  /** In place already, or left as it is under the rule `skip`. */
  | { readonly kind: 'already-there' }
  /** A link, which is made at once. */
  | { readonly kind: 'link'; readonly status: PlacedLink }
  | Wanted

export interface Wanted {
  readonly kind: 'wanted'
  readonly path: string
  /** What the file is to have besides its time. */
  readonly attributes?: WantedAttributes
  readonly replaces: boolean
}

/**
 * rsync's question for one listed entry: is it there already, by size and time in whole seconds, or by what its item
 * says of the two? Folders are made on the way. Fails with what keeps this one entry from being placed (NAME_NOT_ALLOWED, NAME_COLLISION, LINK_IN_PATH,
 * FOLDER_OVER_FILE, SPECIAL_FILE).
 */
export function compare(entry: ListEntry, item: ReceivingItem, owner?: Owner): Verdict {
  const { onConflict, rules } = item
  const path = joinPath(item.basePath, item.names.place(entry.path))
  if (item.isResumed) syncNames(path, entry.path === '', item)
  if (rules.passes(entry, path)) return entry.kind === 'folder' ? { kind: 'folder' } : { kind: 'already-there' }
  if (entry.kind === 'folder') {
    takeFolder(entry, path, item, owner)
    return { kind: 'folder' }
  }
  if (entry.kind === 'link') {
    const status = rules.takeLink(entry, path, onConflict === 'skip')
    if (status === 'placed' || status === 'replaced') item.folders.changed(parentOf(path))
    return { kind: 'link', status }
  }
  const { folder } = item.target
  const existing: TargetEntry = folder.isNew(parentOf(path)) ? { kind: 'absent' } : folder.inspect(path)
  if (existing.kind === 'folder') throw new TernError('FOLDER_OVER_FILE', { path })
  if (existing.kind === 'other') throw TernError.fromEnvelope(existing.error)
  const attributes = rules.ofWanted(entry, owner, existing.kind === 'absent' || onConflict === 'rename')
  const wanted = { kind: 'wanted' as const, path, ...(attributes && { attributes }) }
  if (existing.kind === 'absent') return { ...wanted, replaces: false }
  // Its digests say which of its blocks are the same: what lies there is told to the source, as of any older version.
  const isCompared = item.request.comparesContent === true && entry.sizeBytes > 0 && onConflict === 'replace'
  if (!isCompared && isSame(entry, existing, item)) {
    rules.ofSameFile(entry, path, owner)
    rules.notes.add('same', entry.path)
    return { kind: 'already-there' }
  }
  if (onConflict === 'skip') {
    rules.notes.add('left', entry.path)
    return { kind: 'already-there' }
  }
  if (onConflict === 'rename' && isThereNumbered(entry, item, path)) return { kind: 'already-there' }
  return { ...wanted, replaces: onConflict === 'replace' }
}

/** Fails with FOLDER_OVER_FILE: an existing file is not replaced by a folder. */
function takeFolder(entry: ListEntry, path: string, item: ReceivingItem, owner: Owner | undefined): void {
  const { rules, target } = item
  const existing = target.folder.inspect(path)
  if (existing.kind === 'file') throw new TernError('FOLDER_OVER_FILE', { path })
  if (existing.kind === 'other') throw TernError.fromEnvelope(existing.error)
  if (rules.isDryRun) return
  const isThere = existing.kind === 'folder'
  rules.beforeFolder(path, isThere)
  if (!isThere) {
    target.folder.makeFolder(path)
    item.folders.changed(parentOf(path))
  }
  // The folder of members may be anybody's: only its files are of this job.
  if (item.kind === 'members') return
  rules.afterFolder(entry, path, isThere, owner)
  item.folders.begin(path, entry.mtimeMs, !isThere || existing.mtimeMs !== Math.floor(entry.mtimeMs))
}

/** An earlier run may have made it, and the folders that lead to it, and ended before their names were durable. */
function syncNames(path: string, isItem: boolean, { target }: ReceivingItem): void {
  target.folder.mustSync(parentOf(path))
  if (!isItem) return
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) target.folder.mustSync(parentOf(above))
}

function isSame(entry: ListEntry, existing: TargetEntry, { request, target, rules }: ReceivingItem): boolean {
  if (existing.kind !== 'file') return false
  const { compareBy } = request
  if (isSameFile(entry.sizeBytes, entry.mtimeMs, existing.sizeBytes, existing.mtimeMs, compareBy)) return true
  if (compareBy === 'size' || (compareBy !== 'modified' && existing.sizeBytes !== entry.sizeBytes)) return false
  // Only where times differ it matters what the disk can hold of them; a dry run does not try it.
  return !rules.isDryRun && isSameTime(entry.mtimeMs, existing.mtimeMs, target.folder.timeTraits())
}

/** Whether a listed file and one that stands there count as the same. Without objects, since it is asked of every file. */
export function isSameFile(
  listedBytes: number,
  listedMs: number,
  foundBytes: number,
  foundMs: number,
  by: ComparisonRule = 'size+modified',
): boolean {
  if (by !== 'modified' && listedBytes !== foundBytes) return false
  return by === 'size' || Math.floor(listedMs / 1000) === Math.floor(foundMs / 1000)
}

/** Under `rename` an earlier run may have placed this very file under a number. */
function isThereNumbered(entry: ListEntry, item: ReceivingItem, path: string): boolean {
  for (let number = 2; number <= maxNumber; number += 1) {
    const existing = item.target.folder.inspect(joinPath(parentOf(path), numberedName(nameOf(path), number)))
    if (existing.kind === 'absent') return false
    if (isSame(entry, existing, item)) return true
  }
  return false
}
