import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createEngine,
  directRoute,
  type Engine,
  type EngineOptions,
  type HostIdentity,
  type ReceiveRequest,
  type Route,
  type SendRequest,
  type TransferEvents,
  type TransferOutcome,
} from '../../src/engine/index.ts'
import { createHostIdentity } from '../../src/platform/certificate.ts'
import { Disposer } from '../../src/platform/disposer.ts'
import { silentLogger } from '../../src/platform/logger.ts'

export interface EnginePair extends AsyncDisposable {
  readonly folder: string
  readonly source: string
  readonly target: string
  readonly sender: Engine
  readonly receiver: Engine
  readonly senderKeyHash: string
  readonly receiverKeyHash: string
  readonly senderIdentity: HostIdentity
  readonly receiverIdentity: HostIdentity
  /** The receiver's own listener. */
  readonly route: Route
}

/** Two engines with keys and folders of their own; the receiver listens on loopback. */
export async function createEnginePair(options: Partial<EngineOptions> = {}): Promise<EnginePair> {
  const disposer = new Disposer()
  const folder = await mkdtemp(join(tmpdir(), 'tern-engine-'))
  disposer.add(() => rm(folder, { recursive: true, force: true }))
  const [source, target] = [join(folder, 'source'), join(folder, 'target')]
  await Promise.all([source, target, join(folder, 'a'), join(folder, 'b')].map((path) => mkdir(path)))
  const [a, b] = await Promise.all([createHostIdentity('a'), createHostIdentity('b')])
  const shared = { logger: silentLogger, connectTimeoutMs: 5000, ...options }
  const sender = disposer.use(await createEngine({ ...shared, identity: a, stateFolder: join(folder, 'a') }))
  const receiver = disposer.use(
    await createEngine({
      ...shared,
      identity: b,
      stateFolder: join(folder, 'b'),
      listen: { host: '127.0.0.1', port: 0 },
    }),
  )
  const { listening } = receiver
  if (!listening) throw new Error('the receiver does not listen')
  return {
    folder,
    source,
    target,
    sender,
    receiver,
    senderKeyHash: a.keyHash,
    receiverKeyHash: b.keyHash,
    senderIdentity: a,
    receiverIdentity: b,
    route: directRoute(listening),
    [Symbol.asyncDispose]: () => disposer.dispose(),
  }
}

export interface MoveOptions {
  readonly send?: Partial<SendRequest>
  readonly receive?: Partial<ReceiveRequest>
  readonly sendEvents?: TransferEvents
  readonly receiveEvents?: TransferEvents
}

export function newTicket(): string {
  return randomBytes(32).toString('base64url')
}

/** The two halves of one dispatch that moves the whole source folder into the target. */
export function requestsOf(
  pair: EnginePair,
  options: MoveOptions = {},
): { send: SendRequest; receive: ReceiveRequest } {
  const shared = { transferId: randomBytes(12).toString('hex'), epoch: 1, ticket: newTicket() }
  return {
    send: {
      ...shared,
      role: 'send',
      peerKeyHash: pair.receiverKeyHash,
      routes: [pair.route],
      acceptsIncoming: false,
      items: [{ itemId: '0', root: pair.source, path: '' }],
      ...options.send,
    },
    receive: {
      ...shared,
      role: 'receive',
      peerKeyHash: pair.senderKeyHash,
      routes: [],
      acceptsIncoming: true,
      resumeKey: 'workspace/job',
      onConflict: 'replace',
      items: [{ itemId: '0', root: pair.target, path: 'source', placement: 'as' }],
      ...options.receive,
    },
  }
}

/** Runs one transfer to its end on both sides. */
export async function move(
  pair: EnginePair,
  options: MoveOptions = {},
): Promise<{ sent: TransferOutcome; received: TransferOutcome }> {
  const { send, receive } = requestsOf(pair, options)
  const receiving = pair.receiver.start(receive, options.receiveEvents)
  const sending = pair.sender.start(send, options.sendEvents)
  const [sent, received] = await Promise.all([sending.outcome, receiving.outcome])
  return { sent, received }
}
