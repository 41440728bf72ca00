import type {
  ItemOutcome,
  KeptAttributes,
  LinkRule,
  NoteKind,
  ReceiveItem,
  ReceiveRequest,
  SendItem,
} from '../../engine/index.ts'
import type { DispatchOrder, DispatchTask } from '../../shared/contract/stream.ts'
import { compileFilter } from '../../shared/domain/filters/filters.ts'
import type { TaskResult } from '../../shared/domain/job.ts'
import { mergeSettings, settingOf } from '../../shared/domain/settings/merge-settings.ts'
import type { Settings } from '../../shared/domain/settings/settings.ts'
import {
  checksumOf,
  cipherOf,
  comparisonOf,
  conflictRuleOf,
  isDryRun,
  keptAttributesOf,
  type LoggedKind,
  leavesFolders,
  linkRuleOf,
  loggedKindsOf,
  namePolicyOf,
  reservedBytesOf,
  resumesFromBytesOf,
  syncRuleOf,
  tuningOf,
} from '../../shared/domain/settings/transfer-rules.ts'

type SendRules = Pick<SendItem, 'includes' | 'links' | 'attributes' | 'restoresNames'>
type ReceiveRules = Omit<ReceiveItem, 'itemId' | 'root' | 'path' | 'placement'>
type RequestRules = Pick<ReceiveRequest, 'onConflict' | 'reservedBytes' | 'umask' | 'tells' | 'isDryRun'>

/** What the engine is told of a task by its settings. Tasks mostly share theirs, so each different text is read once. */
export class ItemRules {
  readonly #order: Pick<DispatchOrder, 'settings'>
  readonly #sending = new Map<string, SendRules>()
  readonly #receiving = new Map<string, ReceiveRules>()

  constructor(order: Pick<DispatchOrder, 'settings'>) {
    this.#order = order
  }

  ofSending({ settings }: Pick<DispatchTask, 'settings'>): SendRules {
    return known(this.#sending, settings, () => sendRules(this.#merged(settings)))
  }

  ofReceiving({ settings }: Pick<DispatchTask, 'settings'>): ReceiveRules {
    return known(this.#receiving, settings, () => receiveRules(this.#merged(settings)))
  }

  /** Filters of a job and of its task hold together. */
  #merged(task: Settings): Settings {
    return mergeSettings({ job: this.#order.settings, task })
  }
}

/** What holds for the whole run, whichever side reads it. */
export function laneRules(settings: Settings): Pick<ReceiveRequest, 'laneCount' | 'cipher'> {
  const { lanes } = tuningOf(settings)
  const cipher = cipherOf(settings)
  return { ...(lanes !== undefined && { laneCount: lanes }), ...(cipher && { cipher }) }
}

export function requestRules(settings: Settings): RequestRules {
  const { umask } = tuningOf(settings)
  return {
    onConflict: conflictRuleOf(settings),
    reservedBytes: reservedBytesOf(settings),
    ...(umask !== undefined && { umask }),
    tells: new Set([...loggedKindsOf(settings)].flatMap((kind) => toldBy[kind])),
    isDryRun: isDryRun(settings),
  }
}

/** How much the workspace is told of one item, by what the log is to have. */
export function toldOf(
  settings: Settings,
  { kind, removed = 0, failures, notes, plan }: ItemOutcome,
): Pick<ItemOutcome, 'failures' | 'notes' | 'plan'> & { summary?: { removed: number } } {
  const kinds = loggedKindsOf(settings)
  const tellsWarnings = kinds.has('warning') || kinds.has('info')
  const told = failures?.filter(({ error }) => tellsWarnings || error.code !== 'SPECIAL_FILE')
  return {
    ...(told && { failures: told }),
    ...(notes && { notes }),
    ...(plan && { plan }),
    ...(kinds.has('info') && kind === 'folder' && { summary: { removed } }),
  }
}

/** What was verified of one item, with what was deleted for it; a dry run only names what it would delete. */
export function resultOf({ result, removed = 0, plan }: ItemOutcome): TaskResult {
  return removed > 0 && !plan ? { ...result, filesRemoved: removed } : result
}

/** What each word of `transfer_log` asks the engine for; the other words speak of a run as a whole. */
const toldBy: Readonly<Record<LoggedKind, readonly NoteKind[]>> = {
  info: [],
  warning: [],
  files: ['placed', 'replaced', 'removed'],
  comparison: ['same', 'left'],
  ownership: ['owner'],
  group: ['group'],
  permissions: ['permissions'],
}

function sendRules(settings: Settings): SendRules {
  const restoresNames = namePolicyOf(settings) === 'map'
  return { includes: filterOf(settings), restoresNames, ...linksAndAttributes(settings) }
}

function receiveRules(settings: Settings): ReceiveRules {
  const resumesFromBytes = resumesFromBytesOf(settings)
  const sync = syncRuleOf(settings)
  const { content, readback } = checksumOf(settings)
  return {
    onConflict: conflictRuleOf(settings),
    compareBy: comparisonOf(settings),
    comparesContent: content,
    leavesFolders: leavesFolders(settings),
    names: namePolicyOf(settings),
    ...(readback && { verify: 'readback' as const }),
    ...(resumesFromBytes !== undefined && { resumesFromBytes }),
    ...(sync && { sync: { ...sync, includes: filterOf(settings) } }),
    ...linksAndAttributes(settings),
  }
}

function linksAndAttributes(settings: Settings): { links: LinkRule; attributes?: KeptAttributes } {
  const attributes = keptAttributesOf(settings)
  return { links: linkRuleOf(settings), ...(attributes && { attributes }) }
}

function filterOf(settings: Settings) {
  return compileFilter(settingOf(settings, 'transfer_include'), settingOf(settings, 'transfer_exclude'))
}

function known<T>(rules: Map<string, T>, settings: Settings, make: () => T): T {
  const key = JSON.stringify(Object.entries(settings).sort(([left], [right]) => (left < right ? -1 : 1)))
  const found = rules.get(key) ?? make()
  rules.set(key, found)
  return found
}
