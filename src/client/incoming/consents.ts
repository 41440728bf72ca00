import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { IncomingDetails } from '../../shared/contract/view.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { Job } from '../../shared/domain/job.ts'
import type { Grant } from '../grants/grants.ts'
import { localPath } from '../grants/real-path.ts'
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
    // The owner of this machine asks about their own path; nothing of it goes to the workspace.
    const exists = (await lstat(local).catch(() => undefined)) !== undefined
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
        ...(mode === 'write' && (await spaceAt(local))),
        sameFiles: 0,
        sameBytes: 0,
        replacedFiles: 0,
      },
      consent: { path, mode, exists },
    }
  }

  async decide(job: Job, decision: 'once' | 'always' | 'refuse', reason: string | undefined): Promise<void> {
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
    const scope: Grant['scope'] =
      decision === 'once' ? { kind: 'job', workspaceId, jobId } : { kind: 'always', workspaceId }
    const granted = await this.#granted(path, decision)
    await grants.add(granted, question.mode, scope, 'consent')
    mirror.putJob(await connection.call('transfer/consent', { jobId, decision: 'allow' }))
  }

  /** Once: exactly what was named. Always: the folder that was named, or the folder of the file. */
  async #granted(path: string, decision: 'once' | 'always'): Promise<string> {
    if (decision === 'once') return path
    const stat = await lstat(path).catch(() => undefined)
    return stat?.isDirectory() ? path : dirname(path)
  }
}
