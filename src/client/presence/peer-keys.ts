import { z } from 'zod'
import type { ClientId, WorkspaceId } from '../../shared/domain/ids.ts'
import type { StateFile } from '../state-file.ts'
import type { StateFolder } from '../state-folder.ts'

const file = z.object({ version: z.literal(1), keys: z.record(z.string(), z.string()) })

/**
 * The key of each peer that was met, per workspace and host. First contact trusts the workspace; a changed key stops all
 * work with that peer until a person confirms it.
 */
export class PeerKeys {
  readonly #file: StateFile<z.infer<typeof file>>

  private constructor(stateFile: StateFile<z.infer<typeof file>>) {
    this.#file = stateFile
  }

  static async open(folder: StateFolder): Promise<PeerKeys> {
    return new PeerKeys(await folder.open('peers.json', file, { version: 1, keys: {} }))
  }

  /** False when another key than this one is remembered. */
  async isTrusted(workspace: WorkspaceId, peer: ClientId, keyHash: string): Promise<boolean> {
    const name = `${workspace}/${peer}`
    const known = this.#file.value.keys[name]
    if (known !== undefined) return known === keyHash
    await this.#file.replace({ version: 1, keys: { ...this.#file.value.keys, [name]: keyHash } })
    return true
  }

  async forget(workspace: WorkspaceId): Promise<void> {
    const kept = Object.entries(this.#file.value.keys).filter(([name]) => !name.startsWith(`${workspace}/`))
    await this.#file.replace({ version: 1, keys: Object.fromEntries(kept) })
  }
}
