import { isAbort, TernError } from '../../../shared/domain/errors.ts'
import type { FoundNames, ItemOutcome, ReceiveRequest } from '../../api.ts'
import type { Journal } from '../../journal/index.ts'
import { controlBound, decodeFromSender, encodeControl } from '../../protocol/codec.ts'
import { IncomingList } from '../../protocol/incoming-list.ts'
import { frameHeaderBytes, maxAttempts, maxResultRanges } from '../../protocol/limits.ts'
import type {
  FileRelist,
  ItemBegin,
  ItemProblem,
  ListBatch,
  ReceiverMessage,
  SenderMessage,
} from '../../protocol/messages.ts'
import type { NamesSurveyed } from '../../protocol/name-messages.ts'
import type { NameRecords } from '../../storage/names/name-records.ts'
import type { Limiter } from '../../transport/limiter.ts'
import type { Session } from '../../transport/types.ts'
import { Digester } from '../digester.ts'
import type { FlowMeter } from '../flow-meter.ts'
import { HeldSteps } from './held-steps.ts'
import { IncomingContent } from './incoming-content.ts'
import { IncomingLanes } from './incoming-lanes.ts'
import { ListComparison } from './list-comparison.ts'
import type { ReceiveMeter } from './receive-meter.ts'
import { ReceivingItems } from './receiving-items.ts'
import { rangesOf } from './result-ranges.ts'
import type { TargetClaims } from './target-claims.ts'
import { isWarning } from './told-failures.ts'
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
  readonly #content: IncomingContent
  readonly #comparison: ListComparison
  readonly #items: ReceivingItems
  readonly #held = new HeldSteps()
  readonly #lanes: IncomingLanes
  #failure: TernError | undefined
  /** Ended, and all of it compared. */
  #isListTaken = false
  #isFinishedSaid = false

  constructor(parts: ReceiveParts) {
    this.#parts = parts
    this.#items = new ReceivingItems({
      ...parts,
      send: (message) => this.#send(message),
      onReported: () => this.#finishIfSettled(),
      onFailure: (error) => this.#fail(error),
    })
    this.#content = new IncomingContent({
      journal: parts.journal,
      meter: parts.meter,
      flow: parts.flow,
      laneCount: parts.session.laneCount,
      digester: new Digester(parts.session.digestKey),
      tell: (message) => this.#send(message),
      onSettled: (entries, isDone) => this.#entriesSettled(entries, isDone),
      onFatal: (error) => this.#fail(error),
    })
    this.#comparison = new ListComparison({ claims: parts.claims, meter: parts.meter, content: this.#content })
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
      this.#items.stop()
      await this.#lanes.ended()
      await this.#items.reported()
      await this.#content.close()
      await this.#items[Symbol.asyncDispose]()
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
        return this.#held.take(message.item, () => this.#items.end(message))
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
    const item = this.#items.begin(message)
    if (!item || item.error || message.kind === 'file' || !item.names.needsSurvey(message.longestName)) return
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

  async #compareBatch(message: ListBatch): Promise<void> {
    const compared = await this.#comparison.compare(message, this.#items.get(message.item))
    this.#list.batchAnswered(message.listing.length - compared.wantedCount)
    await this.#parts.flow.beside(this.#content.namesDurable())
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

  async #endList(): Promise<void> {
    this.#isListTaken = true
    this.#parts.meter.isScanComplete = true
    this.#items.failUnsent()
    this.#finishIfSettled()
  }

  async #startAgain(message: FileRelist): Promise<void> {
    const wanted = this.#content.wantedEntry(message.entry)
    if (!wanted) return
    const isNext = message.attempt === wanted.attempt + 1 && message.attempt < maxAttempts
    if (!isNext) throw new TernError('PROTOCOL_ERROR', { what: 'attempt', entry: message.entry })
    this.#parts.meter.addListed(wanted.item, message.sizeBytes - wanted.sizeBytes)
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
    for (const wanted of entries) {
      const { item, folder, name } = wanted
      claims.release(item.target.root, item.names.keyOf(folder), item.names.keyOf(name))
      this.#items.closeFile(wanted)
    }
    onChange()
  }

  #finishIfSettled(): void {
    if (!this.#isListTaken || !this.#items.areReported || this.#isFinishedSaid) return
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
