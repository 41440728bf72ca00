import type { Placement } from './placement.ts'

/** What stands at the path that a destination names; `other` is a link or a device. */
export type ExistingKind = 'absent' | 'file' | 'folder' | 'other'

/**
 * `at`: the item becomes the path. `beneath`: it goes below the path under its own name. `folder-over-file`: a file stands
 * where a folder should go, and the item fails.
 */
export type Landing = 'at' | 'beneath' | 'folder-over-file'

/**
 * Where an item lands (job specification, notes: what exists and is a directory takes a file beneath itself, as rsync
 * does; a file is not replaced by a folder). What `other` is, is for whoever goes through it to refuse.
 */
export const landingTable: Readonly<
  Record<Placement, Readonly<Record<'file' | 'folder', Readonly<Record<ExistingKind, Landing>>>>>
> = {
  into: {
    file: { absent: 'beneath', folder: 'beneath', file: 'folder-over-file', other: 'beneath' },
    folder: { absent: 'beneath', folder: 'beneath', file: 'folder-over-file', other: 'beneath' },
  },
  as: {
    file: { absent: 'at', folder: 'beneath', file: 'at', other: 'at' },
    folder: { absent: 'at', folder: 'at', file: 'folder-over-file', other: 'at' },
  },
}
