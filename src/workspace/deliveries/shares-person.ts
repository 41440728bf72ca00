import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { JobRow } from '../store/jobs.ts'
import { type UserRow, userById } from '../store/people.ts'
import { deliveryById } from './delivery-store.ts'

/**
 * Whose rights to shares a job needs: those of who made it; beneath a delivery or request, those of who offers or asks,
 * who has decided where on a share it goes when it was made.
 */
export function sharesPersonOf(database: SqliteDatabase, job: JobRow, maker: UserRow): UserRow {
  const delivery = job.parent_id === null ? undefined : deliveryById(database, job.parent_id)
  return (delivery && userById(database, delivery.user_id)) ?? maker
}
