import { TernError } from '../../shared/domain/errors.ts'
import type { ComparisonRule, ConflictRule } from '../api.ts'
import type { ListEntry } from '../protocol/listing.ts'
import { joinPath, nameOf, parentOf, type TargetEntry } from '../storage/index.ts'
import { maxNumber, numberedName } from '../storage/numbered-name.ts'
import { makeItemFolder } from './placement.ts'
import type { ReceivingItem } from './receiving-item.ts'

export type Verdict =
  | { readonly kind: 'folder' }
  /** In place already, or left as it is under the rule `skip`. */
  | { readonly kind: 'already-there' }
  | { readonly kind: 'wanted'; readonly path: string }

/**
 * rsync's question for one listed entry: is it there already, by size and time in whole seconds, or by what its item
 * says of the two? Folders are made on
 * the way. Fails with what keeps this one entry from being placed (NAME_NOT_ALLOWED, NAME_COLLISION, LINK_IN_PATH,
 * FOLDER_OVER_FILE, SPECIAL_FILE).
 */
export function compare(entry: ListEntry, item: ReceivingItem, onConflict: ConflictRule): Verdict {
  const path = joinPath(item.basePath, item.names.place(entry.path))
  if (item.isResumed) syncNames(path, entry.path === '', item)
  if (entry.kind === 'folder') {
    const before = makeItemFolder(path, item.target)
    if (before === undefined) item.folders.changed(parentOf(path))
    // The folder of members may be anybody's: only its files are of this job.
    if (item.kind !== 'members') item.folders.begin(path, entry.mtimeMs, before !== Math.floor(entry.mtimeMs))
    return { kind: 'folder' }
  }
  const existing = item.target.folder.inspect(path)
  if (existing.kind === 'folder') throw new TernError('FOLDER_OVER_FILE', { path })
  if (existing.kind === 'other') throw TernError.fromEnvelope(existing.error)
  if (existing.kind === 'absent') return { kind: 'wanted', path }
  if (isSame(entry, existing, item.request.compareBy) || onConflict === 'skip') return { kind: 'already-there' }
  if (onConflict === 'rename' && isThereNumbered(entry, item, path)) return { kind: 'already-there' }
  return { kind: 'wanted', path }
}

/** An earlier run may have made it, and the folders that lead to it, and ended before their names were durable. */
function syncNames(path: string, isItem: boolean, { target }: ReceivingItem): void {
  target.folder.mustSync(parentOf(path))
  if (!isItem) return
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) target.folder.mustSync(parentOf(above))
}

function isSame(entry: ListEntry, existing: TargetEntry, by?: ComparisonRule): boolean {
  if (existing.kind !== 'file') return false
  return isSameFile(entry.sizeBytes, entry.mtimeMs, existing.sizeBytes, existing.mtimeMs, by)
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
  return by === 'size' || wholeSeconds(listedMs) === wholeSeconds(foundMs)
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000)
}

/** Under `rename` an earlier run may have placed this very file under a number. */
function isThereNumbered(entry: ListEntry, item: ReceivingItem, path: string): boolean {
  for (let number = 2; number <= maxNumber; number += 1) {
    const existing = item.target.folder.inspect(joinPath(parentOf(path), numberedName(nameOf(path), number)))
    if (existing.kind === 'absent') return false
    if (isSame(entry, existing, item.request.compareBy)) return true
  }
  return false
}
