import { z } from 'zod'
import type { UserId, WorkspaceId } from '../../shared/domain/ids.ts'
import type { StateFile } from '../state-file.ts'
import type { StateFolder } from '../state-folder.ts'

const location = z.object({ rootPath: z.string(), subPath: z.string() })
const file = z.object({ version: z.literal(1), locations: z.record(z.string(), location) })

export type RememberedLocation = z.infer<typeof location>

/** Where a person wants what a sender sends, remembered on this machine alone. */
export class RememberedLocations {
  readonly #file: StateFile<z.infer<typeof file>>

  private constructor(stateFile: StateFile<z.infer<typeof file>>) {
    this.#file = stateFile
  }

  static async open(folder: StateFolder): Promise<RememberedLocations> {
    return new RememberedLocations(await folder.open('locations.json', file, { version: 1, locations: {} }))
  }

  of(workspace: WorkspaceId, sender: UserId): RememberedLocation | undefined {
    return this.#file.value.locations[`${workspace}/${sender}`]
  }

  /** Whether a person chose this folder for some sender before, so that it may be offered again. */
  knowsRoot(rootPath: string): boolean {
    return Object.values(this.#file.value.locations).some((known) => known.rootPath === rootPath)
  }

  async put(workspace: WorkspaceId, sender: UserId, chosen: RememberedLocation): Promise<void> {
    const locations = { ...this.#file.value.locations, [`${workspace}/${sender}`]: chosen }
    await this.#file.replace({ version: 1, locations })
  }

  async forget(workspace: WorkspaceId): Promise<void> {
    const kept = Object.entries(this.#file.value.locations).filter(([key]) => !key.startsWith(`${workspace}/`))
    await this.#file.replace({ version: 1, locations: Object.fromEntries(kept) })
  }
}
