import type { JobId, UserId } from './ids.ts'

/** Files offered to people for a time, or asked of them (`request`). An id is never that of a job. */
export type DeliveryKind = 'delivery' | 'request'

/** `init`: being put together. `pending`: submitted, its files are still on their way. `waiting`: open to its recipients. */
export const deliveryStatuses = ['init', 'pending', 'waiting', 'done', 'aborted'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

export interface Delivery {
  readonly id: JobId
  readonly kind: DeliveryKind
  readonly name: string
  readonly status: DeliveryStatus
  /** Who offers, or asks. */
  readonly userId: UserId
  readonly description?: string
  /** For its recipients to read. */
  readonly message?: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly queue?: string
  /** Of a request: where uploads land, as a place (`share=<id>/<path>`). */
  readonly destination?: string
  readonly fileCount: number
  readonly recipientCount: number
  readonly createdAtMs: number
  readonly modifiedAtMs: number
  readonly modifiedBy?: UserId
  readonly submittedAtMs?: number
  readonly expiresAtMs: number
  readonly finishedAtMs?: number
}

/** What people may write: submit it, finish it, call it off. */
const writes: Readonly<Record<DeliveryStatus, readonly DeliveryStatus[]>> = {
  init: ['pending', 'aborted'],
  pending: ['pending', 'waiting', 'done', 'aborted'],
  waiting: ['pending', 'waiting', 'done', 'aborted'],
  done: ['done'],
  aborted: ['aborted'],
}

export function mayWriteDeliveryStatus(current: DeliveryStatus, wanted: DeliveryStatus): boolean {
  return writes[current].includes(wanted)
}

export function isDeliveryOver(status: DeliveryStatus): boolean {
  return status === 'done' || status === 'aborted'
}
