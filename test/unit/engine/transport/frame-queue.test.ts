import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frame } from '../../../../src/engine/protocol/frames.ts'
import { frameType } from '../../../../src/engine/protocol/messages.ts'
import { FrameQueue } from '../../../../src/engine/transport/frame-queue.ts'
import { TernError } from '../../../../src/shared/domain/errors.ts'

const anyFrame = () => 1024 * 1024
const ping = frame(frameType.ping, Buffer.alloc(0))

function queueOf(lendsBytes = true) {
  const broken: TernError[] = []
  const queue: FrameQueue = new FrameQueue({
    lendsBytes,
    onBroken: (error) => {
      broken.push(error)
      queue.fail(error)
    },
  })
  queue.expect(anyFrame)
  return { queue, broken }
}

test('whatever way bytes are cut and readers come, the frames are those that were sent', async () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 })
  const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 50 })
  await fc.assert(
    fc.asyncProperty(payloads, cuts, fc.boolean(), fc.boolean(), async (sent, sizes, lendsBytes, isReadFirst) => {
      const { queue } = queueOf(lendsBytes)
      const received: Buffer[] = []
      const reading = async () => {
        for (let next = await queue.read(); next; next = await queue.read()) received.push(Buffer.from(next.payload))
      }
      const done = isReadFirst ? reading() : undefined
      const whole = Buffer.concat(sent.flatMap((payload) => [frame(frameType.block, payload), ping]))
      // One buffer for all chunks, as a connection that was dialled has.
      const buffer = Buffer.alloc(200)
      for (let at = 0, turn = 0; at < whole.length; turn += 1) {
        const size = Math.min(sizes[turn % sizes.length] as number, whole.length - at)
        if (lendsBytes) {
          whole.copy(buffer, 0, at, at + size)
          queue.take(buffer.subarray(0, size))
          buffer.fill(0xee)
        } else queue.take(whole.subarray(at, at + size))
        at += size
        if (turn % 3 === 0) await Promise.resolve()
      }
      queue.end()
      await (done ?? reading())
      expect(received).toEqual(sent.map((payload) => Buffer.from(payload)))
    }),
  )
})

test('frames that are here come before the failure that followed them; an interruption comes before all', async () => {
  const { queue } = queueOf()
  queue.take(Buffer.concat([frame(frameType.block, Buffer.from('a')), frame(frameType.block, Buffer.from('b'))]))
  queue.fail(new TernError('PEER_LOST'))
  expect(String((await queue.read())?.payload)).toBe('a')
  queue.interrupt(new TernError('DISK_FULL'))
  await expect(queue.read()).rejects.toMatchObject({ code: 'DISK_FULL' })
})

test('an end within a frame is no end', async () => {
  const { queue } = queueOf()
  queue.take(frame(frameType.block, Buffer.from('whole')).subarray(0, 7))
  queue.end()
  await expect(queue.read()).rejects.toMatchObject({ code: 'PEER_LOST', params: { what: 'truncated' } })
})

test('a frame that is not expected breaks the connection, and nothing behind it counts', async () => {
  const { queue, broken } = queueOf()
  queue.expect(() => undefined)
  const reading = queue.read()
  queue.take(Buffer.concat([frame(frameType.block, Buffer.from('x')), frame(frameType.block, Buffer.from('y'))]))
  await expect(reading).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' })
  expect(broken).toHaveLength(1)
  expect(queue.queuedBytes).toBe(0)
})
