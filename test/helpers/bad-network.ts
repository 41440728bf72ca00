import { join } from 'node:path'
import { directRoute } from '../../src/engine/index.ts'
import { createEnginePair, move } from './engine-pair.ts'
import { FaultProxy } from './fault-proxy.ts'
import { readTree, type TreeEntry, writeRandomFile } from './tree.ts'

const mebibyte = 1024 * 1024
const maxRuns = 30

export interface BadNetworkRound {
  readonly before: ReadonlyMap<string, TreeEntry>
  readonly after: ReadonlyMap<string, TreeEntry>
  readonly totalBytes: number
  /** File content that crossed the wire more than once. */
  readonly againBytes: number
  readonly cuts: number
  readonly damages: number
  /** Why each run that broke off did so. */
  readonly brokenRuns: readonly string[]
}

/**
 * Moves one tree over a network that cuts and damages lanes, the control lane too, until it is through; a run that
 * breaks off is followed by another one, as a workspace would dispatch it. The same seed gives the same tree and the
 * same harm, though not to the byte.
 */
export async function moveOverBadNetwork(seed: number): Promise<BadNetworkRound> {
  const next = numbersOf(seed)
  await using pair = await createEnginePair()
  if (!pair.receiver.listening) throw new Error('not listening')
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: (4 + next(28)) * mebibyte + next(1000) })
  for (let index = next(300); index > 0; index -= 1) {
    writeRandomFile(pair.source, { path: `small/${index % 11}/${index}.exr`, sizeBytes: next(60_000) })
  }
  pair.sender.setLimit(80 * mebibyte)
  const before = readTree(pair.source)
  const totalBytes = [...before.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

  let [cuts, damages, receivedBytes] = [0, 0, 0]
  const brokenRuns: string[] = []
  for (;;) {
    await using proxy = await FaultProxy.start(pair.receiver.listening)
    // Each run is left in peace for a while, so that all of them together come to an end.
    let harmAtBytes = mebibyte + next(12) * mebibyte
    const epoch = brokenRuns.length + 1
    const { received } = await move(pair, {
      send: { routes: [directRoute(proxy)], laneCount: 1 + next(4), epoch },
      receive: { epoch },
      receiveEvents: {
        onProgress: ({ bytesReceived }) => {
          if (bytesReceived < harmAtBytes) return
          harmAtBytes += (2 + next(12)) * mebibyte
          const lane = next(proxy.connections)
          if (next(2) === 0) {
            cuts += 1
            proxy.cut(lane)
          } else {
            damages += 1
            proxy.corrupt(lane)
          }
        },
      },
    })
    receivedBytes += received.progress.bytesReceived
    if (received.status === 'done') break
    brokenRuns.push(received.error?.code ?? 'no reason')
    if (brokenRuns.length > maxRuns) throw new Error(`seed ${seed} does not come to an end`)
  }
  const after = readTree(join(pair.target, 'source'))
  return { before, after, totalBytes, againBytes: receivedBytes - totalBytes, cuts, damages, brokenRuns }
}

function numbersOf(seed: number): (below: number) => number {
  let state = Math.imul(seed + 1, 2_654_435_761)
  return (below) => {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) ^ Math.imul(state ^ (state >>> 13), 3_266_489_917)
    return (state >>> 0) % below
  }
}
