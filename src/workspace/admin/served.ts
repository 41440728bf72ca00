import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { metaValue, setMetaValue } from '../store/places.ts'

/** Where others find the workspace, and the key that they pin. */
export interface Served {
  readonly address: string
  readonly keyHash: string
}

/** For invitations that are made while nothing serves the workspace. */
export function rememberServed(database: SqliteDatabase, { address, keyHash }: Served): void {
  setMetaValue(database, 'servedAddress', address)
  setMetaValue(database, 'servedKeyHash', keyHash)
}

/** @throws TernError NOT_FOUND */
export function servedLast(database: SqliteDatabase): Served {
  const address = metaValue(database, 'servedAddress')
  const keyHash = metaValue(database, 'servedKeyHash')
  if (address === undefined || keyHash === undefined) throw new TernError('NOT_FOUND', { what: 'address' })
  return { address, keyHash }
}
