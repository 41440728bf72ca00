import type { Chore } from '../archive/maintenance.ts'
import type { RetryRules } from '../scheduler/end-dispatch.ts'
import { type DeliveryRow, deliveryById } from './delivery-store.ts'
import { advanceDelivery, endDelivery } from './run-delivery.ts'

const atOnce = 20
/** What was never submitted goes after so long. */
const draftLifetimeMs = 8 * 3_600_000

/** Deliveries end when their time is up (deliveries, Status); drafts go; what was missed when the server ended is caught up. */
export function deliveryChore(rules: () => RetryRules): Chore {
  return (transaction) => {
    const { database, nowMs } = transaction
    database.run("DELETE FROM deliveries WHERE status = 'init' AND is_live = 1 AND created_at < ?", [
      nowMs - draftLifetimeMs,
    ])
    const expired = database.all<DeliveryRow>(
      'SELECT * FROM deliveries WHERE is_live = 1 AND expires_at <= ? LIMIT ?',
      [nowMs, atOnce],
    )
    for (const row of expired) endDelivery(transaction, row, 'done', rules())
    const pending = database.all<Pick<DeliveryRow, 'id'>>(
      "SELECT id FROM deliveries WHERE is_live = 1 AND status = 'pending' LIMIT 1000",
    )
    for (const { id } of pending) if (deliveryById(database, id)) advanceDelivery(transaction, id)
    return expired.length === atOnce
  }
}
