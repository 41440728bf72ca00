import { setImmediate as nextTurn } from 'node:timers/promises'
import type {
  ReceiveItem,
  ReceiveRequest,
  SendRequest,
  TransferEvents,
  TransferOutcome,
} from '../../src/engine/index.ts'
import { decodeFromReceiver, decodeFromSender, encodeControl } from '../../src/engine/protocol/codec.ts'
import { blockContentOffset, PackWriter, writeBlockHeader, zerosFrame } from '../../src/engine/protocol/data-frames.ts'
import type { ListEntry } from '../../src/engine/protocol/listing.ts'
import type { ReceiverMessage, SenderMessage } from '../../src/engine/protocol/messages.ts'
import { Digester } from '../../src/engine/transfer/digester.ts'
import type { Lane, Session } from '../../src/engine/transport/types.ts'
import { type EnginePair, requestsOf } from './engine-pair.ts'
import { listingOf } from './listing.ts'
import { meetAsRawPeer } from './raw-peer.ts'

export const mebibyte = 1024 * 1024
export const file = (path: string, sizeBytes = 0, more: Partial<ListEntry> = {}): ListEntry => ({
  ...{ kind: 'file', path, sizeBytes, mtimeMs: 0, mode: 0o644 },
  ...more,
})
export const folder = (path: string, more: Partial<ListEntry> = {}): ListEntry =>
  file(path, 0, { kind: 'folder', mode: 0o755, ...more })
export const link = (path: string, linkTarget: string): ListEntry => file(path, 0, { kind: 'link', linkTarget })

export const begin: SenderMessage = { type: 'itemBegin', item: 0, itemId: '0', kind: 'folder', name: 'source' }
export const end: readonly SenderMessage[] = [{ type: 'itemEnd', item: 0, itemId: '0' }, { type: 'listEnd' }]
/** The first batch of item 0, in the order in which the entries are given. */
export const batch = (entries: readonly ListEntry[], over: object = {}): SenderMessage => ({
  ...{ type: 'listBatch', batch: 0, item: 0, firstEntry: 0, listing: listingOf(entries) },
  ...over,
})

type Heard = ReceiverMessage | SenderMessage

/** Speaks the real wire, after a real handshake, and says whatever a test makes it say. */
export class HostilePeer<Says extends SenderMessage | ReceiverMessage = SenderMessage> {
  readonly session: Session
  readonly digester: Digester
  readonly heard: Heard[] = []
  readonly #firstLane: Promise<Lane>
  #wake: () => void = () => undefined
  #isOver = false

  constructor(
    session: Session,
    firstLane: Promise<Lane>,
    decode: (type: number, payload: Buffer) => Heard | undefined,
  ) {
    this.session = session
    this.digester = new Digester(session.digestKey)
    this.#firstLane = firstLane
    session.control.expect(() => mebibyte)
    void this.#listen(decode)
  }

  /** What the other side does not take any more is nobody's failure. */
  async say(...messages: readonly Says[]): Promise<void> {
    for (const message of messages) await this.raw(encodeControl(message))
  }

  async raw(bytes: Buffer): Promise<void> {
    await this.session.control.send(bytes).catch(() => undefined)
  }

  async content(...frames: readonly Buffer[]): Promise<void> {
    const lane = await Promise.race([this.#firstLane, this.session.control.ended.then(() => undefined)])
    for (const frame of frames) await lane?.sendContent(frame).catch(() => undefined)
  }

  /** The first message of this type, as soon as it is heard; undefined when the other side ends before. */
  async hear<Type extends Heard['type']>(type: Type): Promise<Extract<Heard, { type: Type }> | undefined> {
    for (;;) {
      const found = this.heard.find((message) => message.type === type)
      if (found) return found as Extract<Heard, { type: Type }>
      if (this.#isOver) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  block(entry: number, offset: number, bytes: Buffer, attempt = 0): Buffer {
    const whole = Buffer.alloc(blockContentOffset + bytes.length)
    bytes.copy(whole, blockContentOffset)
    writeBlockHeader(whole, { entry, attempt, offset, digest: this.digester.of(bytes) }, bytes.length)
    return whole
  }

  zeros(entry: number, firstBlock: number, count: number): Buffer {
    return zerosFrame({ entry, attempt: 0, firstBlock, count })
  }

  pack(files: readonly { readonly entry: number; readonly bytes: Buffer }[]): Buffer {
    const writer = new PackWriter()
    for (const { entry, bytes } of files) {
      bytes.copy(writer.buffer, writer.end)
      writer.add(entry, 0, bytes.length)
    }
    return writer.finish((bytes) => this.digester.of(bytes))
  }

  /** The end of a file in blocks of a mebibyte, all of them sent. */
  fileEnd(entry: number, content: Buffer): SenderMessage {
    const digests: Buffer[] = []
    for (let at = 0; at < content.length; at += mebibyte)
      digests.push(this.digester.of(content.subarray(at, at + mebibyte)))
    const digest = this.digester.ofFile(content.length, Buffer.concat(digests))
    return { type: 'fileEnd', entry, attempt: 0, digest, blocks: digests.length }
  }

  leave(): void {
    this.session.destroy(new Error('over') as never)
  }

  async #listen(decode: (type: number, payload: Buffer) => Heard | undefined): Promise<void> {
    try {
      for (let frame = await this.session.control.read(); frame; frame = await this.session.control.read()) {
        const message = decode(frame.type, frame.payload)
        if (message) this.heard.push(message)
        this.#wake()
      }
    } catch {
      // The other side has ended it.
    } finally {
      this.#isOver = true
      this.#wake()
    }
  }
}

export interface HostilePlay {
  readonly receive?: Partial<ReceiveRequest>
  /** Of the one item that is expected. */
  readonly item?: Partial<ReceiveItem>
  readonly send?: Partial<SendRequest>
  readonly events?: TransferEvents
  /** The hostile side ends in order: it waits until the receiver has finished and says goodbye. */
  readonly finishes?: boolean
}

/** A hostile sender against a real receiver, whose outcome is answered. */
export async function playSender(
  pair: EnginePair,
  play: (peer: HostilePeer) => Promise<void>,
  { receive: over, item, events, finishes }: HostilePlay = {},
): Promise<TransferOutcome> {
  const { send, receive } = requestsOf(pair)
  const items = receive.items.map((one) => ({ ...one, ...item }))
  const receiving = pair.receiver.start({ ...receive, items, ...over }, events)
  const { session, firstLane } = await meetAsRawPeer(pair.senderIdentity, send)
  const peer = new HostilePeer(session, firstLane, decodeFromReceiver)
  await play(peer)
  if (finishes && (await peer.hear('finished'))) await peer.say({ type: 'goodbye' })
  const outcome = await receiving.outcome
  peer.leave()
  return outcome
}

/** A hostile receiver against a real sender of the source folder, whose outcome is answered. */
export async function playReceiver(
  pair: EnginePair,
  play: (peer: HostilePeer<ReceiverMessage>) => Promise<void>,
  { send: over, events }: HostilePlay = {},
): Promise<TransferOutcome> {
  const { send, receive } = requestsOf(pair)
  // The raw peer dials, so the roles of the ways are exchanged: the engine that listens is the one that sends.
  const request = { ...send, peerKeyHash: pair.senderKeyHash, routes: [], acceptsIncoming: true, ...over }
  const sending = pair.receiver.start(request, events)
  const dialled = { ...receive, peerKeyHash: pair.receiverKeyHash, routes: [pair.route], acceptsIncoming: false }
  const { session, firstLane } = await meetAsRawPeer(pair.senderIdentity, dialled)
  const peer = new HostilePeer<ReceiverMessage>(session, firstLane, decodeFromSender)
  await play(peer)
  const outcome = await sending.outcome
  peer.leave()
  await nextTurn()
  return outcome
}
