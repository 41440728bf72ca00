import type { Engine, ScanSummary } from '../engine/index.ts'
import type { Logger } from '../platform/logger.ts'
import type { OperationInput } from '../shared/contract/operations.ts'
import type { DispatchTask, ServerFrame } from '../shared/contract/stream.ts'
import { isAbort, TernError } from '../shared/domain/errors.ts'
import type { JobId, WorkspaceId } from '../shared/domain/ids.ts'
import { landingWay } from '../shared/domain/meaning/location.ts'
import { memberCount, missingMembers, sequenceNumber } from '../shared/domain/sequences/sequences.ts'
import { untilAcknowledged } from './connection/backoff.ts'
import type { WorkspaceConnection } from './connection/workspace-connection.ts'
import { sendItems } from './dispatches/dispatch-items.ts'
import type { EndpointResolver } from './dispatches/endpoint-resolver.ts'
import type { SourceItem } from './dispatches/source-items.ts'

type MeasureFrame = Extract<ServerFrame, { type: 'transfer.measure' }>
type Measured = OperationInput<'transfer/measured'>
type MeasuredTask = Measured['tasks'][number]
type PreviewEntry = NonNullable<Measured['preview']>[number]

export interface MeasuringParts {
  readonly workspaceId: WorkspaceId
  readonly engine: Engine
  readonly connection: WorkspaceConnection
  readonly resolver: EndpointResolver
  readonly logger: Logger
  /** Settles when grants of everything that was just submitted are in place. */
  submitted(): Promise<void>
}

const previewLimit = 2000
const batchTasks = 500
/** Of one measurement; the others are only counted. */
const maxNamedMissing = 100

/** Answers the workspace's question how much a job holds, from under a grant only. */
export class Measuring implements Disposable {
  readonly #parts: MeasuringParts
  readonly #running = new Map<JobId, AbortController>()

  constructor(parts: MeasuringParts) {
    this.#parts = parts
  }

  /** Asked again while it runs: the newer question counts. */
  async measure(frame: MeasureFrame): Promise<void> {
    this.#running.get(frame.jobId)?.abort()
    const ending = new AbortController()
    this.#running.set(frame.jobId, ending)
    try {
      await this.#parts.submitted()
      await this.#measure(frame, ending.signal)
    } catch (error) {
      if (!isAbort(error)) this.#parts.logger.warn({ err: error, jobId: frame.jobId }, 'not measured')
    } finally {
      if (this.#running.get(frame.jobId) === ending) this.#running.delete(frame.jobId)
    }
  }

  [Symbol.dispose](): void {
    for (const ending of this.#running.values()) ending.abort()
  }

  async #measure({ jobId, tasks, settings }: MeasureFrame, signal: AbortSignal): Promise<void> {
    const { workspaceId, resolver } = this.#parts
    let items: readonly SourceItem[]
    try {
      items = await sendItems({ tasks, settings }, { workspaceId, jobId }, resolver)
    } catch (thrown) {
      if (isAbort(thrown)) throw thrown
      const blocked = TernError.from(thrown)
      if (blocked.code === 'INTERNAL') this.#parts.logger.warn({ err: thrown, jobId }, 'not measured')
      return this.#tell({ jobId, tasks: [], isComplete: false, blocked: blocked.toEnvelope() }, signal)
    }
    const preview: PreviewEntry[] = []
    let isPreviewComplete = true
    let batch: MeasuredTask[] = []
    let namesLeft = maxNamedMissing
    for (const [index, item] of items.entries()) {
      const task = tasks[index] as DispatchTask
      const left = previewLimit - preview.length
      const { measured, entries, isWhole } = await this.#scan(item, task, { entries: left, names: namesLeft }, signal)
      namesLeft -= measured.missing?.names.length ?? 0
      batch.push(measured)
      preview.push(...entries)
      isPreviewComplete &&= isWhole
      if (batch.length === batchTasks && index < items.length - 1) {
        await this.#tell({ jobId, tasks: batch, isComplete: false }, signal)
        batch = []
      }
    }
    await this.#tell({ jobId, tasks: batch, isComplete: true, preview, isPreviewComplete }, signal)
  }

  async #scan(
    item: SourceItem,
    task: DispatchTask,
    limits: { readonly entries: number; readonly names: number },
    signal: AbortSignal,
  ): Promise<{ measured: MeasuredTask; entries: PreviewEntry[]; isWhole: boolean }> {
    const { uri } = task
    try {
      const present = new Set<number>()
      const summary = await this.#parts.engine.scan(noting(item, present), limits.entries, signal)
      const { kind, bytes, files } = summary
      const entries = previewOf(summary, task, item)
      const missing = missingOf(item, present, limits.names)
      return {
        measured: { uri, kind, sizeBytes: bytes, fileCount: files, ...(missing && { missing }) },
        entries,
        isWhole: summary.isPreviewComplete,
      }
    } catch (thrown) {
      if (isAbort(thrown)) throw thrown
      return { measured: { uri, error: TernError.from(thrown).toEnvelope() }, entries: [], isWhole: true }
    }
  }

  async #tell(measured: Measured, signal: AbortSignal): Promise<void> {
    await untilAcknowledged(() => this.#parts.connection.call('transfer/measured', measured, { signal }), signal)
  }
}

/** Entries as they will lie beneath the place that the receiver chooses. */
function previewOf(summary: ScanSummary, task: DispatchTask, item: SourceItem): PreviewEntry[] {
  const { destination } = task
  // A share's or a chosen place is known already; only what is still to be chosen needs its prefix.
  const prefix = destination.shareId === undefined && destination.clientId === undefined ? destination.path : ''
  return summary.preview.map((entry) => {
    const [first = '', ...rest] = entry.path.split('/')
    const isRenamed = destination.placement === 'as' && item.members === undefined
    const lead = landingWay(prefix, isRenamed ? 'as' : 'into', first)
    return { ...entry, path: [lead, ...rest].join('/') }
  })
}

/** The same item, which notes the numbers of the files that it meets, also of those that a filter leaves out. */
function noting(item: SourceItem, present: Set<number>): SourceItem {
  const { sequence, includes } = item
  if (sequence?.ranges === undefined) return item
  return {
    ...item,
    includes: (path, isFolder) => {
      const number = isFolder ? undefined : sequenceNumber(sequence, path)
      if (number !== undefined) present.add(number)
      return includes?.(path, isFolder) ?? true
    },
  }
}

/** What a sequence's range names and the folder does not hold; undefined when all is there. */
function missingOf({ sequence }: SourceItem, present: ReadonlySet<number>, maxNames: number): MeasuredTask['missing'] {
  const count = (sequence && memberCount(sequence)) ?? 0
  if (sequence === undefined || count <= present.size) return undefined
  const names: string[] = []
  for (const path of missingMembers(sequence, present)) {
    if (names.length >= maxNames) break
    names.push(path.slice(path.lastIndexOf('/') + 1))
  }
  return { names, count: count - present.size }
}
