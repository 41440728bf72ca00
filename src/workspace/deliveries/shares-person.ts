import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { isDeliveryOver } from '../../shared/domain/delivery.ts'
import type { JobRow } from '../store/jobs.ts'
import { type UserRow, userById } from '../store/people.ts'
import { deliveryById, isRecipient } from './delivery-store.ts'

/**
 * Whose rights to shares a job needs: those of who made it; beneath a delivery or request, those of who offers or asks,
 * who has decided where on a share it goes when it was made. Undefined once that is over, or the person was taken off:
 * nobody goes on then, whatever they wake up.
 */
export function sharesPersonOf(database: SqliteDatabase, job: JobRow, maker: UserRow): UserRow | undefined {
  if (job.parent_id === null) return maker
  const delivery = deliveryById(database, job.parent_id)
  if (delivery === undefined || isDeliveryOver(delivery.status)) return undefined
  const person = job.destination_user ?? job.user_id
  if (person !== delivery.user_id && !isRecipient(database, delivery.id, person)) return undefined
  return userById(database, delivery.user_id)
}
