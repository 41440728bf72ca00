import { isAbort, TernError } from '../../../shared/domain/errors.ts'
import type { ItemOutcome, SendItem, SendRequest } from '../../api.ts'
import { controlBound, decodeFromReceiver, encodeControl } from '../../protocol/codec.ts'
import { entryKind } from '../../protocol/listing.ts'
import type { ItemResult, ReceiverMessage, SenderMessage } from '../../protocol/messages.ts'
import type { NameSurvey } from '../../protocol/name-messages.ts'
import { OutgoingList } from '../../protocol/outgoing-list.ts'
import { OwnerNames, type ScanBatch, scanBatches } from '../../storage/index.ts'
import type { NameRecords } from '../../storage/names/name-records.ts'
import { longestSourceName } from '../../storage/target-traits.ts'
import type { Limiter } from '../../transport/limiter.ts'
import type { Session } from '../../transport/types.ts'
import { Digester } from '../digester.ts'
import type { FlowMeter } from '../flow-meter.ts'
import { surveyNames } from './name-survey.ts'
import { OutgoingContent } from './outgoing-content.ts'
import { OutgoingLanes } from './outgoing-lanes.ts'
import type { SendMeter } from './send-meter.ts'
import { itemNameOf, type Source, Sources, scanOptionsOf, sourceOf } from './source.ts'

interface SendParts {
  readonly request: SendRequest
  readonly records: NameRecords
  readonly session: Session
  readonly limiter: Limiter
  readonly meter: SendMeter
  readonly flow: FlowMeter
  /** Never more data lanes than this. */
  readonly maxLanes: number
  readonly onItem: (outcome: ItemOutcome) => void
  readonly onChange: () => void
}

/**
 * The sender, in the order in which things happen: items are listed as they are scanned, never further ahead than the
 * window allows; what the receiver wants is read when a lane has room for it; when the receiver has settled every
 * item, it says so and the session ends.
 */
export class Sender {
  readonly #parts: SendParts
  readonly #list = new OutgoingList<Source>()
  readonly #sources = new Sources()
  readonly #content: OutgoingContent
  readonly #kinds = new Map<number, 'file' | 'folder'>()
  readonly #lanes: OutgoingLanes
  readonly #ending = new AbortController()
  #ownerNames: OwnerNames | undefined
  /** Items whose names the receiver has asked for; one after the other, in the order in which it asks. */
  readonly #surveyed = new Set<number>()
  #surveys: Promise<void> = Promise.resolve()
  readonly #restore = (name: string): string | undefined => this.#parts.records.originalOf(name)
  #roomForMore: (() => void) | undefined
  #failure: Error | undefined

  constructor(parts: SendParts) {
    this.#parts = parts
    this.#content = new OutgoingContent({
      list: this.#list,
      sources: this.#sources,
      digester: new Digester(parts.session.digestKey),
      tell: (message) => this.#tell(message),
    })
    const { session, limiter, flow, maxLanes } = parts
    this.#lanes = new OutgoingLanes({
      session,
      content: this.#content,
      limiter,
      flow,
      maxLanes,
      tell: (message) => this.#tell(message),
      onFailure: (thrown) => this.#fail(thrown),
    })
  }

  /** Settles when the receiver has settled every item. Fails with what ends the transfer. */
  async run(): Promise<void> {
    const { session } = this.#parts
    this.#lanes.start()
    const listing = this.#listItems().catch((thrown) => this.#fail(thrown))
    try {
      await this.#takeControl()
      await this.#send({ type: 'goodbye' })
    } catch (thrown) {
      throw this.#failure ?? thrown
    } finally {
      this.#ending.abort()
      this.#roomForMore?.()
      session.endData()
      await listing
      await this.#surveys
      await this.#lanes.end()
      this.#content[Symbol.dispose]()
      this.#sources[Symbol.dispose]()
    }
  }

  async #listItems(): Promise<void> {
    for (const [number, item] of this.#parts.request.items.entries()) {
      if (this.#ending.signal.aborted) return
      await this.#listItem(number, item)
    }
    this.#parts.meter.isScanComplete = true
    await this.#send({ type: 'listEnd' })
  }

  async #listItem(number: number, item: SendItem): Promise<void> {
    const { itemId } = item
    this.#list.openItem(number)
    try {
      let isBegun = false
      for await (const batch of this.#scan(number, item)) {
        if (!isBegun) {
          isBegun = true
          const kind = batch.listing.kinds[0] === entryKind.folder ? 'folder' : 'file'
          this.#kinds.set(number, kind)
          await this.#send({
            type: 'itemBegin',
            item: number,
            itemId,
            kind: item.members ? 'members' : kind,
            name: itemNameOf(item, item.restoresNames ? this.#restore : undefined),
            ...longestNameOf(item),
          })
        }
        await this.#sendBatch(number, item, batch)
      }
      await this.#send({ type: 'itemEnd', item: number, itemId })
    } catch (thrown) {
      const error = TernError.from(thrown)
      if (isAbort(thrown) || this.#ending.signal.aborted || error.code === 'PEER_LOST' || error.code === 'STALLED') {
        throw thrown
      }
      await this.#send({ type: 'itemEnd', item: number, itemId, error: error.toEnvelope() })
    }
  }

  /** The scan, with its problems told right after the batch in which they came up. */
  async *#scan(number: number, item: SendItem): AsyncGenerator<ScanBatch> {
    const problems: SenderMessage[] = []
    const { root, path, attributes } = item
    const batches = scanBatches(root, path, {
      ...scanOptionsOf(item, this.#restore),
      ...((attributes?.owner || attributes?.group) && { owners: this.#owners() }),
      signal: this.#ending.signal,
      onProblem: ({ path: at, error }) => problems.push({ type: 'itemProblem', item: number, path: at, error }),
    })
    for await (const batch of this.#parts.flow.eachBeside(batches)) {
      yield batch
      for (const problem of problems.splice(0)) await this.#send(problem)
    }
    for (const problem of problems) await this.#send(problem)
  }

  /** Read when first needed: few transfers keep owners. */
  #owners(): OwnerNames {
    this.#ownerNames ??= new OwnerNames()
    return this.#ownerNames
  }

  /** Judged at once: what waits for its turn is remembered. */
  #takeSurvey(message: NameSurvey): void {
    const item = this.#parts.request.items[message.item]
    if (!item || this.#surveyed.has(message.item)) throw new TernError('PROTOCOL_ERROR', { what: 'survey' })
    this.#surveyed.add(message.item)
    this.#surveys = this.#surveys.then(() => this.#survey(message, item)).catch((thrown) => this.#fail(thrown))
  }

  /** All of an item once more, while its list waits at the other side for what is found. */
  async #survey(message: NameSurvey, item: SendItem): Promise<void> {
    const { signal } = this.#ending
    const options = { ...scanOptionsOf(item, this.#restore), signal, onProblem: () => undefined }
    const surveying = surveyNames(message, scanBatches(item.root, item.path, options))
    const found = await this.#parts.flow.beside(surveying)
    await this.#send(found)
  }

  async #sendBatch(item: number, source: SendItem, scanned: ScanBatch): Promise<void> {
    while (!this.#list.hasRoom && !this.#ending.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#roomForMore = resolve
      })
    }
    this.#ending.signal.throwIfAborted()
    const { listing } = scanned
    const frame = encodeControl({ type: 'listBatch', item, ...this.#list.next, listing })
    this.#list.openBatch(listing, (folder, index) => sourceOf(source, scanned, folder, index), frame.length)
    this.#parts.meter.addFiles(item, listing)
    this.#parts.onChange()
    await this.#parts.session.control.send(frame)
  }

  async #takeControl(): Promise<void> {
    const { control } = this.#parts.session
    control.expect(controlBound('receiver'))
    for (;;) {
      const frame = await control.read()
      if (!frame) throw new TernError('PEER_LOST')
      const message = decodeFromReceiver(frame.type, frame.payload)
      if (message?.type === 'finished') {
        if (!this.#parts.meter.isScanComplete || this.#list.openItems > 0) {
          throw new TernError('PROTOCOL_ERROR', { what: 'finished too early' })
        }
        return
      }
      if (message) this.#take(message)
    }
  }

  #take(message: ReceiverMessage): void {
    switch (message.type) {
      case 'wantBatch':
        this.#content.add(this.#list.takeWants(message))
        this.#signalRoom()
        return
      case 'heldDigests':
        this.#list.takeHeld(message)
        this.#content.goOn()
        return
      case 'wantAgain':
        this.#content.add([this.#list.takeWantAgain(message)])
        return
      case 'fileResults':
        this.#list.takeResults(message)
        this.#content.goOn()
        this.#signalRoom()
        return
      case 'itemResult':
        this.#takeItemResult(message)
        return
      case 'nameSurvey':
        this.#takeSurvey(message)
        return
      case 'progress':
        this.#parts.meter.takeReport(message)
        this.#parts.onChange()
        return
      case 'laneAck':
        this.#lanes.takeAck(message)
        return
      case 'flow':
        this.#parts.flow.takePeer(message)
        return
      case 'stop':
        throw message.error ? TernError.fromEnvelope(message.error) : new TernError('PEER_LOST', { stopped: true })
      case 'finished':
        return
    }
  }

  #takeItemResult(message: ItemResult): void {
    this.#list.takeItemResult(message)
    const item = this.#parts.request.items[message.item]
    if (!item) return
    const { filesDone, filesAlreadyThere, filesReplaced, filesFailed, bytesVerified, error, failures } = message
    this.#parts.onItem({
      itemId: item.itemId,
      status: message.isDone ? 'done' : 'failed',
      result: { filesDone, filesAlreadyThere, filesReplaced, filesFailed, bytesVerified },
      kind: this.#kinds.get(message.item) ?? 'file',
      ...(error && { error }),
      ...(failures.length > 0 && { failures }),
    })
    this.#kinds.delete(message.item)
  }

  #signalRoom(): void {
    if (this.#list.hasRoom) this.#roomForMore?.()
  }

  #send(message: SenderMessage): Promise<void> {
    return this.#parts.session.control.send(encodeControl(message))
  }

  #tell(message: SenderMessage): void {
    void this.#send(message).catch(() => undefined)
  }

  #fail(thrown: unknown): void {
    if (this.#ending.signal.aborted) return
    this.#failure ??= isAbort(thrown) ? (thrown as Error) : TernError.from(thrown)
    this.#parts.session.interrupt(this.#failure)
  }
}

/** Told where the source can hold longer names than most disks. */
function longestNameOf({ root }: SendItem): { longestName?: number } {
  const longestName = longestSourceName(root)
  return longestName > 255 ? { longestName } : {}
}
