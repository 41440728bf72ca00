import { resolve } from 'node:path'
import { isAbort, TernError } from '../../shared/domain/errors.ts'
import type { FoundNames, ItemOutcome, ReceiveItem, ReceiveRequest } from '../api.ts'
import type { Journal } from '../journal/index.ts'
import { controlBound, decodeFromSender, encodeControl } from '../protocol/codec.ts'
import { IncomingList } from '../protocol/incoming-list.ts'
import { frameHeaderBytes, maxAttempts, maxResultRanges } from '../protocol/limits.ts'
import type {
  FileRelist,
  ItemBegin,
  ItemEnd,
  ItemProblem,
  ListBatch,
  ReceiverMessage,
  SenderMessage,
} from '../protocol/messages.ts'
import type { NamesSurveyed } from '../protocol/name-messages.ts'
import { nameOf } from '../storage/index.ts'
import type { NameRecords } from '../storage/name-records.ts'
import type { Limiter } from '../transport/limiter.ts'
import type { Session } from '../transport/types.ts'
import { Digester } from './digester.ts'
import { isFatal } from './fatal.ts'
import type { FlowMeter } from './flow-meter.ts'
import { HeldSteps } from './held-steps.ts'
import { IncomingContent } from './incoming-content.ts'
import { IncomingLanes } from './incoming-lanes.ts'
import { LandingNames } from './landing-names.ts'
import { removeTakenBack } from './leftovers.ts'
import { ListComparison } from './list-comparison.ts'
import { placeItem } from './placement.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import { isWarning, noResult, ReceivingItem } from './receiving-item.ts'
import { rangesOf } from './result-ranges.ts'
import { RulesOfItems } from './rules-of-items.ts'
import type { TargetClaims } from './target-claims.ts'
import { Targets } from './targets.ts'
import type { WantedEntry } from './wanted-entry.ts'

/** Of what concerns the list as a whole. */
const noItem = -1

interface ReceiveParts {
  readonly request: ReceiveRequest
  readonly session: Session
  readonly journal: Journal
  readonly claims: TargetClaims
  readonly records: NameRecords
  readonly limiter: Limiter
  readonly meter: ReceiveMeter
  readonly flow: FlowMeter
  readonly onItem: (outcome: ItemOutcome) => void
  readonly onNames: (found: FoundNames) => void
  readonly onChange: () => void
}

/**
 * The receiver, in the order in which things happen: the sender lists an item, each entry is compared with what lies
 * there, what is missing is asked for; content comes in on the data lanes, is checked, made durable and placed; when
 * everything of an item is settled it is reported, and when all items are, the session ends.
 */
export class Receiver {
  readonly #parts: ReceiveParts
  readonly #list = new IncomingList()
  readonly #targets: Targets
  readonly #content: IncomingContent
  readonly #comparison: ListComparison
  readonly #requests: Map<string, ReceiveItem>
  readonly #rules: RulesOfItems
  /** Items in work, by their number. */
  readonly #items = new Map<number, ReceivingItem>()
  readonly #strangers = new Set<number>()
  readonly #landings = new LandingNames()
  readonly #held = new HeldSteps()
  readonly #lanes: IncomingLanes
  readonly #finishing = new Set<Promise<void>>()
  /** Items that are settled but not reported yet. */
  #unreported = 0
  #failure: TernError | undefined
  /** Ended, and all of it compared. */
  #isListTaken = false
  #isFinishedSaid = false

  constructor(parts: ReceiveParts) {
    this.#parts = parts
    // In their plain form, so that one place has one name.
    const items = parts.request.items.map((item) => ({ ...item, root: resolve(item.root) }))
    this.#requests = new Map(items.map((item) => [item.itemId, item]))
    this.#rules = new RulesOfItems(parts.request, items, parts.journal)
    this.#targets = new Targets(parts.journal, parts.records, parts.request)
    this.#content = new IncomingContent({
      journal: parts.journal,
      meter: parts.meter,
      laneCount: parts.session.laneCount,
      digester: new Digester(parts.session.digestKey),
      tell: (message) => this.#send(message),
      onConflict: parts.request.onConflict,
      onSettled: (entries, isDone) => this.#entriesSettled(entries, isDone),
      onFatal: (error) => this.#fail(error),
    })
    this.#comparison = new ListComparison({ ...parts, content: this.#content })
    const { session, limiter, flow, onChange } = parts
    this.#lanes = new IncomingLanes({
      session,
      limiter,
      flow,
      take: async (frame) => {
        await this.#content.take(frame)
        onChange()
      },
      tell: (ack) => this.#send(ack),
      onFailure: (error) => this.#fail(error),
    })
  }

  /**
   * Settles when every item is settled and the sender knows. Fails with what ends the transfer; then partials and
   * journal hold what is verified. Everything of it is closed in either case.
   */
  async run(): Promise<void> {
    const { session } = this.#parts
    this.#lanes.start()
    try {
      await this.#takeControl()
    } catch (thrown) {
      // A sender that goes away once it could know of the end changes nothing: everything is settled and reported.
      if (!this.#failure && this.#isFinishedSaid && isPeerGone(thrown)) return
      throw this.#failure ?? thrown
    } finally {
      session.endData()
      this.#rules.stop()
      await this.#lanes.ended()
      await Promise.all(this.#finishing)
      await this.#content.close()
      for (const item of this.#items.values()) item.names[Symbol.dispose]()
      this.#landings[Symbol.dispose]()
      await this.#targets[Symbol.asyncDispose]()
    }
  }

  async #takeControl(): Promise<void> {
    const { control } = this.#parts.session
    control.expect(controlBound('sender'))
    for (;;) {
      const frame = await control.read()
      if (!frame) throw new TernError('PEER_LOST')
      const message = decodeFromSender(frame.type, frame.payload)
      if (!message) continue
      if (message.type === 'goodbye') {
        if (!this.#isFinishedSaid) throw new TernError('PROTOCOL_ERROR', { what: 'goodbye too early' })
        return
      }
      await this.#take(message, frame.payload.length)
      this.#parts.onChange()
    }
  }

  async #take(message: SenderMessage, payloadBytes: number): Promise<void> {
    switch (message.type) {
      case 'itemBegin':
        return this.#beginItem(message)
      case 'listBatch':
        this.#list.takeBatch(message, payloadBytes + frameHeaderBytes)
        return this.#held.take(message.item, () => this.#compareBatch(message))
      case 'itemProblem':
        return this.#takeProblem(message)
      case 'itemEnd':
        this.#list.endItem(message)
        return this.#held.take(message.item, () => this.#endItem(message))
      case 'namesSurveyed':
        return this.#takeSurvey(message)
      case 'listEnd':
        this.#list.end()
        return this.#held.take(noItem, () => this.#endList())
      case 'blocksCompared':
        return this.#content.compared(message)
      case 'fileEnd':
        return this.#content.end(message)
      case 'fileFailed':
        return this.#content.sourceFailed(message)
      case 'fileRelist':
        return this.#startAgain(message)
      case 'lanes':
        return this.#parts.session.wantLanes(message.count)
      case 'laneLost':
        return this.#lanes.giveUp(message)
      case 'flow':
        this.#parts.flow.takePeer(message)
        return
      case 'stop':
        throw message.error ? TernError.fromEnvelope(message.error) : new TernError('PEER_LOST', { stopped: true })
      case 'goodbye':
        return
    }
  }

  async #beginItem(message: ItemBegin): Promise<void> {
    this.#list.beginItem(message)
    const request = this.#requests.get(message.itemId)
    if (!request) {
      this.#strangers.add(message.item)
      return
    }
    const item = this.#addItem(message, request)
    if (item.error || message.kind === 'file' || !item.names.needsSurvey(message.longestName)) return
    // Nothing of it is asked for until all its names are known to have a place here.
    this.#held.hold(message.item)
    const { traits, policy } = item.names
    await this.#send({ type: 'nameSurvey', item: message.item, traits, policy })
  }

  #takeSurvey(message: NamesSurveyed): Promise<void> {
    const item = this.#items.get(message.item)
    if (!item || !this.#held.isHeld(message.item))
      throw new TernError('PROTOCOL_ERROR', { what: 'survey nobody asked for' })
    const found = item.takeSurvey(message)
    if (found.mapped + found.refused > 0) this.#parts.onNames(found)
    return this.#held.release(message.item)
  }

  #addItem(message: ItemBegin, request: ReceiveItem): ReceivingItem {
    const target = this.#targets.at(request.root)
    const isResumed = this.#parts.journal.placement(request.itemId) !== undefined
    let basePath = request.path
    let failure: TernError | undefined
    try {
      const { name, told } = this.#landings.nameOf(message, request, target, this.#parts.journal)
      basePath = placeItem({ ...message, name }, request, target, this.#parts.journal)
      if (message.kind !== 'members') this.#landings.take(basePath, target)
      if (told && nameOf(basePath) === name) {
        this.#parts.onNames({ itemId: request.itemId, mapped: 1, refused: 0, names: [told] })
      }
    } catch (thrown) {
      failure = TernError.from(thrown)
      if (isFatal(failure)) throw failure
    }
    const rules = this.#rules.of(request, message.kind, target, basePath)
    const item = new ReceivingItem(message.item, request, message.kind, target, rules, isResumed)
    item.error = failure?.toEnvelope()
    this.#items.set(message.item, item)
    this.#parts.meter.items.set(message.item, item)
    return item
  }

  async #compareBatch(message: ListBatch): Promise<void> {
    const compared = await this.#comparison.compare(message, this.#items.get(message.item))
    this.#list.batchAnswered(message.listing.length - compared.wantedCount)
    await this.#send(compared.answer)
    for (const wanted of compared.described) this.#content.describe(wanted)
  }

  #takeProblem(message: ItemProblem): void {
    this.#list.checkProblem(message.item)
    const item = this.#items.get(message.item)
    item?.rules.keep(message.path)
    if (isWarning(message.error)) item?.addWarning(message.path, message.error)
    else item?.addFailure(message.path, message.error)
  }

  async #endItem(message: ItemEnd): Promise<void> {
    if (this.#strangers.delete(message.item)) return this.#refuseStranger(message.item)
    const request = this.#requests.get(message.itemId)
    if (!this.#items.has(message.item)) {
      // It could not even begin at its source.
      if (!request) return this.#refuseStranger(message.item)
      const { item, itemId } = message
      const target = this.#targets.at(request.root)
      const rules = this.#rules.of(request, 'file', target, request.path)
      const failed = new ReceivingItem(item, request, 'file', target, rules)
      this.#items.set(item, failed)
      this.#parts.meter.items.set(item, failed)
      this.#requests.delete(itemId)
    }
    const item = this.#items.get(message.item)
    this.#requests.delete(message.itemId)
    item?.endList(message.error)
    if (item) this.#settleItem(item)
  }

  async #endList(): Promise<void> {
    this.#isListTaken = true
    this.#parts.meter.isScanComplete = true
    this.#failUnsent()
    this.#finishIfSettled()
  }

  async #startAgain(message: FileRelist): Promise<void> {
    const wanted = this.#content.wantedEntry(message.entry)
    if (!wanted) return
    const isNext = message.attempt === wanted.attempt + 1 && message.attempt < maxAttempts
    if (!isNext) throw new TernError('PROTOCOL_ERROR', { what: 'attempt', entry: message.entry })
    const { meter } = this.#parts
    meter.bytesTotal += message.sizeBytes - wanted.sizeBytes
    wanted.item.bytesTotal += message.sizeBytes - wanted.sizeBytes
    await this.#content.startAgain(wanted, message.sizeBytes, message.mtimeMs, message.mode)
    await this.#send({ type: 'wantAgain', entry: message.entry, attempt: message.attempt })
  }

  #entriesSettled(entries: readonly WantedEntry[], isDone: boolean): void {
    const { claims, onChange } = this.#parts
    const ranges = rangesOf(entries, isDone)
    for (const { firstEntry, count } of ranges) this.#list.entriesSettled(firstEntry, count)
    for (let at = 0; at < ranges.length; at += maxResultRanges) {
      this.#tell({ type: 'fileResults', ranges: ranges.slice(at, at + maxResultRanges) })
    }
    for (const { item, path } of entries) {
      claims.release(item.target.root, item.names.keyOf(path))
      this.#close(item, path)
      this.#settleItem(item)
    }
    onChange()
  }

  /** A folder whose time cannot be set is a target that cannot be written. */
  #close(item: ReceivingItem, path: string): void {
    try {
      item.close(path)
    } catch (thrown) {
      this.#fail(TernError.from(thrown))
    }
  }

  #settleItem(item: ReceivingItem): void {
    if (!item.isSettled || !this.#items.delete(item.number)) return
    this.#unreported += 1
    const finishing = this.#finishItem(item)
      .catch((thrown) => this.#fail(TernError.from(thrown)))
      .finally(() => this.#finishing.delete(finishing))
    this.#finishing.add(finishing)
  }

  async #finishItem(item: ReceivingItem): Promise<void> {
    const { target, rules } = item
    item.names[Symbol.dispose]()
    if (item.isResumed && item.isDone) removeTakenBack(this.#parts.journal, item.request.itemId)
    await this.#rules.finish(item)
    if (item.rootMtimeMs !== undefined) await target.setRootTime(item.rootMtimeMs)
    await target.folder.syncFolders()
    rules[Symbol.dispose]()
    this.#parts.onItem(item.outcome())
    await this.#send(item.message())
    this.#unreported -= 1
    this.#finishIfSettled()
  }

  /** What this side waits for and the sender does not have. */
  #failUnsent(): void {
    for (const request of this.#requests.values()) {
      const error = new TernError('PROTOCOL_ERROR', { what: 'item not sent' }).toEnvelope()
      this.#parts.onItem({ itemId: request.itemId, status: 'failed', result: noResult, kind: 'file', error })
    }
  }

  #refuseStranger(item: number): Promise<void> {
    const error = new TernError('NOT_FOUND', { what: 'item' }).toEnvelope()
    return this.#send({ type: 'itemResult', item, isDone: false, ...noResult, error, failures: [] })
  }

  #finishIfSettled(): void {
    if (!this.#isListTaken || this.#items.size > 0 || this.#unreported > 0 || this.#isFinishedSaid) return
    this.#isFinishedSaid = true
    // The last figures first, so that both sides end with the same.
    this.#tell(this.#parts.meter.report())
    this.#tell({ type: 'finished' })
  }

  #send(message: ReceiverMessage): Promise<void> {
    return this.#parts.session.control.send(encodeControl(message))
  }

  /** For places that cannot wait; a lost control lane shows at its reader. */
  #tell(message: ReceiverMessage): void {
    void this.#send(message).catch(() => undefined)
  }

  /** Ends the transfer from wherever the failure came up: the reader of the control lane is woken with it. */
  #fail(error: TernError): void {
    this.#failure ??= error
    this.#parts.session.interrupt(this.#failure)
  }
}

function isPeerGone(thrown: unknown): boolean {
  const { code } = TernError.from(thrown)
  return !isAbort(thrown) && (code === 'PEER_LOST' || code === 'STALLED')
}
