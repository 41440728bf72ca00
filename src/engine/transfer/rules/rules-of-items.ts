import { isAbsolute, join, relative, sep } from 'node:path'
import { isAbort, TernError } from '../../../shared/domain/errors.ts'
import type { ReceiveItem, ReceiveRequest } from '../../api.ts'
import type { Journal } from '../../journal/index.ts'
import type { ItemKind } from '../../protocol/messages.ts'
import { isFatal } from '../receiving/fatal.ts'
import type { ReceivingItem } from '../receiving/receiving-item.ts'
import type { Target } from '../receiving/targets.ts'
import { EntryRules } from './entry-rules.ts'

/** The rules of each item of one request, from its begin to what only the whole item can have. */
export class RulesOfItems {
  readonly #request: ReceiveRequest
  readonly #journal: Journal
  readonly #items: readonly ReceiveItem[]
  readonly #ending = new AbortController()

  /** `items`: those of the request, with roots in their plain form. */
  constructor(request: ReceiveRequest, items: readonly ReceiveItem[], journal: Journal) {
    this.#request = request
    this.#journal = journal
    this.#items = items
  }

  of(item: ReceiveItem, kind: ItemKind, target: Target, basePath: string): EntryRules {
    const neighbours = () => this.#items.flatMap((other) => seenFrom(item.root, other) ?? [])
    return new EntryRules({ request: this.#request, item, kind, target, basePath, journal: this.#journal, neighbours })
  }

  /**
   * Attributes of folders, and the removal of what the source does not have. What goes wrong fails the item, unless it ends
   * the transfer.
   */
  async finish(item: ReceivingItem): Promise<void> {
    try {
      if (item.isDone) await item.rules.removeExtra(this.#ending.signal)
      item.rules.finishFolders()
    } catch (thrown) {
      const error = TernError.from(thrown)
      if (isAbort(thrown) || isFatal(error)) throw thrown
      item.error = error.toEnvelope()
    }
  }

  /** Whatever is being removed: no more of it. */
  stop(): void {
    this.#ending.abort()
  }
}

/** An item as one below this root; undefined where it lies elsewhere. Roots may lie within each other. */
function seenFrom(root: string, item: ReceiveItem): ReceiveItem | undefined {
  if (item.root === root) return item
  const place = join(item.root, item.path)
  const way = wayTo(root, place)
  if (way !== undefined) return { ...item, path: way }
  return wayTo(place, root) === undefined ? undefined : { ...item, path: '' }
}

/** `/`-separated; undefined where it leads out of the folder. */
function wayTo(folder: string, place: string): string | undefined {
  const way = relative(folder, place)
  const leadsOut = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
  return leadsOut ? undefined : way.split(sep).join('/')
}
