import { expect, test } from 'vitest'
import { PackRoom } from '../../../../src/engine/transfer/receiving/pack-room.ts'

const mebibyte = 1024 * 1024

/** Whether a lane may go on right now. */
async function hasRoom(room: PackRoom): Promise<boolean> {
  let isRoom = false
  void room.forMore().then(() => {
    isRoom = true
  })
  await new Promise(setImmediate)
  return isRoom
}

test.each([1, 2, 4])(
  '%i lanes have 16 MiB each written and not in place at most, the packs they bring at once included',
  async (lanes) => {
    const room = new PackRoom(lanes)
    let writtenBytes = 0
    while (await hasRoom(room)) {
      // Each lane has asked before any of the others has brought its pack.
      for (let lane = 0; lane < lanes; lane += 1) room.take(32, 4 * mebibyte)
      writtenBytes += lanes * 4 * mebibyte
    }
    expect(writtenBytes).toBe(lanes * 16 * mebibyte)
  },
)

test('what is in place makes room before it is durable and reported', async () => {
  const room = new PackRoom(1)
  const packs = Array.from({ length: 4 }, () => room.take(32, 4 * mebibyte))
  let isRoom = false
  void room.forMore().then(() => {
    isRoom = true
  })
  packs[0]?.placed()
  await new Promise(setImmediate)
  expect(isRoom).toBe(true)
  packs[0]?.settled()
  room.take(32, 4 * mebibyte)
  expect(await hasRoom(room)).toBe(false)
})

test('files that take no bytes are bounded by their number, until they are reported', async () => {
  const room = new PackRoom(1)
  const packs = Array.from({ length: 4 }, () => room.take(4096, 0))
  for (const pack of packs) pack.placed()
  expect(await hasRoom(room)).toBe(false)
  packs[0]?.settled()
  expect(await hasRoom(room)).toBe(true)
})
