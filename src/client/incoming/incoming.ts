import { basename, join } from 'node:path'
import type { LocalLocation } from '../../shared/contract/engine-process.ts'
import type { IncomingDetails, IncomingEntry, TransferKey } from '../../shared/contract/view.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId, TaskId, UserId, WorkspaceId } from '../../shared/domain/ids.ts'
import type { Job, Task } from '../../shared/domain/job.ts'
import { landingWay, wayBelow } from '../../shared/domain/meaning/location.ts'
import { type Sequence, sequenceNumber } from '../../shared/domain/sequences/sequences.ts'
import type { WorkspaceConnection } from '../connection/workspace-connection.ts'
import { sequenceIn } from '../dispatches/source-items.ts'
import type { Grants } from '../grants/grants.ts'
import { isWithin, localPath, realPathOf } from '../grants/real-path.ts'
import type { Mirror } from '../presence/mirror.ts'
import { compareWith, folderNameOf, makeLandingFolder, spaceAt } from './landing.ts'
import type { RememberedLocations } from './remembered-locations.ts'

export interface IncomingParts {
  readonly workspaceId: WorkspaceId
  readonly connection: WorkspaceConnection
  readonly mirror: Mirror
  readonly grants: Grants
  readonly remembered: RememberedLocations
  downloadFolder(): string
}

const listedTasks = 1000

/** Deliveries that wait for this person to say where they land. */
export class Incoming {
  readonly #parts: IncomingParts

  constructor(parts: IncomingParts) {
    this.#parts = parts
  }

  /** Without a location: where this sender's files went before, else a folder of the sender's name below the downloads. */
  async details(job: Job, chosen: LocalLocation | undefined): Promise<IncomingDetails> {
    const { connection } = this.#parts
    const location = chosen ?? (await this.preset(job))
    const [{ entries, isComplete, names }, { tasks }] = await Promise.all([
      connection.call('transfer/preview', { jobId: job.id }),
      connection.call('task/list', { jobId: job.id, limit: listedTasks }),
    ])
    const folder = this.#folderOf(location)
    const [comparison, space] = await Promise.all([
      compareWith(await this.#ifMayLook(location), entries, names),
      spaceAt(folder),
    ])
    const { sameFiles, sameBytes, replacedFiles } = comparison
    const landings = tasks.map(landingOf)
    return {
      ...this.head(job),
      kind: 'location',
      entries: comparison.entries.map((entry) => withTask(entry, landings)),
      isComplete,
      tasks: tasks.map((task) => ({ id: task.id, uri: task.uri, name: landingNameOf(task) })),
      location: { token: '', ...location, ...space, sameFiles, sameBytes, replacedFiles },
    }
  }

  /** Who, what and how much, alike for deliveries and questions of consent. */
  head(job: Job): Omit<IncomingDetails, 'kind' | 'entries' | 'isComplete' | 'tasks' | 'location'> {
    const { workspaceId, mirror } = this.#parts
    const sender = mirror.userOf(job.userId)
    const sourceClient = job.source.kind === 'user' ? job.source.clientId : undefined
    const computer = sourceClient === undefined ? undefined : mirror.clients.get(sourceClient)?.name
    return {
      key: `${workspaceId}/${job.id}` as TransferKey,
      name: job.name,
      from: {
        name: sender?.name ?? '',
        online: sender?.online ?? false,
        ...(sender?.lastSeenAtMs !== undefined && { sinceMs: sender.lastSeenAtMs }),
        ...(computer !== undefined && { computer }),
      },
      sentAtMs: job.createdAtMs,
      ...(job.note !== undefined && { note: job.note }),
      files: job.fileCount,
      bytes: job.sizeBytes,
      revision: job.revision,
    }
  }

  /**
   * Makes the folder, grants it for this job, and tells the workspace. Fails with PATH_NOT_GRANTED, TARGET_NOT_WRITABLE,
   * CONFLICT when another device of this person answered first.
   */
  async accept(
    job: Job,
    revision: number,
    location: LocalLocation,
    exclude: readonly TaskId[],
    remember: boolean,
  ): Promise<void> {
    const { workspaceId, connection, mirror, grants, remembered } = this.#parts
    const origin = await this.#originOf(location)
    const folder = this.#folderOf(location)
    const takeBack = await makeLandingFolder(folder)
    const reference = { workspaceId, jobId: job.id }
    const path = await grants.add(folder, 'write', { kind: 'job', ...reference }, origin)
    try {
      mirror.putJob(await connection.call('transfer/resolve', { jobId: job.id, path, revision, exclude: [...exclude] }))
    } catch (error) {
      await grants.endJob(reference)
      await takeBack()
      throw error
    }
    if (remember) await remembered.put(workspaceId, job.userId as UserId, { ...location })
  }

  async decline(jobId: JobId, reason: string | undefined): Promise<void> {
    const { connection, mirror } = this.#parts
    mirror.putJob(await connection.call('transfer/decline', { jobId, ...(reason && { reason }) }))
  }

  async preset(job: Job): Promise<LocalLocation> {
    const { workspaceId, mirror, remembered } = this.#parts
    const known = remembered.of(workspaceId, job.userId)
    if (known) return known
    const sender = mirror.userOf(job.userId)
    return { rootPath: this.#parts.downloadFolder(), subPath: folderNameOf(sender?.name || sender?.email || '') }
  }

  #folderOf(location: LocalLocation): string {
    return join(localPath(location.rootPath), wayBelow(location.subPath.replaceAll('\\', '/')))
  }

  async #ifMayLook(location: LocalLocation): Promise<string | undefined> {
    const isKnown = await this.#originOf(location).then(
      () => true,
      () => false,
    )
    return isKnown ? this.#folderOf(location) : undefined
  }

  /** Main has turned a token into this path; a second look here, so that no mistake there opens the disk. */
  async #originOf(location: LocalLocation): Promise<'dialog' | 'delivery'> {
    const { grants, remembered } = this.#parts
    const real = await realPathOf(localPath(location.rootPath))
    const downloads = await realPathOf(localPath(this.#parts.downloadFolder()))
    if (isWithin(downloads, real) || remembered.knowsRoot(location.rootPath)) return 'delivery'
    if (grants.pickedOrigin(real, 'write') !== undefined) return 'dialog'
    throw new TernError('PATH_NOT_GRANTED', { path: location.rootPath })
  }
}

/** The path that a task's item will have below the chosen folder. */
function landingNameOf(task: Task): string {
  const { path, placement } = task.destination
  const own = basename(task.source.path.replaceAll('\\', '/'))
  return landingWay(path, placement ?? 'into', own)
}

interface Landing {
  readonly taskId: TaskId
  readonly name: string
  /** Whose members lie beside each other in that folder, without one of their own. */
  readonly members: { readonly folder: string; readonly sequence: Sequence } | undefined
}

function landingOf(task: Task): Landing {
  const sequence = sequenceIn(basename(task.source.path.replaceAll('\\', '/')))
  const members = sequence instanceof Error || !sequence ? undefined : { folder: task.destination.path, sequence }
  return { taskId: task.id, name: landingNameOf(task), members }
}

function withTask(entry: Omit<IncomingEntry, 'taskId'>, landings: readonly Landing[]): IncomingEntry {
  const { path } = entry
  const name = path.slice(path.lastIndexOf('/') + 1)
  const folder = path.slice(0, -name.length - 1)
  const found = landings.find(({ name: landing, members }) => {
    if (path === landing || path.startsWith(`${landing}/`)) return true
    return members?.folder === folder && sequenceNumber(members.sequence, name) !== undefined
  })
  return found ? { ...entry, taskId: found.taskId } : entry
}
