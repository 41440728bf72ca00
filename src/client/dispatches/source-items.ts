import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { MemberSelection, SendItem } from '../../engine/index.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { parseSequence, type Sequence, sequenceNumber } from '../../shared/domain/sequences/sequences.ts'
import type { LocalEndpoint } from './endpoint-resolver.ts'

/** What is to be read for one task. */
export interface SourceItem extends SendItem {
  /** What the members were chosen by. */
  readonly sequence?: Sequence
}

/**
 * The file or folder at a place, or the members of the sequence that its name stands for. What is really there under
 * that name wins. A broken range is the failure of its own item, not of the others in the job.
 */
export async function sourceAt(place: LocalEndpoint): Promise<Omit<SourceItem, 'itemId'>> {
  const found = sequenceIn(place.path)
  if (found === undefined || (await isThere(place))) return place
  const folder = place.path.slice(0, Math.max(place.path.lastIndexOf('/'), 0))
  const name = place.path.slice(place.path.lastIndexOf('/') + 1)
  if (found instanceof TernError) return { root: place.root, path: folder, members: unreadable(name, found) }
  const members = { name, has: (fileName: string) => sequenceNumber(found, fileName) !== undefined }
  return { root: place.root, path: folder, members, sequence: found }
}

/** What a path's last name stands for, or why its range is broken. */
export function sequenceIn(path: string): Sequence | TernError | undefined {
  try {
    return parseSequence(path)
  } catch (thrown) {
    return TernError.from(thrown)
  }
}

async function isThere({ root, path }: LocalEndpoint): Promise<boolean> {
  try {
    await lstat(join(root, path))
    return true
  } catch {
    return false
  }
}

function unreadable(name: string, error: TernError): MemberSelection {
  return {
    name,
    has() {
      throw error
    },
  }
}
