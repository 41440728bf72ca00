import { createHash } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname } from 'node:path'
import type { IncomingDetails } from '../../shared/contract/view.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { Job } from '../../shared/domain/job.ts'
import { sequenceIn } from '../dispatches/source-items.ts'
import type { Grant } from '../grants/grants.ts'
import { isNetworkPath, isWithin, localPath } from '../grants/real-path.ts'
import type { Incoming, IncomingParts } from './incoming.ts'
import { spaceAt } from './landing.ts'

export interface ConsentQuestion {
  readonly path: string
  readonly mode: 'read' | 'write'
}

/** Jobs from elsewhere that name a path of this machine and wait for its owner. */
export class Consents {
  readonly #parts: IncomingParts
  readonly #incoming: Incoming

  constructor(parts: IncomingParts, incoming: Incoming) {
    this.#parts = parts
    this.#incoming = incoming
  }

  /** What the job asks of this machine; undefined when it asks nothing, or another machine. */
  question(job: Job): ConsentQuestion | undefined {
    const { code, params } = job.reason ?? {}
    if (code !== 'consent' || params?.clientId !== this.#parts.mirror.clientId) return undefined
    return { path: String(params?.path ?? ''), mode: params?.mode === 'write' ? 'write' : 'read' }
  }

  async details(job: Job, question: ConsentQuestion): Promise<IncomingDetails> {
    const { path, mode } = question
    const local = localPath(path)
    // The owner of this machine asks about their own path; nothing of it goes to the workspace. A network path is not
    // even looked at: Windows would sign in at whatever server it names.
    const mayLook = !isNetworkPath(local)
    const exists = mayLook && (await isSomethingAt(local))
    const folder = await folderForAlways(local)
    return {
      ...this.#incoming.head(job),
      kind: 'consent',
      entries: [],
      isComplete: false,
      tasks: [],
      location: {
        token: '',
        rootPath: path,
        subPath: '',
        ...(mode === 'write' && mayLook && (await spaceAt(local))),
        sameFiles: 0,
        sameBytes: 0,
        replacedFiles: 0,
      },
      consent: { path, mode, exists, folder, asked: digestOf(question, folder) },
    }
  }

  /**
   * `asked`: of the details that the person saw. The workspace may change what a job asks for at any moment; an answer
   * counts for what was on screen only. Fails with CONFLICT otherwise.
   */
  async decide(
    job: Job,
    decision: 'once' | 'always' | 'refuse',
    reason: string | undefined,
    asked: string | undefined,
  ): Promise<void> {
    const { workspaceId, connection, mirror, grants } = this.#parts
    const question = this.question(job)
    if (question === undefined) throw new TernError('CONFLICT', { jobId: job.id })
    const jobId = job.id
    if (decision === 'refuse') {
      await grants.endJob({ workspaceId, jobId })
      const refusal = { jobId, decision: 'refuse' as const, ...(reason && { reason }) }
      mirror.putJob(await connection.call('transfer/consent', refusal))
      return
    }
    const path = localPath(question.path)
    const folder = await folderForAlways(path)
    if (asked !== digestOf(question, folder)) throw new TernError('CONFLICT', { jobId })
    const scope: Grant['scope'] =
      decision === 'once' ? { kind: 'job', workspaceId, jobId } : { kind: 'always', workspaceId }
    await grants.add(decision === 'once' ? path : folder, question.mode, scope, 'consent')
    mirror.putJob(await connection.call('transfer/consent', { jobId, decision: 'allow' }))
  }
}

/** A file sequence has no file of its name: then the folder of its members counts. */
async function isSomethingAt(path: string): Promise<boolean> {
  const isThere = async (at: string) => (await lstat(at).catch(() => undefined)) !== undefined
  return (await isThere(path)) || (sequenceIn(basename(path)) !== undefined && (await isThere(dirname(path))))
}

/**
 * What "always" opens: the folder that is named, or the folder of the file that is; only the path itself where nothing is
 * there yet, and where it would be the person's whole home or more.
 */
async function folderForAlways(path: string): Promise<string> {
  const stat = isNetworkPath(path) ? undefined : await lstat(path).catch(() => undefined)
  const folder = stat?.isFile() ? dirname(path) : path
  return isWithin(folder, homedir()) ? path : folder
}

function digestOf({ path, mode }: ConsentQuestion, folder: string): string {
  return createHash('sha256')
    .update(JSON.stringify([path, mode, folder]))
    .digest('base64url')
    .slice(0, 22)
}
