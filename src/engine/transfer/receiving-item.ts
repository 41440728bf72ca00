import { join } from 'node:path'
import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import type { TaskResult } from '../../shared/domain/job.ts'
import type { ItemOutcome, ReceiveItem } from '../api.ts'
import type { ItemKind, ItemResult } from '../protocol/messages.ts'
import type { NameCollisions } from '../storage/index.ts'
import type { Target } from './targets.ts'

const maxFailures = 100

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
  readonly target: Target
  readonly collisions: NameCollisions
  /** Where the item itself lands, relative to the root. */
  readonly basePath: string
  /** An earlier run has begun it: what lies there may have been placed by a process that ended before it was durable. */
  readonly isResumed: boolean
  readonly folderTimes = new Map<string, number>()
  readonly failures: { path: string; error: ErrorEnvelope }[] = []
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
    basePath: string,
    isResumed = false,
  ) {
    this.number = number
    this.request = request
    this.kind = kind
    this.target = target
    this.collisions = target.newCollisions()
    this.basePath = basePath
    this.isResumed = isResumed
    this.finalPath = basePath
  }

  /** Nothing more will come and nothing is open. */
  get isSettled(): boolean {
    return this.#isListed && this.#openEntries === 0
  }

  open(): void {
    this.#openEntries += 1
  }

  close(): void {
    this.#openEntries -= 1
  }

  endList(error: ErrorEnvelope | undefined): void {
    this.#isListed = true
    this.error ??= error
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
      ...(this.failures.length > 0 && { failures: this.failures }),
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
      failures: this.failures,
    }
  }

  /** A single failed file says best why its item failed. */
  get #outcomeError(): ErrorEnvelope | undefined {
    if (this.isDone) return undefined
    return this.error ?? this.failures.find(({ error }) => !isWarning(error))?.error
  }

  #remember(path: string, error: ErrorEnvelope): void {
    if (this.failures.length < maxFailures) this.failures.push({ path, error })
  }
}

/** Links and special files are left out and said; they do not make an item fail. */
export function isWarning(error: ErrorEnvelope): boolean {
  return error.code === 'SPECIAL_FILE'
}
