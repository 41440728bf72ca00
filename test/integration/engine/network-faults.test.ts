import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directRoute } from '../../../src/engine/index.ts'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import { FaultProxy } from '../../helpers/fault-proxy.ts'
import { readTree, writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024
/** In the order in which they are opened: the control lane, then those for data. */
const [control, data] = [0, 1] as const
const clean = ['PEER_LOST', 'STALLED', 'PEER_UNREACHABLE']

type Harm = (proxy: FaultProxy, lane: number) => void
const faults: Record<string, Harm> = {
  cut: (proxy, lane) => proxy.cut(lane),
  corrupt: (proxy, lane) => proxy.corrupt(lane),
  'half-open': (proxy, lane) => proxy.mute(lane),
  throttle: (proxy) => proxy.throttle(40 * mebibyte),
}
/** How much of the content is there when it happens. */
const moments = { 'before any content': 0, early: 0.1, 'in the middle': 0.5, 'near the end': 0.75 }

const table = Object.keys(faults).flatMap((fault) =>
  // A slow line is slow for all.
  (fault === 'throttle' ? [data] : [control, data]).flatMap((lane) =>
    Object.entries(moments).map(([moment, share]) => ({ dials: 'sender', fault, lane, moment, share })),
  ),
)
const other = Object.keys(faults).map((fault) => ({
  dials: 'receiver',
  fault,
  lane: data as 0 | 1,
  moment: 'early',
  share: moments.early,
}))

test.each([...table, ...other])(
  '$fault of lane $lane $moment, the $dials dials: equal content or a clean failure',
  async (one) => {
    const { dials, fault, lane, share } = one
    await using pair = await createEnginePair({ stallAfterMs: 500, listen: { host: '127.0.0.1', port: 0 } })
    const listening = dials === 'sender' ? pair.receiver.listening : pair.sender.listening
    if (!listening) throw new Error('not listening')
    await using proxy = await FaultProxy.start(listening)
    const routes = [directRoute(proxy)]
    const sizeBytes = 20 * mebibyte
    writeRandomFile(pair.source, { path: 'large.mov', sizeBytes })
    for (let index = 0; index < 60; index += 1) writeRandomFile(pair.source, { path: `s/${index}`, sizeBytes: 20_000 })
    pair.sender.setLimit(20 * mebibyte)
    let isHarmed = false
    const harm = () => {
      if (isHarmed) return
      isHarmed = true
      faults[fault]?.(proxy, lane)
      pair.sender.setLimit(undefined)
    }
    if (share === 0) void proxy.opened(lane).then(harm)
    const { sent, received } = await move(pair, {
      send: { laneCount: 2, ...(dials === 'sender' ? { routes } : { routes: [], acceptsIncoming: true }) },
      receive: dials === 'sender' ? {} : { routes, acceptsIncoming: false },
      receiveEvents: { onProgress: ({ bytesReceived }) => share > 0 && bytesReceived >= share * sizeBytes && harm() },
    })
    expect(isHarmed).toBe(true)
    if (received.status !== 'done') {
      expect(clean).toContain(received.error?.code)
      expect(sent.status).not.toBe('done')
      // A data lane comes back within the attempt.
      expect(lane).toBe(control)
      // What was verified serves the next attempt, over a network that does nothing.
      expect((await move(pair)).received.status).toBe('done')
    }
    const [before, after] = [readTree(pair.source), readTree(join(pair.target, 'source'))]
    for (const [path, { kind, sha256 }] of before) expect(after.get(path), path).toMatchObject({ kind, sha256 })
    expect(after.size).toBe(before.size)
  },
)
