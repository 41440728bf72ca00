import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createHostIdentity } from '../../../src/platform/certificate.ts'
import { EngineProcess } from '../../helpers/engine-process/index.ts'
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
  const file = join(bundleFolder, 'engine-process.mjs')
  const receiver = await EngineProcess.start(
    {
      identity: receiving,
      stateFolder: join(stateRoot, `state-${randomBytes(4).toString('hex')}`),
    },
    file,
  )
  const sender = await EngineProcess.start(
    {
      identity: sending,
      stateFolder: join(stateRoot, `state-${randomBytes(4).toString('hex')}`),
      listen: { host: '127.0.0.1', port: 0 },
    },
    file,
  )
  const listening = sender.listening
  if (!listening) throw new Error('The sender does not listen.')

  const copyBy = async (port: number, { source, target }: Copy): Promise<CopyFigures> => {
    const processorSeconds = () => [sender, receiver].reduce((sum, { pid }) => sum + processorTimeOf(pid).ownSeconds, 0)
    const processorBefore = processorSeconds()
    const transferId = randomBytes(12).toString('hex')
    const shared = { transferId, epoch: 1, ticket: randomBytes(32).toString('base64url') }
    const received = receiver.run(
      {
        ...shared,
        role: 'receive',
        peerKeyHash: sending.keyHash,
        acceptsIncoming: false,
        resumeKey: transferId,
        onConflict: 'replace',
        items: [{ itemId: '0', root: target, path: '', placement: 'as' }],
      },
      { host: '127.0.0.1', port },
    )
    const sent = sender.run({
      ...shared,
      role: 'send',
      peerKeyHash: receiving.keyHash,
      acceptsIncoming: true,
      items: [{ itemId: '0', root: source, path: '' }],
    })
    for (const outcome of await Promise.all([received, sent])) {
      if (outcome.status !== 'done') throw new Error(`Tern ended with ${JSON.stringify(outcome).slice(0, 2000)}`)
    }
    return { processorSeconds: processorSeconds() - processorBefore }
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
      await Promise.all([sender.kill(), receiver.kill()])
    },
  }
}
