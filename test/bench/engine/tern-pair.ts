import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TransferOutcome } from '../../../src/engine/index.ts'
import { createHostIdentity } from '../../../src/platform/certificate.ts'
import type { EngineProcessMessage, EngineProcessStart } from '../../helpers/engine-process/main.ts'
import type { Copy, CopyFigures, Peer } from './peer.ts'
import { processorTimeOf, type ResidentMemory, residentMemoryOf } from './processor-time.ts'

export interface TernPair extends Peer {
  /** Where the sender listens. */
  readonly port: number
  /** The same two engines, reached by another port: through a slow link. */
  through(port: number): Peer
  memory(): { readonly sender: ResidentMemory; readonly receiver: ResidentMemory }
}

/** Two engines in processes of their own, as two sites' are: the sender listens, and the receiver dials. */
export async function startTernPair(bundleFolder: string, stateRoot: string): Promise<TernPair> {
  const [sending, receiving] = [await createHostIdentity('sender'), await createHostIdentity('receiver')]
  const receiver = await EngineChild.start(bundleFolder, {
    identity: receiving,
    stateFolder: join(stateRoot, `state-${randomBytes(4).toString('hex')}`),
  })
  const sender = await EngineChild.start(bundleFolder, {
    identity: sending,
    stateFolder: join(stateRoot, `state-${randomBytes(4).toString('hex')}`),
    listen: { host: '127.0.0.1', port: 0 },
  })
  const listening = sender.listening
  if (!listening) throw new Error('The sender does not listen.')

  const copyBy = async (port: number, { source, target }: Copy): Promise<CopyFigures> => {
    const processorBefore = sender.processorSeconds() + receiver.processorSeconds()
    const transferId = randomBytes(12).toString('hex')
    const shared = { transferId, epoch: 1, ticket: randomBytes(32).toString('base64url') }
    const received = receiver.outcome()
    receiver.send({
      kind: 'run',
      request: {
        ...shared,
        role: 'receive',
        peerKeyHash: sending.keyHash,
        acceptsIncoming: false,
        resumeKey: transferId,
        onConflict: 'replace',
        items: [{ itemId: '0', root: target, path: '', placement: 'as' }],
      },
      dial: { host: '127.0.0.1', port },
    })
    const sent = sender.outcome()
    sender.send({
      kind: 'run',
      request: {
        ...shared,
        role: 'send',
        peerKeyHash: receiving.keyHash,
        acceptsIncoming: true,
        items: [{ itemId: '0', root: source, path: '' }],
      },
    })
    for (const outcome of [await received, await sent]) {
      if (outcome.status !== 'done') throw new Error(`Tern ended with ${JSON.stringify(outcome).slice(0, 2000)}`)
    }
    return { processorSeconds: sender.processorSeconds() + receiver.processorSeconds() - processorBefore }
  }
  return {
    name: 'tern',
    port: listening.port,
    copy: (copy) => copyBy(listening.port, copy),
    through: (port) => ({
      name: 'tern',
      copy: (copy) => copyBy(port, copy),
      [Symbol.asyncDispose]: async () => undefined,
    }),
    memory: () => ({ sender: residentMemoryOf(sender.pid), receiver: residentMemoryOf(receiver.pid) }),
    async [Symbol.asyncDispose]() {
      await Promise.all([sender.end(), receiver.end()])
    },
  }
}

class EngineChild {
  readonly #child: ChildProcess
  readonly listening: { readonly host: string; readonly port: number } | undefined

  private constructor(child: ChildProcess, listening: EngineChild['listening']) {
    this.#child = child
    this.listening = listening
  }

  static async start(bundleFolder: string, start: EngineProcessStart): Promise<EngineChild> {
    const child = fork(join(bundleFolder, 'engine-process.mjs'), { execArgv: [] })
    await messageOf(child, 'ready')
    const created = messageOf<{ listening: EngineChild['listening'] }>(child, 'created')
    child.send({ kind: 'create', start } satisfies EngineProcessMessage)
    return new EngineChild(child, (await created).listening)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  processorSeconds(): number {
    return processorTimeOf(this.pid).ownSeconds
  }

  async outcome(): Promise<TransferOutcome> {
    return (await messageOf<{ outcome: TransferOutcome }>(this.#child, 'outcome')).outcome
  }

  send(message: EngineProcessMessage): void {
    this.#child.send(message)
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill()
    await exited
  }
}

/** The next message of this kind. Fails when the process ends first. */
function messageOf<Message>(child: ChildProcess, kind: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      child.off('message', onMessage)
      child.off('exit', onExit)
    }
    const onMessage = (message: { readonly kind: string }) => {
      if (message.kind !== kind) return
      settle()
      resolve(message as Message)
    }
    const onExit = () => {
      settle()
      reject(new Error(`The engine's process ended before it said ${kind}.`))
    }
    child.on('message', onMessage)
    child.once('exit', onExit)
  })
}
