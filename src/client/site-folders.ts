import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError } from '../platform/errno.ts'
import type { ClientFrame, ServerFrame } from '../shared/contract/stream.ts'
import { TernError } from '../shared/domain/errors.ts'
import { wayBelow } from '../shared/domain/meaning/location.ts'
import type { EndpointResolver } from './dispatches/endpoint-resolver.ts'
import { realPathOf } from './grants/real-path.ts'

type Listing = Extract<ClientFrame, { type: 'folder.listing' }>

const maxEntries = 5000

/** Lists one folder of a share, for people who choose where something goes. Links are neither followed nor shown. */
export async function listSiteFolder(
  frame: Extract<ServerFrame, { type: 'folder.list' }>,
  resolver: EndpointResolver,
): Promise<Listing> {
  const { requestId } = frame
  try {
    const root = await resolver.shareRoot(frame.shareId)
    const folder = join(root, wayBelow(frame.path))
    // A link on the way would lead the real path elsewhere.
    if ((await realPathOf(folder)) !== folder) throw new TernError('LINK_IN_PATH', { path: frame.path })
    const { entries, isComplete } = await readFolder(folder)
    return { type: 'folder.listing', requestId, entries, isComplete }
  } catch (thrown) {
    const { code } = fileError(thrown, 'source')
    return { type: 'folder.listing', requestId, entries: [], isComplete: false, error: { code } }
  }
}

async function readFolder(folder: string): Promise<{ entries: Listing['entries']; isComplete: boolean }> {
  const entries: Listing['entries'] = []
  for await (const entry of await opendir(folder)) {
    const isOwn = entry.name.startsWith('.tern-')
    if (isOwn || (!entry.isFile() && !entry.isDirectory())) continue
    if (entries.length === maxEntries) return { entries, isComplete: false }
    const stat = await lstat(join(folder, entry.name)).catch(() => undefined)
    if (stat === undefined) continue
    const kind = entry.isDirectory() ? 'folder' : 'file'
    entries.push({ name: entry.name, kind, sizeBytes: kind === 'file' ? stat.size : 0, mtimeMs: stat.mtimeMs })
  }
  entries.sort((one, other) => one.kind.localeCompare(other.kind) * -1 || one.name.localeCompare(other.name))
  return { entries, isComplete: true }
}
