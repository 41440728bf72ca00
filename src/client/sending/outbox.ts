import { z } from 'zod'
import { jobId, workspaceId } from '../../shared/contract/entity-schemas.ts'
import type { JobId, WorkspaceId } from '../../shared/domain/ids.ts'
import type { StateFile } from '../state-file.ts'
import type { StateFolder } from '../state-folder.ts'

const entry = z.object({
  jobId,
  workspaceId,
  name: z.string(),
  /** For the row that stands in until the workspace has it. */
  toName: z.string(),
  spec: z.unknown(),
  deliverFrom: z.enum(['source', 'workspace']),
  note: z.string().optional(),
  priority: z.number().optional(),
  /** What a person picked; becomes read grants of the jobs that the workspace makes of it. */
  paths: z.array(z.object({ path: z.string(), origin: z.enum(['drop', 'dialog', 'paste']) })),
  createdAtMs: z.number(),
  /** It will never be accepted as it is. */
  failure: z
    .object({
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    })
    .optional(),
})

export type OutboxEntry = z.infer<typeof entry>

const file = z.object({ version: z.literal(1), entries: z.array(entry) })

/** What was submitted here and not yet accepted by its workspace. Durable before the first try, so nothing is lost. */
export class Outbox {
  readonly #file: StateFile<z.infer<typeof file>>

  private constructor(stateFile: StateFile<z.infer<typeof file>>) {
    this.#file = stateFile
  }

  static async open(folder: StateFolder): Promise<Outbox> {
    return new Outbox(await folder.open('outbox.json', file, { version: 1, entries: [] }))
  }

  of(workspace: WorkspaceId): readonly OutboxEntry[] {
    return this.#file.value.entries.filter((one) => one.workspaceId === workspace)
  }

  find(id: JobId): OutboxEntry | undefined {
    return this.#file.value.entries.find((one) => one.jobId === id)
  }

  async put(added: OutboxEntry): Promise<void> {
    const others = this.#file.value.entries.filter((one) => one.jobId !== added.jobId)
    await this.#file.replace({ version: 1, entries: [...others, added] })
  }

  async remove(id: JobId): Promise<void> {
    await this.#file.replace({ version: 1, entries: this.#file.value.entries.filter((one) => one.jobId !== id) })
  }

  async forget(workspace: WorkspaceId): Promise<void> {
    const entries = this.#file.value.entries.filter((one) => one.workspaceId !== workspace)
    await this.#file.replace({ version: 1, entries })
  }
}
