import type { PreviewEntry, ScanSummary, SendItem } from '../api.ts'
import { joinPath, scan } from '../storage/index.ts'
import type { RestoreName } from '../storage/names/folder-names.ts'
import { itemNameOf, scanOptionsOf } from './sending/source.ts'

/** Measures one item without sending it. */
export async function summarise(
  item: Omit<SendItem, 'itemId'>,
  previewLimit: number,
  signal: AbortSignal,
  restore: RestoreName,
): Promise<ScanSummary> {
  const name = itemNameOf(item, item.restoresNames ? restore : undefined)
  const preview: PreviewEntry[] = []
  let kind: 'file' | 'folder' = 'file'
  let files = 0
  let folders = 0
  let bytes = 0
  const { root, path, members } = item
  const options = { ...scanOptionsOf(item, restore), signal, onProblem: () => undefined }
  for await (const entries of scan(root, path, options)) {
    for (const entry of entries) {
      if (entry.path === '') kind = entry.kind
      // Members are sent without their folder.
      if (members && entry.path === '') continue
      if (entry.kind === 'file') files += 1
      else folders += 1
      bytes += entry.sizeBytes
      if (preview.length >= previewLimit) continue
      const { sizeBytes, mtimeMs } = entry
      preview.push({ path: members ? entry.path : joinPath(name, entry.path), kind: entry.kind, sizeBytes, mtimeMs })
    }
  }
  return { kind, files, folders, bytes, preview, isPreviewComplete: preview.length === files + folders }
}
