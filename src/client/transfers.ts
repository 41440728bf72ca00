import { nowMs } from '../platform/clock.ts'
import type { EngineCommands } from '../shared/contract/engine-process.ts'
import type { LogRow, TaskRow, TransferDetails, TransferKey, TransferRow } from '../shared/contract/view.ts'
import { TernError } from '../shared/domain/errors.ts'
import type { JobId, WorkspaceId } from '../shared/domain/ids.ts'
import type { Job, Task } from '../shared/domain/job.ts'
import type { GrantMode, Grants } from './grants/grants.ts'
import { localPath } from './grants/real-path.ts'
import type { Presence } from './presence/presence.ts'
import type { Presences } from './presence/presences.ts'
import { CursorWindow } from './rows/cursor-window.ts'
import { transferRow } from './rows/transfer-row.ts'
import type { Outbox } from './sending/outbox.ts'

type Input<Name extends keyof EngineCommands> = Parameters<EngineCommands[Name]>[0]

const loggedEntries = 1000

/** What the window asks about transfers, over all workspaces. */
export class Transfers {
  readonly #presences: Presences
  readonly #outbox: Outbox
  readonly #grants: Grants
  #tasks: { readonly key: TransferKey; readonly modifiedAtMs: number; readonly window: CursorWindow<Task> } | undefined

  constructor(presences: Presences, outbox: Outbox, grants: Grants) {
    this.#presences = presences
    this.#outbox = outbox
    this.#grants = grants
  }

  /** The finished ones of all workspaces as one list, newest first. */
  async finished({ offset, limit, search }: Input<'transfersFinished'>) {
    const lists = await Promise.all(
      this.#presences.all().map(async (presence) => {
        const window = presence.finished.window(search)
        // A workspace that cannot be reached is left out rather than hiding the others.
        const isEmpty = (await window.total().catch(() => 0)) === 0
        return { presence, window, isEmpty, next: 0 }
      }),
    )
    const rows: TransferRow[] = []
    for (let index = 0; index < offset + limit; index += 1) {
      const heads = await Promise.all(
        lists.map(async (list) => ({
          list,
          job: list.isEmpty ? undefined : await list.window.at(list.next),
        })),
      )
      let newest: (typeof heads)[number] | undefined
      for (const head of heads) if (head.job && finishedAt(head.job) > finishedAt(newest?.job)) newest = head
      if (!newest?.job) break
      newest.list.next += 1
      if (index >= offset) rows.push(rowOf(newest.list.presence, newest.job))
    }
    // A query's total grows with what is read of it, so that it is asked for after the reading.
    const totals = await Promise.all(lists.map((list) => (list.isEmpty ? 0 : list.window.total())))
    return { rows, total: totals.reduce((sum, total) => sum + total, 0) }
  }

  async update({ keys, status, priority }: Input<'transfersUpdate'>): Promise<void> {
    const failures: TernError[] = []
    for (const key of keys) {
      const { presence, jobId } = this.#find(key)
      try {
        const entry = this.#outbox.find(jobId)
        if (entry) {
          if (status === 'aborted') await this.#outbox.remove(jobId)
          if (status === 'waiting') await presence.sending.retry(entry)
          presence.rows.putQueued(jobId)
          continue
        }
        const change = { id: jobId, ...(status && { status }), ...(priority !== undefined && { priority }) }
        presence.mirror.putJob(await presence.connection.call('transfer/update', change))
      } catch (error) {
        failures.push(TernError.from(error))
      }
    }
    // One that could not be changed must not keep the others from it, and is told all the same.
    if (failures[0]) throw failures[0]
  }

  async remind(key: TransferKey): Promise<void> {
    const { presence, jobId } = this.#find(key)
    await presence.connection.call('transfer/remind', { jobId })
  }

  async details(key: TransferKey): Promise<TransferDetails> {
    const { presence, jobId } = this.#find(key)
    const entry = this.#outbox.find(jobId)
    if (entry) {
      return {
        key,
        settings: settingsOfSpecification(entry.spec),
        specification: entry.spec,
        sourceText: textOf(entry.paths),
        destinationText: entry.toName,
      }
    }
    const [{ spec, settings }, { tasks }] = await Promise.all([
      presence.connection.call('transfer/get', { id: jobId }),
      presence.connection.call('task/list', { jobId, limit: 1 }),
    ])
    const [first] = tasks
    return {
      key,
      settings,
      specification: spec,
      sourceText: first ? endpointText(first.source, presence) : '',
      destinationText: first ? endpointText(first.destination, presence) : '',
    }
  }

  async tasks({ key, offset, limit }: Input<'transferTasks'>): Promise<{ rows: readonly TaskRow[]; total: number }> {
    const { presence, jobId } = this.#find(key)
    if (this.#outbox.find(jobId)) return { rows: [], total: 0 }
    const modifiedAtMs = presence.mirror.jobs.get(jobId)?.modifiedAtMs ?? nowMs()
    if (this.#tasks?.key !== key || this.#tasks.modifiedAtMs !== modifiedAtMs) {
      const window = new CursorWindow<Task>(async (cursor, pageLimit) => {
        const query = { jobId, limit: pageLimit, ...(cursor && { cursor }) }
        const { tasks, nextCursor, total } = await presence.connection.call('task/list', query)
        return { items: tasks, nextCursor, total }
      })
      this.#tasks = { key, modifiedAtMs, window }
    }
    const { rows, total } = await this.#tasks.window.slice(offset, limit)
    const figures = new Map(presence.rows.progressOf(jobId)?.tasks?.map((task) => [task.uri, task]))
    return { rows: rows.map((task) => taskRow(task, figures.get(task.uri), presence)), total }
  }

  async log(key: TransferKey): Promise<{ rows: readonly LogRow[] }> {
    const { presence, jobId } = this.#find(key)
    if (this.#outbox.find(jobId)) return { rows: [] }
    const { entries, leftOut } = await presence.connection.call('transfer/log', { jobId, limit: loggedEntries })
    const rows: LogRow[] = entries.map(({ atMs, level, code, params }) => ({
      atMs,
      level,
      code,
      ...(params && { params }),
    }))
    const oldest = rows.at(-1)
    if (oldest && leftOut > 0) {
      rows.push({ atMs: oldest.atMs, level: 'info', code: 'lines.left-out', params: { tasks: leftOut } })
    }
    return { rows }
  }

  /**
   * What lies on this machine of it: the first item, or the folder that was chosen. The workspace says where, so only what
   * this machine has granted is believed: a path on another computer would have Windows sign in there. Fails with NOT_FOUND.
   */
  async pathHere(key: TransferKey): Promise<{ path: string }> {
    const { presence, jobId } = this.#find(key)
    const queued = this.#outbox.find(jobId)?.paths[0]
    if (queued) return { path: queued.path }
    const { clientId } = presence.record
    const [{ tasks }, { job }] = await Promise.all([
      presence.connection.call('task/list', { jobId, limit: 1 }),
      presence.connection.call('transfer/get', { id: jobId }),
    ])
    const [task] = tasks
    if (task?.destination.clientId === clientId && task.destination.shareId === undefined) {
      const path = task.destination.pathAbsFinal ?? job.location?.path ?? task.destination.path
      return this.#granted(path, 'write', presence, jobId)
    }
    if (task?.source.clientId === clientId && task.source.shareId === undefined)
      return this.#granted(task.source.path, 'read', presence, jobId)
    throw new TernError('NOT_FOUND', { kind: 'path' })
  }

  async #granted(path: string, mode: GrantMode, { workspaceId }: Presence, jobId: JobId): Promise<{ path: string }> {
    const found = await this.#grants.find(path, mode, { workspaceId, jobId })
    if (found === undefined) throw new TernError('NOT_FOUND', { kind: 'path' })
    return { path: localPath(path) }
  }

  #find(key: TransferKey): { presence: Presence; jobId: JobId } {
    const [workspaceId, jobId] = key.split('/') as [WorkspaceId, JobId]
    return { presence: this.#presences.get(workspaceId), jobId }
  }
}

function finishedAt(job: Job | undefined): number {
  return job ? (job.finishedAtMs ?? job.modifiedAtMs) : Number.NEGATIVE_INFINITY
}

function rowOf(presence: Presence, job: Job): TransferRow {
  const { workspaceId, mirror, record } = presence
  const me = { userId: record.me.userId, clientId: record.clientId }
  return transferRow(job, {
    workspaceId,
    me,
    mirror,
    progress: undefined,
    keptBytes: undefined,
    unreachable: undefined,
  })
}

function taskRow(
  task: Task,
  figures: { readonly bytesVerified: number; readonly bytesTotal: number } | undefined,
  presence: Presence,
): TaskRow {
  const isRunning = task.status === 'executing' || task.status === 'booting'
  const verified = isRunning ? (figures?.bytesVerified ?? 0) : (task.result?.bytesVerified ?? 0)
  return {
    id: task.id,
    uri: task.uri,
    path: endpointText(task.source, presence),
    kind: task.kind,
    status: task.status,
    sizeBytes: task.sizeBytes,
    bytesVerified: verified,
    ...(task.finishedAtMs !== undefined && { finishedAtMs: task.finishedAtMs }),
    ...(task.result && { result: task.result }),
    ...(task.error && { error: task.error }),
  }
}

/** A place as a person would write it: `projects/lfm/114`, or a path of a machine. */
function endpointText(endpoint: Task['source'], presence: Presence): string {
  const { shareId, path, pathAbsFinal } = endpoint
  if (shareId === undefined) return pathAbsFinal ?? path
  const code = presence.mirror.shares.get(shareId)?.code ?? shareId
  return path === '' ? code : `${code}/${path}`
}

/** Before the workspace has the job, nobody but it says anything. */
function settingsOfSpecification(spec: unknown): TransferDetails['settings'] {
  const settings = typeof spec === 'object' && spec !== null && 'settings' in spec ? spec.settings : undefined
  if (typeof settings !== 'object' || settings === null) return {}
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, { value: `${value}`, level: 'job' as const }]),
  )
}

function textOf(paths: readonly { path: string }[]): string {
  return paths.map(({ path }) => path).join(', ')
}
