import { dirname, join, normalize } from 'node:path'
import { z } from 'zod'
import { nowMs } from '../../platform/clock.ts'
import { newSecret } from '../../platform/random-id.ts'
import { jobId, workspaceId } from '../../shared/contract/entity-schemas.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { JobId, WorkspaceId } from '../../shared/domain/ids.ts'
import type { StateFile } from '../state-file.ts'
import type { StateFolder } from '../state-folder.ts'
import { isWithin, localPath, realPathOf, relativePath } from './real-path.ts'

const grant = z.object({
  id: z.string(),
  /** Real and absolute: links were resolved when it was given. */
  path: z.string(),
  /** As it was asked for, when that leads here by a link. */
  askedPath: z.string().optional(),
  mode: z.enum(['read', 'write']),
  scope: z.union([
    z.object({ kind: z.literal('job'), workspaceId, jobId }),
    z.object({ kind: z.literal('always'), workspaceId }),
  ]),
  origin: z.enum(['drop', 'dialog', 'paste', 'consent', 'delivery', 'unattended']),
  createdAtMs: z.number(),
})

export type Grant = z.infer<typeof grant>
export type GrantMode = Grant['mode']

const file = z.object({ version: z.literal(1), grants: z.array(grant) })

export interface JobReference {
  readonly workspaceId: WorkspaceId
  readonly jobId: JobId
}

/** Consent of this machine's owner: without a grant nothing of this machine is read or written for a job. */
export class Grants {
  readonly #file: StateFile<z.infer<typeof file>>
  /** Grants by mode and by each path that leads to them; a job may have as many as it has items. */
  #byPath = new Map<string, Grant[]>()
  /** Picked by a person in this run of the program; become grants when a job is made from them. */
  readonly #picked = new Map<string, Grant['origin']>()
  /** Where these grants, the host's key and the like lie: who may write there could grant itself anything. */
  readonly #protected: readonly string[]

  private constructor(stateFile: StateFile<z.infer<typeof file>>, protectedFolders: readonly string[]) {
    this.#file = stateFile
    this.#protected = protectedFolders
    this.#index()
  }

  /** `protectedFolders`: what no grant ever covers, beside the state folder itself. */
  static async open(folder: StateFolder, protectedFolders: readonly string[] = []): Promise<Grants> {
    const stateFile = await folder.open('grants.json', file, { version: 1, grants: [] })
    const real = [folder.path, ...protectedFolders].map((path) => realPathOf(localPath(path)))
    return new Grants(stateFile, await Promise.all(real))
  }

  all(): readonly Grant[] {
    return this.#file.value.grants
  }

  /** A person picked this by a drop, a dialog or a paste. */
  async pick(path: string, mode: GrantMode, origin: 'drop' | 'dialog' | 'paste'): Promise<void> {
    const real = await realPathOf(localPath(path))
    this.#assertNotProtected(real)
    this.#picked.set(`${mode} ${real}`, origin)
  }

  /** The origin of what was picked and covers this real path; undefined when nothing does. */
  pickedOrigin(realPath: string, mode: GrantMode): Grant['origin'] | undefined {
    for (const folder of upwards(realPath)) {
      const origin = this.#picked.get(`${mode} ${folder}`)
      if (origin !== undefined) return origin
    }
    return undefined
  }

  /** Records consent; `path` is made real. Answers the real path once the grant is durable. Fails with PATH_NOT_GRANTED. */
  async add(path: string, mode: GrantMode, scope: Grant['scope'], origin: Grant['origin']): Promise<string> {
    return (await this.addAll([{ path, mode, scope, origin }]))[0] as string
  }

  async addAll(entries: readonly Pick<Grant, 'path' | 'mode' | 'scope' | 'origin'>[]): Promise<readonly string[]> {
    const grants: Grant[] = []
    for (const entry of entries) {
      const asked = normalize(localPath(entry.path))
      const path = await realPathOf(asked)
      this.#assertNotProtected(path)
      const id = newSecret(9)
      grants.push({ ...entry, path, ...(asked !== path && { askedPath: asked }), id, createdAtMs: nowMs() })
    }
    await this.#replace([...this.all(), ...grants])
    return grants.map((entry) => entry.path)
  }

  /**
   * What this job may work with at `path`: the granted folder or file, and the way from there, `/`-separated. Undefined
   * without a grant, and then the disk was not touched. The engine follows no link on that way.
   */
  async find(path: string, mode: GrantMode, job: JobReference): Promise<{ granted: string; way: string } | undefined> {
    const asked = normalize(localPath(path))
    for (const base of upwards(asked)) {
      const found = this.#byPath.get(`${mode} ${base}`)?.find((entry) => covers(entry.scope, job))
      // A folder above it may have become a link since the grant was given.
      if (found && (await realPathOf(found.path)) === found.path) {
        const way = relativePath(base, asked)
        // A grant for a folder far above, such as the home, is none for what keeps the grants.
        return this.#isProtected(join(found.path, way)) ? undefined : { granted: found.path, way }
      }
    }
    return undefined
  }

  /** The job is over for good, or was refused. */
  async endJob(job: JobReference): Promise<void> {
    await this.#keep(({ scope }) => scope.kind !== 'job' || !covers(scope, job))
  }

  async forget(workspace: WorkspaceId): Promise<void> {
    await this.#keep(({ scope }) => scope.workspaceId !== workspace)
  }

  #assertNotProtected(realPath: string): void {
    if (this.#isProtected(realPath)) throw new TernError('PATH_NOT_GRANTED', { path: realPath })
  }

  #isProtected(realPath: string): boolean {
    return this.#protected.some((folder) => isWithin(folder, realPath))
  }

  async #keep(isKept: (entry: Grant) => boolean): Promise<void> {
    const kept = this.all().filter(isKept)
    if (kept.length !== this.all().length) await this.#replace(kept)
  }

  #replace(grants: Grant[]): Promise<void> {
    const written = this.#file.replace({ version: 1, grants })
    this.#index()
    return written
  }

  #index(): void {
    this.#byPath = new Map()
    for (const entry of this.all()) {
      for (const path of new Set([entry.path, entry.askedPath ?? entry.path])) {
        const key = `${entry.mode} ${path}`
        this.#byPath.set(key, [...(this.#byPath.get(key) ?? []), entry])
      }
    }
  }
}

/** The path and every folder above it, nearest first. */
function* upwards(path: string): Generator<string> {
  for (let at = path; ; at = dirname(at)) {
    yield at
    if (dirname(at) === at) return
  }
}

function covers(scope: Grant['scope'], job: JobReference): boolean {
  return scope.workspaceId === job.workspaceId && (scope.kind === 'always' || scope.jobId === job.jobId)
}
