import { type ScanEntry, scan, type TendedPlace } from '../../engine/index.ts'
import { anyDepth, type FileOrderOf, type FoundFile, maxEntriesPerAnswer } from '../../shared/contract/stream-files.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { compileFilter } from '../../shared/domain/filters/filters.ts'

interface OpenFolder {
  readonly entry: ScanEntry
  readonly depth: number
  sizeBytes: number
}

/**
 * Lists a folder in parts: what it holds down to the order's depth, each folder right after its own entries. Links,
 * special files and names that are no text are left out, as they are by transfers. Memory does not grow with the number
 * of entries.
 * @throws TernError SOURCE_NOT_FOUND, FOLDER_OVER_FILE for a file, SOURCE_UNREADABLE, LINK_IN_PATH, SPEC_INVALID
 */
export async function* listFolder(
  place: TendedPlace,
  order: FileOrderOf<'list'>,
  signal: AbortSignal,
): AsyncGenerator<readonly FoundFile[]> {
  const part: FoundFile[] = []
  const open: OpenFolder[] = []
  const put = ({ entry, depth, sizeBytes }: OpenFolder) => {
    const { path, kind, mtimeMs } = entry
    if (depth <= order.depth)
      part.push({ name: path.slice(path.lastIndexOf('/') + 1), kind, sizeBytes, mtimeMs, depth })
  }
  const closeUntil = (isAbove: (folder: OpenFolder) => boolean) => {
    for (let top = open.at(-1); top && !isAbove(top); top = open.at(-1)) {
      open.pop()
      const above = open.at(-1)
      if (above) above.sizeBytes += top.sizeBytes
      put(order.withFolderSizes ? top : { ...top, sizeBytes: 0 })
    }
  }
  const options = {
    includes: filterOf(order),
    maxDepth: order.withFolderSizes ? anyDepth : order.depth,
    signal,
    onProblem: () => undefined,
  }
  for await (const batch of scan(place.root, place.path, options)) {
    for (const entry of batch) {
      if (entry.path === '') {
        if (entry.kind === 'file') throw new TernError('FOLDER_OVER_FILE', { path: order.path })
        continue
      }
      closeUntil((folder) => entry.path.startsWith(`${folder.entry.path}/`))
      const depth = open.length + 1
      if (entry.kind === 'folder') {
        open.push({ entry, depth, sizeBytes: 0 })
        continue
      }
      const above = open.at(-1)
      if (above) above.sizeBytes += entry.sizeBytes
      put({ entry, depth, sizeBytes: entry.sizeBytes })
      if (part.length === maxEntriesPerAnswer) yield part.splice(0)
    }
    while (part.length >= maxEntriesPerAnswer) yield part.splice(0, maxEntriesPerAnswer)
  }
  closeUntil(() => false)
  while (part.length > maxEntriesPerAnswer) yield part.splice(0, maxEntriesPerAnswer)
  yield part
}

/** Bytes of a file, or of all files in a folder that the filter lets through. */
export async function sizeOf(place: TendedPlace, order: FileOrderOf<'size'>, signal: AbortSignal) {
  let kind: ScanEntry['kind'] = 'file'
  let [sizeBytes, mtimeMs] = [0, 0]
  const options = { includes: filterOf(order), signal, onProblem: () => undefined }
  for await (const batch of scan(place.root, place.path, options)) {
    for (const entry of batch) {
      if (entry.path === '') ({ kind, mtimeMs } = entry)
      sizeBytes += entry.sizeBytes
    }
  }
  return { kind, sizeBytes, mtimeMs }
}

/** What lies at a path; `none` also for what Tern does not transfer. */
export async function lookAt(place: TendedPlace, signal: AbortSignal) {
  try {
    const options = { maxDepth: 0, signal, onProblem: () => undefined }
    for await (const [entry] of scan(place.root, place.path, options)) {
      if (entry) return { kind: entry.kind, sizeBytes: entry.sizeBytes, mtimeMs: entry.mtimeMs }
    }
  } catch (thrown) {
    const { code } = TernError.from(thrown)
    if (code !== 'SOURCE_NOT_FOUND' && code !== 'SPECIAL_FILE' && code !== 'LINK_IN_PATH') throw thrown
  }
  return { kind: 'none' as const, sizeBytes: 0, mtimeMs: 0 }
}

function filterOf({
  include,
  exclude,
}: {
  readonly include?: string | undefined
  readonly exclude?: string | undefined
}) {
  return compileFilter(include, exclude)
}
