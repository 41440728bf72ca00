import { z } from 'zod'
import type { TransferNotice } from '../shared/contract/engine-process.ts'
import type { TransferRow } from '../shared/contract/view.ts'
import type { Job } from '../shared/domain/job.ts'
import type { StateFile } from './state-file.ts'
import type { StateFolder } from './state-folder.ts'

const file = z.object({ version: z.literal(1), told: z.array(z.string()) })
const keptEvents = 5000
const remindEveryMs = 60_000

export interface NoticeSubject {
  readonly job: Job
  readonly row: TransferRow
  readonly isMine: boolean
  /** Who created it, by name. */
  readonly from: string
  /** Only a step on the way: another job delivers what this one brings to the workspace. */
  isStep(): boolean
  /** What ended before this host came to the workspace is no news. */
  readonly joinedAtMs: number
}

/** What a person is told although the window may be closed: each event once, a restart included. */
export class Notices {
  readonly #file: StateFile<z.infer<typeof file>>
  readonly #told: Set<string>
  readonly #tell: (notice: TransferNotice) => void

  private constructor(stateFile: StateFile<z.infer<typeof file>>, tell: (notice: TransferNotice) => void) {
    this.#file = stateFile
    this.#told = new Set(stateFile.value.told)
    this.#tell = tell
  }

  static async open(folder: StateFolder, tell: (notice: TransferNotice) => void): Promise<Notices> {
    return new Notices(await folder.open('notices.json', file, { version: 1, told: [] }), tell)
  }

  /** Looks whether the state of a job is news. */
  consider(subject: NoticeSubject): void {
    const event = newsOf(subject)
    if (event) this.#once(event.id, event.notice)
  }

  /** At most one a minute for each transfer, however often the workspace says it. */
  remind(row: TransferRow, from: string, atMs: number): void {
    this.#once(`reminder ${row.key} ${Math.floor(atMs / remindEveryMs)}`, {
      kind: 'reminder',
      key: row.key,
      name: row.name,
      from,
    })
  }

  #once(id: string, notice: TransferNotice): void {
    if (this.#told.has(id)) return
    this.#told.add(id)
    for (const oldest of this.#told) {
      if (this.#told.size <= keptEvents) break
      this.#told.delete(oldest)
    }
    // Told before it is recorded: after a crash in between it is told again rather than never.
    this.#tell(notice)
    void this.#file.replace({ version: 1, told: [...this.#told] }).catch(() => undefined)
  }
}

function newsOf(subject: NoticeSubject): { id: string; notice: TransferNotice } | undefined {
  const { job, row, isMine, from } = subject
  const { key, name } = row
  const sizes = { files: job.fileCount, bytes: job.sizeBytes }
  if (row.waitsOnYou === 'location') {
    // Its figures are part of what is told, so it waits until they are known.
    if (job.status === 'init') return undefined
    return { id: `delivery ${key} ${job.revision}`, notice: { kind: 'delivery', key, name, from, ...sizes } }
  }
  if (row.waitsOnYou === 'consent') {
    const path = String(job.reason?.params?.path ?? '')
    const mode = job.reason?.params?.mode === 'write' ? 'write' : 'read'
    return { id: `consent ${key} ${mode} ${path}`, notice: { kind: 'consent', key, name, from, path, mode } }
  }
  const isInvolved = isMine || row.direction !== 'between'
  if (!isInvolved) return undefined
  if (job.status === 'done') {
    const hasSent = job.fileCount > 0 && job.reason?.code !== 'planned'
    if ((job.finishedAtMs ?? 0) < subject.joinedAtMs || !hasSent || subject.isStep()) return undefined
    const notice = { kind: 'done' as const, key, name, direction: row.direction, to: row.to.name, ...sizes }
    return { id: `done ${key} ${job.finishedAtMs ?? 0}`, notice }
  }
  if (job.status === 'failed' && row.reason?.code !== 'retry') {
    return { id: `failed ${key} ${job.modifiedAtMs}`, notice: { kind: 'failed', key, name, row } }
  }
  if (job.status === 'aborted' && job.reason?.code === 'declined' && isMine) {
    const by = String(job.reason.params?.userName ?? '')
    const text = String(job.reason.params?.text ?? '')
    const notice = { kind: 'declined' as const, key, name, by, ...(text !== '' && { reason: text }) }
    return { id: `declined ${key} ${job.revision}`, notice }
  }
  return undefined
}
