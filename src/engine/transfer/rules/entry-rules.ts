import { TernError } from '../../../shared/domain/errors.ts'
import type { ItemOutcome, ReceiveItem, ReceiveRequest } from '../../api.ts'
import type { Journal } from '../../journal/index.ts'
import type { ListEntry } from '../../protocol/listing.ts'
import type { ItemKind } from '../../protocol/messages.ts'
import {
  type AttributeKind,
  applyAt,
  ownRights,
  type WantedAttributes,
  wantedAttributes,
} from '../../storage/attributes/attributes.ts'
import { nameOf, parentOf } from '../../storage/folders/relative-path.ts'
import type { OwnerNames } from '../../storage/index.ts'
import { checkLinkTarget, leadsOut } from '../../storage/link-targets.ts'
import { inspectLink, type PlacedLink, placeLink } from '../../storage/links.ts'
import { linkProblem } from '../../storage/source/source-links.ts'
import { targetError } from '../../storage/target-error.ts'
import type { Target } from '../receiving/targets.ts'
import { ItemNotes } from './item-notes.ts'
import { ItemSync } from './item-sync.ts'

export interface EntryRulesOptions {
  readonly request: ReceiveRequest
  readonly item: ReceiveItem
  readonly kind: ItemKind
  readonly target: Target
  /** Where the item lands, relative to the root. */
  readonly basePath: string
  readonly journal: Journal
  /** All items of the request that lie below the same root, as seen from there, this one included. */
  readonly neighbours: () => readonly ReceiveItem[]
}

export type Owner = ReturnType<OwnerNames['ownerHere']>

const rights = ownRights()
const knowsAttributes = process.platform !== 'win32'

/** What an item's settings say of each entry besides comparing it: links, attributes, folders that stay, what is extra. */
export class EntryRules implements Disposable {
  readonly notes: ItemNotes
  readonly isDryRun: boolean
  /** Where the item lands, relative to the root. */
  readonly basePath: string
  /** How many files, links and folders one-way sync has removed, or would. */
  #removed: number | undefined
  readonly #options: EntryRulesOptions
  readonly #sync: ItemSync | undefined
  /** By folder, relative to the root: set once all that it holds is in place. */
  readonly #folderAttributes = new Map<string, WantedAttributes>()
  #leftFolder: string | undefined

  constructor(options: EntryRulesOptions) {
    const { request, item, kind, target, basePath, neighbours } = options
    this.#options = options
    this.isDryRun = request.isDryRun === true
    this.basePath = basePath
    this.notes = new ItemNotes(request.tells)
    if (!item.sync || kind !== 'folder') return
    const { folder } = target
    const { itemId, sync: rule } = item
    this.#sync = new ItemSync({ folder, traits: folder.traits(), basePath, rule, items: neighbours, itemId })
  }

  /** For the outcome. */
  told(): Pick<ItemOutcome, 'notes' | 'removed' | 'plan'> {
    const { list, plan } = this.notes
    return {
      ...(list.length > 0 && { notes: list }),
      ...(this.#removed !== undefined && { removed: this.#removed }),
      ...(this.isDryRun && { plan }),
    }
  }

  /** True: it is, or lies below, a folder that stays as it is. Else it is seen to be in the source. `path`: as it lands. */
  passes(entry: ListEntry, path: string): boolean {
    const left = this.#leftFolder
    if (left !== undefined && (left === '' || entry.path.startsWith(`${left}/`))) return true
    if (entry.kind === 'folder' && this.#isLeft(path)) {
      this.#leftFolder = entry.path
      this.#sync?.leave(this.#below(path))
      this.notes.add('left', entry.path)
      return true
    }
    this.#sync?.take(this.#below(path), entry.kind === 'folder')
    return false
  }

  /** The source has something of this name and does not send it. */
  keep(path: string): void {
    this.#sync?.keep(path)
  }

  /** A folder is about to be made, or is there. */
  beforeFolder(path: string, isThere: boolean): void {
    const { item, journal } = this.#options
    if (!item.leavesFolders || isThere || this.isDryRun || this.#isOurs(path)) return
    // Before it is made: a run that goes on from this one must not take it for one that was there.
    journal.recordMadeFolder(item.itemId, { root: item.root, path })
  }

  afterFolder(entry: ListEntry, path: string, isThere: boolean, owner: Owner | undefined): void {
    const { request } = this.#options
    const masked = request.umask !== undefined && !isThere ? { mode: 0o777 & ~request.umask } : {}
    const wanted = { ...masked, ...this.#kept(entry, owner) }
    if (Object.keys(wanted).length === 0) return
    this.#folderAttributes.set(path, wanted)
    // What a kept mode takes from its owner comes last: files still have to get in.
    if (isThere && wanted.mode !== undefined) this.#apply(path, { mode: wanted.mode | 0o700 })
  }

  /** Modes of new files are another matter than the source's and this process's mask. */
  get masksModes(): boolean {
    return this.#options.request.umask !== undefined
  }

  /**
   * What a file is to have that is about to be written; undefined where its mode is decided as ever. `isNew`: it takes no
   * other's place, whose own mode would stay.
   */
  ofWanted(entry: ListEntry, owner: Owner | undefined, isNew: boolean): WantedAttributes | undefined {
    const { umask } = this.#options.request
    const masked = umask === undefined || !isNew ? {} : { mode: (entry.mode & 0o777 & ~umask) | 0o600 }
    const wanted = { ...masked, ...this.#kept(entry, owner) }
    return Object.keys(wanted).length === 0 ? undefined : wanted
  }

  /** A file that is the same but for its attributes gets them. */
  ofSameFile(entry: ListEntry, path: string, owner: Owner | undefined): void {
    this.ofSameContent(entry.path, path, this.#kept(entry, owner))
  }

  /** The same once its content was compared. `path`: as it lies there. */
  ofSameContent(sourcePath: string, path: string, wanted: WantedAttributes | undefined): void {
    if (!wanted || this.isDryRun) return
    for (const kind of this.#apply(path, wanted)) this.notes.add(kind, sourcePath)
  }

  /** @throws TernError SPECIAL_FILE for a link that this item does not take, FILE_EXISTS, and what writing fails with */
  takeLink(entry: ListEntry, path: string, leavesExisting: boolean): PlacedLink {
    const { item, target } = this.#options
    const { linkTarget = '' } = entry
    checkLinkTarget(entry.path, linkTarget)
    const isTaken = item.links === 'keep-all' || (item.links === 'keep' && !leadsOut(entry.path, linkTarget))
    if (!isTaken) throw linkProblem(entry.path, item.links === 'keep' ? 'leads-out' : undefined)
    const link = { path, target: linkTarget, mtimeMs: entry.mtimeMs }
    if (this.isDryRun) return inspectLink(target.folder.tree, link, leavesExisting)
    const placed = placeLink(target.folder.tree, link, leavesExisting)
    target.folder.mustSync(parentOf(path))
    return placed
  }

  /**
   * To be called once everything of the item is in place: the attributes of its folders, deepest first.
   * @throws TernError TARGET_NOT_WRITABLE, and what else writing fails with
   */
  finishFolders(): void {
    const due = [...this.#folderAttributes].sort(([left], [right]) => depthOf(right) - depthOf(left))
    this.#folderAttributes.clear()
    for (const [path, wanted] of due) this.#apply(path, wanted)
  }

  /** The same for what the source does not have: it is removed. @throws TernError SYNC_GUARD, and what removing fails with */
  async removeExtra(signal: AbortSignal): Promise<void> {
    if (!this.#sync) return
    const onRemoved = (path: string) => this.notes.add('removed', path)
    this.#removed = await this.#sync.end({ removes: !this.isDryRun, signal, onRemoved })
  }

  [Symbol.dispose](): void {
    this.#sync?.[Symbol.dispose]()
  }

  #below(path: string): string {
    if (this.basePath === '') return path
    return path === this.basePath ? '' : path.slice(this.basePath.length + 1)
  }

  #isLeft(path: string): boolean {
    const { item, kind, target } = this.#options
    if (!item.leavesFolders || kind === 'members') return false
    return target.folder.inspect(path).kind === 'folder' && !this.#isOurs(path)
  }

  /** Whether a run of this job has made it, or a folder above it. */
  #isOurs(path: string): boolean {
    const { item, journal } = this.#options
    const made = journal.madeFolders(item.itemId, item.root)
    for (let at = path; ; at = parentOf(at)) {
      if (made.has(at)) return true
      if (at === '') return false
    }
  }

  /** Undefined where nothing is kept, also on systems that know no such attributes. */
  #kept(entry: ListEntry, owner: Owner | undefined): WantedAttributes | undefined {
    const { attributes } = this.#options.item
    return attributes && knowsAttributes ? wantedAttributes(attributes, { ...entry, ...owner }) : undefined
  }

  #apply(path: string, wanted: WantedAttributes): readonly AttributeKind[] {
    const { tree } = this.#options.target.folder
    try {
      const folder = tree.freshFolder(parentOf(path))
      if (!folder) throw new TernError('DRIVE_GONE', { path: parentOf(path) })
      return applyAt(path === '' ? `${folder.self}/.` : folder.child(nameOf(path)), wanted, rights)
    } catch (thrown) {
      throw targetError(thrown, tree, path)
    }
  }
}

function depthOf(path: string): number {
  return path === '' ? 0 : path.split('/').length
}
