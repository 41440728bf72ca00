import { z } from 'zod'
import { errorEnvelope, path, shareId } from './entity-schemas.ts'

/*
 * File operations on a site's shares: the workspace asks the site's storage client, which alone touches files. Paths
 * are relative to the share, `/`-separated; empty: the share itself.
 */

/** How many entries one frame carries at most. */
export const maxEntriesPerAnswer = 1000
/** Depth without a bound, as deep as any path that is taken. */
export const anyDepth = 512

const place = { shareId, path }
const filterText = z.string().max(65_536).optional()
const filters = { include: filterText, exclude: filterText }

export const fileOrder = z.discriminatedUnion('op', [
  /**
   * What a folder holds, down to `depth` (1: the folder's own entries). Every folder comes right after what it holds.
   * `withFolderSizes`: a folder's size is that of all files in it, else 0.
   */
  z.object({
    op: z.literal('list'),
    ...place,
    ...filters,
    depth: z.number().int().min(1).max(anyDepth),
    withFolderSizes: z.boolean(),
  }),
  /** What lies at a path, `none` when nothing that could be transferred does. */
  z.object({ op: z.literal('look'), ...place }),
  /** Bytes of a file, or of all files in a folder. */
  z.object({ op: z.literal('size'), ...place, ...filters }),
  /** One folder, whose parent must be there. */
  z.object({ op: z.literal('make'), ...place }),
  /** Renames as well. Never onto something that is there. */
  z.object({ op: z.literal('move'), ...place, to: z.object(place) }),
  /** A folder that is not empty only when forced. */
  z.object({ op: z.literal('remove'), ...place, isForced: z.boolean() }),
])

const requestId = z.string().max(64)

/** Answered by `files.answer` frames of the same request id: one, or for `list` one for each `files.more`. */
export const filesRequest = z.object({ type: z.literal('files.request'), requestId, order: fileOrder })
export const filesMore = z.object({ type: z.literal('files.more'), requestId })
/** Nobody waits for the answer any more. */
export const filesStop = z.object({ type: z.literal('files.stop'), requestId })

const entryKind = z.enum(['file', 'folder'])
/** `depth`: 1 for the listed folder's own entries. */
export const foundFile = z.object({
  name: z.string(),
  kind: entryKind,
  sizeBytes: z.number().nonnegative(),
  mtimeMs: z.number(),
  depth: z.number().int().min(1).max(anyDepth),
})

export const filesAnswer = z.object({
  type: z.literal('files.answer'),
  requestId,
  entries: z.array(foundFile).max(maxEntriesPerAnswer).optional(),
  /** Of `look` and `size`. */
  found: z
    .object({ kind: z.enum(['file', 'folder', 'none']), sizeBytes: z.number().nonnegative(), mtimeMs: z.number() })
    .optional(),
  /** False: `files.more` brings more. */
  isLast: z.boolean(),
  /** Its path is relative to the share. */
  error: errorEnvelope.optional(),
})

export type FileOrder = z.infer<typeof fileOrder>
export type FileOrderOf<Op extends FileOrder['op']> = Extract<FileOrder, { op: Op }>
export type FoundFile = z.infer<typeof foundFile>
export type FilesAnswer = z.infer<typeof filesAnswer>
