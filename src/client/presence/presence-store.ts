import { z } from 'zod'
import { clientId, keyHash, role, userId, workspaceId } from '../../shared/contract/entity-schemas.ts'
import type { WorkspaceId } from '../../shared/domain/ids.ts'
import type { StateFile } from '../state-file.ts'
import type { StateFolder } from '../state-folder.ts'

const presence = z.object({
  workspaceId,
  address: z.string(),
  keyHash,
  code: z.string(),
  name: z.string(),
  me: z.object({ userId, name: z.string(), email: z.string(), role }),
  clientId,
  isHostedHere: z.boolean(),
  isDemo: z.boolean(),
  joinedAtMs: z.number(),
})

/** A workspace that this host is in; sessions are not here, they live in the keychain. */
export type PresenceRecord = z.infer<typeof presence>

const file = z.object({ version: z.literal(1), presences: z.array(presence) })

/** The workspaces of this host, as of the last time each was reached. */
export class PresenceStore {
  readonly #file: StateFile<z.infer<typeof file>>

  constructor(stateFile: StateFile<z.infer<typeof file>>) {
    this.#file = stateFile
  }

  static async open(folder: StateFolder): Promise<PresenceStore> {
    return new PresenceStore(await folder.open('presences.json', file, { version: 1, presences: [] }))
  }

  all(): readonly PresenceRecord[] {
    return this.#file.value.presences
  }

  async put(record: PresenceRecord): Promise<void> {
    const others = this.all().filter((other) => other.workspaceId !== record.workspaceId)
    await this.#file.replace({ version: 1, presences: [...others, record] })
  }

  async forget(id: WorkspaceId): Promise<void> {
    await this.#file.replace({ version: 1, presences: this.all().filter((other) => other.workspaceId !== id) })
  }
}
