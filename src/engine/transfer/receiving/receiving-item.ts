import { join } from 'node:path'
import type { ErrorEnvelope } from '../../../shared/domain/errors.ts'
import type { TaskResult } from '../../../shared/domain/job.ts'
import type { ConflictRule, FoundNames, ItemOutcome, ReceiveItem } from '../../api.ts'
import type { ItemKind, ItemResult } from '../../protocol/messages.ts'
import type { NamesSurveyed } from '../../protocol/name-messages.ts'
import type { EntryRules } from '../rules/entry-rules.ts'
import { ItemNames } from './item-names.ts'
import { ListedFolders } from './listed-folders.ts'
import type { Target } from './targets.ts'
import { isWarning, ToldFailures } from './told-failures.ts'

/** Of an item that never came to anything. */
export const noResult: TaskResult = {
  filesDone: 0,
  filesAlreadyThere: 0,
  filesReplaced: 0,
  filesFailed: 0,
  bytesVerified: 0,
}

/** One task on the receiving side: where it lands, and what became of its files. */
export class ReceivingItem {
  readonly number: number
  readonly request: ReceiveItem
  readonly kind: ItemKind
  readonly onConflict: ConflictRule
  readonly target: Target
  /** By which names its entries lie at the target. */
  readonly names: ItemNames
  /** Where the item itself lands, relative to the root. */
  readonly basePath: string
  /** An earlier run has begun it: what lies there may have been placed by a process that ended before it was durable. */
  readonly isResumed: boolean
  readonly rules: EntryRules
  /** Its folders, which get their times once nothing more is placed in them. */
  readonly folders: ListedFolders
  /** The target's root is a folder of this item: its time is set last of all, whole milliseconds. */
  rootMtimeMs: number | undefined
  /** Nothing but size and time decides whether a file is the same, and any name can be its own. */
  readonly isPlain: boolean
  readonly #told = new ToldFailures()
  /** Why the item as a whole failed. */
  error: ErrorEnvelope | undefined
  /** Differs from `basePath` where a single file was placed under another name. */
  finalPath: string
  filesDone = 0
  filesAlreadyThere = 0
  filesReplaced = 0
  filesFailed = 0
  bytesVerified = 0
  bytesTotal = 0
  #openEntries = 0
  #isListed = false

  constructor(
    number: number,
    request: ReceiveItem,
    kind: ItemKind,
    target: Target,
    rules: EntryRules,
    onConflict: ConflictRule,
    isResumed = false,
  ) {
    this.number = number
    this.request = request
    this.kind = kind
    this.onConflict = request.onConflict ?? onConflict
    this.target = target
    this.names = new ItemNames({
      traits: target.traitsBelow(rules.basePath),
      policy: request.names ?? 'map',
      records: target.records,
      onMapped: (path, error) => this.addWarning(path, error),
    })
    this.folders = new ListedFolders((path, mtimeMs) => this.#setFolderTime(path, mtimeMs))
    this.isPlain = isPlainRequest(request) && !rules.isDryRun && this.names.takesAny
    this.rules = rules
    this.basePath = rules.basePath
    this.isResumed = isResumed
    this.finalPath = rules.basePath
  }

  /** Nothing more will come and nothing is open. */
  get isSettled(): boolean {
    return this.#isListed && this.#openEntries === 0
  }

  /** A file of this folder was asked for; relative to the target's root. */
  open(folder: string): void {
    this.#openEntries += 1
    this.folders.expect(folder)
  }

  /** A file that was asked for is in place, or will not come. */
  close(folder: string): void {
    this.#openEntries -= 1
    this.folders.fileSettled(folder)
  }

  endList(error: ErrorEnvelope | undefined): void {
    this.#isListed = true
    this.error ??= error
    this.folders.end()
  }

  /** What the sender has found before anything was asked for; under the policy `refuse` it fails the item. */
  takeSurvey(surveyed: NamesSurveyed): FoundNames {
    const found = this.names.take(surveyed)
    if (this.names.policy === 'refuse' && found.refused > 0) {
      this.error = found.names[0]?.error ?? { code: 'NAME_NOT_ALLOWED' }
      for (const { path, error } of found.names) this.#remember(path, error)
      this.filesFailed += found.refused
    }
    return { itemId: this.request.itemId, ...found }
  }

  addFailure(path: string, error: ErrorEnvelope): void {
    this.filesFailed += 1
    this.#remember(path, error)
  }

  /** Left out on purpose, such as a link: said, but no failure. */
  addWarning(path: string, error: ErrorEnvelope): void {
    this.#remember(path, error)
  }

  get isDone(): boolean {
    return this.error === undefined && this.filesFailed === 0
  }

  outcome(): ItemOutcome {
    const { filesDone, filesAlreadyThere, filesReplaced, filesFailed, bytesVerified } = this
    const error = this.#outcomeError
    return {
      itemId: this.request.itemId,
      status: this.isDone ? 'done' : 'failed',
      result: { filesDone, filesAlreadyThere, filesReplaced, filesFailed, bytesVerified },
      kind: this.kind === 'file' ? 'file' : 'folder',
      ...(error && { error }),
      pathAbsFinal: join(this.target.root, this.finalPath),
      ...(this.#told.list.length > 0 && { failures: this.#told.list }),
      ...this.rules.told(),
    }
  }

  message(): ItemResult {
    const { filesDone, filesAlreadyThere, filesReplaced, filesFailed, bytesVerified } = this
    const error = this.#outcomeError
    return {
      type: 'itemResult',
      item: this.number,
      isDone: this.isDone,
      filesDone,
      filesAlreadyThere,
      filesReplaced,
      filesFailed,
      bytesVerified,
      ...(error && { error }),
      failures: this.#told.list,
    }
  }

  /** The first failed file says best why its item failed. */
  get #outcomeError(): ErrorEnvelope | undefined {
    if (this.isDone) return undefined
    return this.error ?? this.#told.list.find(({ error }) => !isWarning(error))?.error
  }

  #setFolderTime(path: string, mtimeMs: number): void {
    if (path === '') this.rootMtimeMs = Math.floor(mtimeMs)
    else this.target.folder.setFolderTime(path, Math.floor(mtimeMs))
  }

  #remember(path: string, error: ErrorEnvelope): void {
    this.#told.add({ path, error })
  }
}

function isPlainRequest({ sync, comparesContent, leavesFolders, attributes }: ReceiveItem): boolean {
  return !sync && !comparesContent && !leavesFolders && !attributes
}
