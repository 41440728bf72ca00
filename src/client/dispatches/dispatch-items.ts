import type { ReceiveItem } from '../../engine/index.ts'
import type { DispatchOrder } from '../../shared/contract/stream.ts'
import type { JobReference } from '../grants/grants.ts'
import type { EndpointResolver } from './endpoint-resolver.ts'
import { ItemRules } from './item-rules.ts'
import { type SourceItem, sourceAt } from './source-items.ts'

export async function sendItems(
  order: Pick<DispatchOrder, 'tasks' | 'settings'>,
  job: JobReference,
  resolver: EndpointResolver,
): Promise<readonly SourceItem[]> {
  const items: SourceItem[] = []
  const rules = new ItemRules(order)
  for (const task of order.tasks) {
    const place = await resolver.resolve(task.source, 'read', job)
    items.push({ itemId: task.uri, ...(await sourceAt(place)), ...rules.ofSending(task) })
  }
  return items
}

export async function receiveItems(
  order: DispatchOrder,
  job: JobReference,
  resolver: EndpointResolver,
): Promise<readonly ReceiveItem[]> {
  const items: ReceiveItem[] = []
  const rules = new ItemRules(order)
  for (const task of order.tasks) {
    const place = await resolver.resolve(task.destination, 'write', job)
    const placement = task.destination.placement ?? 'into'
    items.push({ itemId: task.uri, ...place, placement, ...rules.ofReceiving(task) })
  }
  return items
}
