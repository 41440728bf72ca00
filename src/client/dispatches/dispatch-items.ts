import type { ReceiveItem, SendItem } from '../../engine/index.ts'
import type { DispatchOrder, DispatchTask } from '../../shared/contract/stream.ts'
import { compileFilter } from '../../shared/domain/filters.ts'
import { mergeSettings, type Settings, settingOf } from '../../shared/domain/settings.ts'
import type { JobReference } from '../grants/grants.ts'
import type { EndpointResolver } from './endpoint-resolver.ts'

export async function sendItems(
  order: Pick<DispatchOrder, 'tasks' | 'settings'>,
  job: JobReference,
  resolver: EndpointResolver,
): Promise<readonly SendItem[]> {
  const items: SendItem[] = []
  for (const task of order.tasks) {
    const place = await resolver.resolve(task.source, 'read', job)
    items.push({ itemId: task.uri, ...place, includes: filterOf(order.settings, task) })
  }
  return items
}

export async function receiveItems(
  order: DispatchOrder,
  job: JobReference,
  resolver: EndpointResolver,
): Promise<readonly ReceiveItem[]> {
  const items: ReceiveItem[] = []
  for (const task of order.tasks) {
    const place = await resolver.resolve(task.destination, 'write', job)
    items.push({ itemId: task.uri, ...place, placement: task.destination.placement ?? 'into' })
  }
  return items
}

/** Filters of a job and of its task hold together; what systems leave lying about is never sent. */
function filterOf(settings: Settings, task: DispatchTask): NonNullable<SendItem['includes']> {
  const merged = mergeSettings({ job: settings, task: task.settings })
  return compileFilter(settingOf(merged, 'transfer_include'), settingOf(merged, 'transfer_exclude'))
}
