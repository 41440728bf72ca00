import { z } from 'zod'
import type { Audience } from './audience.ts'

/** A place in the notation of the job specification: `share=films/reel`, `~/x`, `site=berlin:share=films`, a bare path. */
const place = z.string().max(8192)
const filterText = z.string().max(65_536).optional()
/** Expressions as transfers have them (`transfer_include`, `transfer_exclude`). */
const filters = { include: filterText, exclude: filterText }
const nothing = z.object({})

export interface FileEntry {
  readonly name: string
  readonly kind: 'file' | 'folder'
  readonly sizeBytes: number
  readonly mtimeMs: number
  /** Of a folder, where it was asked for and entered. */
  readonly entries?: readonly FileEntry[] | undefined
}

const fileEntry: z.ZodType<FileEntry> = z.object({
  name: z.string(),
  kind: z.enum(['file', 'folder']),
  sizeBytes: z.number().nonnegative(),
  mtimeMs: z.number(),
  get entries() {
    return z.array(fileEntry).readonly().optional()
  },
})

/** Files on the shares of the workspace's sites, through their storage. What cannot be transferred is not there. */
export const fileSchemas = {
  /** Folders first, then by name. `withFolderSizes`: a folder's size is that of all files in it, else 0. */
  'file/list': {
    input: z.object({
      path: place,
      ...filters,
      isRecursive: z.boolean().default(false),
      /** With `isRecursive`: 1 is the folder's own entries. */
      maxDepth: z.number().int().min(1).max(512).optional(),
      withFolderSizes: z.boolean().default(false),
      /** `files`: folders only as far as they hold some. */
      only: z.enum(['files', 'folders']).optional(),
    }),
    output: z.object({ entries: z.array(fileEntry).readonly() }),
  },
  /** Of a file, or of all files in a folder. */
  'file/size': {
    input: z.object({ path: place, ...filters }),
    output: z.object({ sizeBytes: z.number().nonnegative() }),
  },
  'file/exists': { input: z.object({ path: place }), output: z.object({ exists: z.boolean() }) },
  /** One folder, whose parent must be there. */
  'file/make-folder': { input: z.object({ path: place }), output: nothing },
  /** Within its folder. `to`: the new name, or the whole new place. */
  'file/rename': { input: z.object({ path: place, to: place }), output: nothing },
  /** To another place on the same volume or home; into the folder at `to` where there is one. */
  'file/move': { input: z.object({ path: place, to: place }), output: nothing },
  /** `isForced`: a folder with all it holds. */
  'file/delete': { input: z.object({ path: place, isForced: z.boolean().default(false) }), output: nothing },
} as const

export const fileAudience = {
  'file/list': 'signed-in',
  'file/size': 'signed-in',
  'file/exists': 'signed-in',
  'file/make-folder': 'signed-in',
  'file/rename': 'signed-in',
  'file/move': 'signed-in',
  'file/delete': 'signed-in',
} as const satisfies Record<keyof typeof fileSchemas, Audience>
