import type { ReceiveItem } from '../../engine/index.ts'
import type { DispatchOrder, DispatchTask } from '../../shared/contract/stream.ts'
import { compileFilter, type Filter } from '../../shared/domain/filters/filters.ts'
import { mergeSettings, settingOf } from '../../shared/domain/settings/merge-settings.ts'
import type { Settings } from '../../shared/domain/settings/settings.ts'
import { comparisonOf, conflictRuleOf } from '../../shared/domain/settings/transfer-rules.ts'
import type { JobReference } from '../grants/grants.ts'
import type { EndpointResolver } from './endpoint-resolver.ts'
import { type SourceItem, sourceAt } from './source-items.ts'

export async function sendItems(
  order: Pick<DispatchOrder, 'tasks' | 'settings'>,
  job: JobReference,
  resolver: EndpointResolver,
): Promise<readonly SourceItem[]> {
  const items: SourceItem[] = []
  const filters = new Map<string, Filter>()
  for (const task of order.tasks) {
    const place = await resolver.resolve(task.source, 'read', job)
    items.push({ itemId: task.uri, ...(await sourceAt(place)), includes: filterOf(order.settings, task, filters) })
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
    const settings = { ...order.settings, ...task.settings }
    items.push({
      itemId: task.uri,
      ...place,
      placement: task.destination.placement ?? 'into',
      onConflict: conflictRuleOf(settings),
      compareBy: comparisonOf(settings),
    })
  }
  return items
}

/**
 * Filters of a job and of its task hold together; what systems leave lying about is never sent. `known`: those of this
 * order, since tasks mostly share theirs.
 */
function filterOf(settings: Settings, task: DispatchTask, known: Map<string, Filter>): Filter {
  const { transfer_include: include = '', transfer_exclude: exclude = '' } = task.settings
  const key = JSON.stringify([include, exclude])
  const filter = known.get(key) ?? compiled(mergeSettings({ job: settings, task: task.settings }))
  known.set(key, filter)
  return filter
}

function compiled(settings: Settings): Filter {
  return compileFilter(settingOf(settings, 'transfer_include'), settingOf(settings, 'transfer_exclude'))
}
