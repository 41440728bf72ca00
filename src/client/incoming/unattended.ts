import { join } from 'node:path'
import { TernError } from '../../shared/domain/errors.ts'
import type { Job } from '../../shared/domain/job.ts'
import { untilAcknowledged } from '../connection/backoff.ts'
import type { IncomingParts } from './incoming.ts'
import { folderNameOf, makeLandingFolder } from './landing.ts'

/** A user server receives for its user without asking, into `<downloads>/<workspace>/<job name>/`. */
export class Unattended {
  readonly #parts: IncomingParts
  readonly #workspaceName: () => string

  constructor(parts: IncomingParts, workspaceName: () => string) {
    this.#parts = parts
    this.#workspaceName = workspaceName
  }

  async accept(job: Job, signal: AbortSignal): Promise<void> {
    const { workspaceId, connection, mirror, grants, downloadFolder } = this.#parts
    const folder = join(downloadFolder(), folderNameOf(this.#workspaceName()), folderNameOf(job.name))
    const takeBack = await makeLandingFolder(folder)
    const reference = { workspaceId, jobId: job.id }
    const path = await grants.add(folder, 'write', { kind: 'job', ...reference }, 'unattended')
    const choice = { jobId: job.id, path, revision: job.revision }
    try {
      mirror.putJob(await untilAcknowledged(() => connection.call('transfer/resolve', choice, { signal }), signal))
    } catch (error) {
      await grants.endJob(reference)
      await takeBack()
      // Another device of this person was faster, or the job is gone: both are fine.
      if (!(error instanceof TernError && ['CONFLICT', 'NOT_FOUND'].includes(error.code))) throw error
    }
  }
}
