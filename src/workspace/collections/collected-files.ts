import { newEntityId } from '../../platform/random-id.ts'
import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ShareId, UserId } from '../../shared/domain/ids.ts'
import { type ShareRow, shareById } from '../store/places.ts'
import type { Transaction } from '../store/store.ts'

/** A file or folder of a share, as a collection holds it. */
export interface CollectedFileRow {
  readonly id: string
  readonly collection_id: ShareId
  readonly name: string
  readonly share_id: ShareId
  /** Below the share, `/`-separated; empty for the share itself. */
  readonly path: string
  readonly created_by: UserId | null
  readonly created_at: number
}

export const maxCollectedFiles = 10_000

/** By name; only what lies on shares that are in use. */
export function filesOfCollection(database: SqliteDatabase, collectionId: string): CollectedFileRow[] {
  return database.all<CollectedFileRow>(
    `SELECT collection_files.* FROM collection_files JOIN shares ON shares.id = share_id
     WHERE collection_id = ? AND shares.inactive_at IS NULL ORDER BY collection_files.name LIMIT ${maxCollectedFiles}`,
    [collectionId],
  )
}

/**
 * What a path in a collection leads to; undefined where it leads to nothing. The first component is what the collection
 * calls one of its files.
 */
export function collectedPlace(
  database: SqliteDatabase,
  collectionId: string,
  path: string,
): { readonly share: ShareRow; readonly path: string } | undefined {
  const [name = '', ...below] = path.split('/')
  const file = database.get<CollectedFileRow>('SELECT * FROM collection_files WHERE collection_id = ? AND name = ?', [
    collectionId,
    name,
  ])
  const share = file && shareById(database, file.share_id)
  if (file === undefined || share === undefined || share.inactive_at !== null) return undefined
  return { share, path: [file.path, ...below].filter((part) => part !== '').join('/') }
}

/** @throws TernError LIMIT_EXCEEDED */
export function collect(
  { database, nowMs }: Pick<Transaction, 'database' | 'nowMs'>,
  collectionId: ShareId,
  by: UserId,
  place: { readonly share: ShareRow; readonly path: string },
): CollectedFileRow {
  const there = database.get<CollectedFileRow>(
    'SELECT * FROM collection_files WHERE collection_id = ? AND share_id = ? AND path = ?',
    [collectionId, place.share.id, place.path],
  )
  if (there !== undefined) return there
  const row: CollectedFileRow = {
    id: newEntityId(),
    collection_id: collectionId,
    name: freeName(database, collectionId, place.path.slice(place.path.lastIndexOf('/') + 1) || place.share.code),
    share_id: place.share.id,
    path: place.path,
    created_by: by,
    created_at: nowMs,
  }
  const columns = Object.keys(row) as (keyof CollectedFileRow)[]
  database.run(
    `INSERT INTO collection_files (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    columns.map((column) => row[column]),
  )
  return row
}

/** `reel.mov`, or `reel (2).mov` where the collection has one of that name from elsewhere. */
function freeName(database: SqliteDatabase, collectionId: string, name: string): string {
  const dot = name.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  for (let number = 1; number <= maxCollectedFiles; number += 1) {
    const candidate = number === 1 ? name : `${stem} (${number})${extension}`
    const isTaken = database.get('SELECT 1 FROM collection_files WHERE collection_id = ? AND name = ?', [
      collectionId,
      candidate,
    ])
    if (isTaken === undefined) return candidate
  }
  throw new TernError('LIMIT_EXCEEDED', { what: 'files of one name', limit: maxCollectedFiles })
}
