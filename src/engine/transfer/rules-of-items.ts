import { isAbort, TernError } from '../../shared/domain/errors.ts'
import type { ReceiveItem, ReceiveRequest } from '../api.ts'
import type { Journal } from '../journal/index.ts'
import type { ItemKind } from '../protocol/messages.ts'
import { EntryRules } from './entry-rules.ts'
import { isFatal } from './fatal.ts'
import type { ReceivingItem } from './receiving-item.ts'
import type { Target } from './targets.ts'

/** The rules of each item of one request, from its begin to what only the whole item can have. */
export class RulesOfItems {
  readonly #request: ReceiveRequest
  readonly #journal: Journal
  readonly #byRoot = new Map<string, ReceiveItem[]>()
  readonly #ending = new AbortController()

  /** `items`: those of the request, with roots in their plain form. */
  constructor(request: ReceiveRequest, items: readonly ReceiveItem[], journal: Journal) {
    this.#request = request
    this.#journal = journal
    for (const item of items) {
      const known = this.#byRoot.get(item.root)
      if (known) known.push(item)
      else this.#byRoot.set(item.root, [item])
    }
  }

  of(item: ReceiveItem, kind: ItemKind, target: Target, basePath: string): EntryRules {
    const neighbours = this.#byRoot.get(item.root) ?? []
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
