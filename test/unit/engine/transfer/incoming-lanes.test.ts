import { expect, test } from 'vitest'
import type { LaneAck } from '../../../../src/engine/protocol/messages.ts'
import { FlowMeter } from '../../../../src/engine/transfer/flow-meter.ts'
import { IncomingLanes } from '../../../../src/engine/transfer/receiving/incoming-lanes.ts'
import { Limiter } from '../../../../src/engine/transport/limiter.ts'
import { PeerSession } from '../../../../src/engine/transport/peer-session.ts'
import type { DataLane, Lane, LaneFrame } from '../../../../src/engine/transport/types.ts'
import { TernError } from '../../../../src/shared/domain/errors.ts'

const frame: LaneFrame = { type: 0x40, payload: Buffer.alloc(1) }

interface Scripted {
  readonly lane: Lane
  readonly isDestroyed: () => boolean
}

/** A lane that brings frames as long as somebody reads it. */
function lane(): Scripted {
  let isDestroyed = false
  let end: () => void = () => undefined
  const ended = new Promise<undefined>((resolve) => {
    end = () => resolve(undefined)
  })
  const scripted: Partial<Lane> = {
    ended,
    expect: () => undefined,
    limitBy: () => undefined,
    interrupt: () => undefined,
    read: async () => (isDestroyed ? undefined : frame),
    destroy: () => {
      isDestroyed = true
      end()
    },
  }
  return { lane: scripted as Lane, isDestroyed: () => isDestroyed }
}

class Receiver {
  readonly held: ((reason?: Error) => void)[] = []
  readonly acks: LaneAck[] = []
  readonly errors: TernError[] = []
  readonly #session: PeerSession
  readonly lanes: IncomingLanes

  constructor(tell: (ack: LaneAck) => Promise<void> = async () => undefined) {
    this.#session = new PeerSession(lane().lane, 'direct', 2, Buffer.alloc(16))
    const limiter = new Limiter()
    this.lanes = new IncomingLanes({
      session: this.#session,
      limiter,
      flow: new FlowMeter('receive', limiter),
      take: () => new Promise((resolve, reject) => this.held.push((reason) => (reason ? reject(reason) : resolve()))),
      tell: async (ack) => {
        this.acks.push(ack)
        await tell(ack)
      },
      onFailure: (error) => this.errors.push(error),
    })
    this.lanes.start()
  }

  /** A life of lane 1; settles when all that follows from it has happened. */
  async add(attempt: number, scripted: Scripted): Promise<void> {
    const added: DataLane = { lane: scripted.lane, number: 1, attempt }
    this.#session.addLane(added)
    await turn()
  }

  async settleAll(): Promise<void> {
    while (this.held.length > 0) {
      for (const settle of this.held.splice(0)) settle()
      await turn()
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

test('a lane that is renewed a thousand times over a slow disk holds the frames of one life', async () => {
  const receiver = new Receiver()
  for (let attempt = 0; attempt < 1000; attempt += 1) await receiver.add(attempt, lane())
  expect(receiver.held).toHaveLength(2)
})

test('the life that replaced others is read once the first has put away what it brought; of the others nothing was taken', async () => {
  const receiver = new Receiver()
  const lives = [lane(), lane(), lane()]
  for (const [attempt, life] of lives.entries()) await receiver.add(attempt, life)
  expect(lives.map(({ isDestroyed }) => isDestroyed())).toEqual([true, true, false])
  expect(receiver.acks).toEqual([{ type: 'laneAck', lane: 1, attempt: 1, frames: 0, isClosed: true }])
  for (const settle of receiver.held.splice(0)) settle()
  await turn()
  expect(receiver.acks.at(-1)).toEqual({ type: 'laneAck', lane: 1, attempt: 0, frames: 2, isClosed: true })
  expect(receiver.held).toHaveLength(2)
  lives[2]?.lane.destroy()
  await receiver.settleAll()
  await receiver.lanes.ended()
  expect(receiver.acks.at(-1)).toMatchObject({ attempt: 2, isClosed: true })
})

test('what a peer did wrong is told also where its end of the lane cannot be answered any more', async () => {
  const receiver = new Receiver(() => Promise.reject(new TernError('PEER_LOST')))
  await receiver.add(0, lane())
  for (const settle of receiver.held.splice(0)) settle(new TernError('PROTOCOL_ERROR', { what: 'content' }))
  await receiver.lanes.ended()
  expect(receiver.errors.map(({ code }) => code)).toContain('PROTOCOL_ERROR')
})
