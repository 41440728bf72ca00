import type { FoundFile } from '../../shared/contract/stream-files.ts'
import type { ClientId, ShareId } from '../../shared/domain/ids.ts'
import type { FileRequests } from './file-requests.ts'

type Entry = Omit<FoundFile, 'depth'>

/** As many as a person looks through. */
const maxEntries = 5000

/** One folder of a share, for people who choose where something goes. */
export class FolderListings {
  readonly #files: FileRequests

  constructor(files: FileRequests) {
    this.#files = files
  }

  /** @throws TernError PEER_UNREACHABLE, STORAGE_SLOW, and whatever the storage client says */
  async ask(
    clientId: ClientId,
    shareId: ShareId,
    path: string,
  ): Promise<{ readonly entries: Entry[]; readonly isComplete: boolean }> {
    const entries: Entry[] = []
    for await (const part of this.#files.list(clientId, {
      op: 'list',
      shareId,
      path,
      depth: 1,
      withFolderSizes: false,
    })) {
      for (const { name, kind, sizeBytes, mtimeMs } of part) {
        if (entries.length === maxEntries) return { entries, isComplete: false }
        entries.push({ name, kind, sizeBytes, mtimeMs })
      }
    }
    entries.sort((one, other) => one.kind.localeCompare(other.kind) * -1 || one.name.localeCompare(other.name))
    return { entries, isComplete: true }
  }
}
