import { resolve } from 'node:path'
import { TernError } from '../../../shared/domain/errors.ts'
import type { FoundNames, ItemOutcome, ReceiveItem, ReceiveRequest } from '../../api.ts'
import type { Journal } from '../../journal/index.ts'
import type { ItemBegin, ItemEnd, ReceiverMessage } from '../../protocol/messages.ts'
import { nameOf } from '../../storage/index.ts'
import type { NameRecords } from '../../storage/names/name-records.ts'
import type { FlowMeter } from '../flow-meter.ts'
import type { EntryRules } from '../rules/entry-rules.ts'
import { RulesOfItems } from '../rules/rules-of-items.ts'
import { isFatal } from './fatal.ts'
import { type LandingName, LandingNames } from './landing-names.ts'
import { removeTakenBack } from './leftovers.ts'
import { placeItem } from './placement.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import { noResult, ReceivingItem } from './receiving-item.ts'
import { Targets } from './targets.ts'
import type { WantedEntry } from './wanted-entry.ts'

interface ReceivingItemsOptions {
  readonly request: ReceiveRequest
  readonly journal: Journal
  readonly records: NameRecords
  readonly meter: ReceiveMeter
  readonly flow: FlowMeter
  readonly onItem: (outcome: ItemOutcome) => void
  readonly onNames: (found: FoundNames) => void
  readonly send: (message: ReceiverMessage) => Promise<void>
  /** One more item is reported. */
  readonly onReported: () => void
  /** Something that ends the transfer has happened outside of any call. */
  readonly onFailure: (error: TernError) => void
}

/** The items of a transfer: each is given its place when it begins, and is finished and reported once all of it is settled. */
export class ReceivingItems implements AsyncDisposable {
  readonly #options: ReceivingItemsOptions
  readonly #targets: Targets
  /** Expected and not ended yet, by their id. */
  readonly #requests: Map<string, ReceiveItem>
  readonly #rules: RulesOfItems
  /** In work, by their number. */
  readonly #items = new Map<number, ReceivingItem>()
  readonly #strangers = new Set<number>()
  readonly #landings = new LandingNames()
  readonly #reporting = new Set<Promise<void>>()
  /** Settled but not reported yet. */
  #unreported = 0

  constructor(options: ReceivingItemsOptions) {
    this.#options = options
    const { request, journal, records } = options
    // In their plain form, so that one place has one name.
    const items = request.items.map((item) => ({ ...item, root: resolve(item.root) }))
    this.#requests = new Map(items.map((item) => [item.itemId, item]))
    this.#rules = new RulesOfItems(request, items, journal)
    this.#targets = new Targets(journal, records, request)
  }

  /** All that have begun. */
  get areReported(): boolean {
    return this.#items.size === 0 && this.#unreported === 0
  }

  get(number: number): ReceivingItem | undefined {
    return this.#items.get(number)
  }

  /** Undefined: nobody expects it. Fails with what ends the transfer. */
  begin(message: ItemBegin): ReceivingItem | undefined {
    const request = this.#requests.get(message.itemId)
    if (request) return this.#add(message, request)
    this.#strangers.add(message.item)
    return undefined
  }

  #add(message: ItemBegin, request: ReceiveItem): ReceivingItem {
    const target = this.#targets.at(request.root)
    const { onConflict } = this.#options.request
    const isResumed = this.#options.journal.placement(request.itemId) !== undefined
    let basePath = request.path
    let failure: TernError | undefined
    let rules: EntryRules | undefined
    try {
      let landing: LandingName | undefined
      const ownName = () => {
        landing ??= this.#landings.nameOf(message, request, target, this.#options.journal)
        return landing.name
      }
      basePath = placeItem(message, request, target, this.#options.journal, ownName)
      if (message.kind !== 'members') this.#landings.take(basePath, target)
      if (landing) this.#tellName(landing, request, basePath)
      rules = this.#rules.of(request, message.kind, target, basePath)
    } catch (thrown) {
      failure = TernError.from(thrown)
      if (isFatal(failure)) throw failure
    }
    // What cannot land is not looked at any further.
    rules ??= this.#rules.of(request, 'file', target, basePath)
    const item = new ReceivingItem(message.item, request, message.kind, target, rules, onConflict, isResumed)
    item.error = failure?.toEnvelope()
    this.#items.set(message.item, item)
    this.#options.meter.items.set(message.item, item)
    return item
  }

  #tellName({ name, told }: LandingName, { itemId }: ReceiveItem, basePath: string): void {
    if (told && nameOf(basePath) === name) this.#options.onNames({ itemId, mapped: 1, refused: 0, names: [told] })
  }

  /** Nothing more of it is listed. Of a stranger, or of what could not even begin at its source, this is all there is. */
  async end(message: ItemEnd): Promise<void> {
    if (this.#strangers.delete(message.item)) return this.#refuseStranger(message.item)
    const request = this.#requests.get(message.itemId)
    if (!this.#items.has(message.item)) {
      // It could not even begin at its source.
      if (!request) return this.#refuseStranger(message.item)
      const { item, itemId } = message
      const target = this.#targets.at(request.root)
      const rules = this.#rules.of(request, 'file', target, request.path)
      const failed = new ReceivingItem(item, request, 'file', target, rules, this.#options.request.onConflict)
      this.#items.set(item, failed)
      this.#options.meter.items.set(item, failed)
      this.#requests.delete(itemId)
    }
    const item = this.#items.get(message.item)
    this.#requests.delete(message.itemId)
    item?.endList(message.error)
    if (item) this.#settle(item)
  }

  /** A file that was asked for is in place, or will not come. */
  closeFile({ item, folder }: WantedEntry): void {
    try {
      item.close(folder)
    } catch (thrown) {
      // A folder whose time cannot be set is a target that cannot be written.
      this.#options.onFailure(TernError.from(thrown))
    }
    this.#settle(item)
  }

  #settle(item: ReceivingItem): void {
    if (item.isSettled && this.#items.delete(item.number)) this.#beginReport(item)
  }

  /** Apart from `#settle`, which is asked after every file and is to stay as fast as the question. */
  #beginReport(item: ReceivingItem): void {
    this.#unreported += 1
    const reporting = this.#options.flow
      .beside(this.#report(item))
      .catch((thrown) => this.#options.onFailure(TernError.from(thrown)))
      .finally(() => this.#reporting.delete(reporting))
    this.#reporting.add(reporting)
  }

  async #report(item: ReceivingItem): Promise<void> {
    const { target, rules } = item
    item.names[Symbol.dispose]()
    if (item.isResumed && item.isDone) removeTakenBack(this.#options.journal, item.request.itemId)
    await this.#rules.finish(item)
    if (item.rootMtimeMs !== undefined) await target.setRootTime(item.rootMtimeMs)
    await target.folder.syncFolders()
    rules[Symbol.dispose]()
    this.#options.onItem(item.outcome())
    await this.#options.send(item.message())
    this.#unreported -= 1
    this.#options.onReported()
  }

  /** What this side waits for and the sender does not have. */
  failUnsent(): void {
    for (const request of this.#requests.values()) {
      const error = new TernError('PROTOCOL_ERROR', { what: 'item not sent' }).toEnvelope()
      this.#options.onItem({ itemId: request.itemId, status: 'failed', result: noResult, kind: 'file', error })
    }
  }

  #refuseStranger(item: number): Promise<void> {
    const error = new TernError('NOT_FOUND', { what: 'item' }).toEnvelope()
    return this.#options.send({ type: 'itemResult', item, isDone: false, ...noResult, error, failures: [] })
  }

  /** What is under way is given up as soon as it can be. */
  stop(): void {
    this.#rules.stop()
  }

  /** Settles when nothing is under way. */
  async reported(): Promise<void> {
    await Promise.all(this.#reporting)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const item of this.#items.values()) item.names[Symbol.dispose]()
    this.#landings[Symbol.dispose]()
    await this.#targets[Symbol.asyncDispose]()
  }
}
