import { expect, test } from 'vitest'
import { PackRoom } from '../../../../src/engine/transfer/receiving/pack-room.ts'

const mebibyte = 1024 * 1024

/** How many of these packs find room right now. */
async function findRoom(room: PackRoom, packs: number, files: number, bytes: number) {
  const taken: Awaited<ReturnType<PackRoom['take']>>[] = []
  for (let pack = 0; pack < packs; pack += 1) void room.take(files, bytes).then((one) => taken.push(one))
  await new Promise(setImmediate)
  return taken
}

test.each([1, 2, 4])('%i lanes have 16 MiB each written and not in place at most', async (lanes) => {
  const taken = await findRoom(new PackRoom(lanes), 100, 32, 4 * mebibyte)
  expect(taken.length * 4 * mebibyte).toBe(lanes * 16 * mebibyte)
})

test('a pack that would be too much waits, even where some room is left', async () => {
  const room = new PackRoom(1)
  await findRoom(room, 1, 32, 15 * mebibyte)
  expect(await findRoom(room, 1, 32, 2 * mebibyte)).toHaveLength(0)
})

test('what is in place makes room before it is durable and reported', async () => {
  const room = new PackRoom(1)
  const taken = await findRoom(room, 5, 32, 4 * mebibyte)
  expect(taken).toHaveLength(4)
  taken[0]?.placed()
  await new Promise(setImmediate)
  expect(taken).toHaveLength(5)
  taken[0]?.settled()
  expect(await findRoom(room, 1, 32, 4 * mebibyte)).toHaveLength(0)
})

test('files that take no bytes are bounded by their number, until they are reported', async () => {
  const room = new PackRoom(1)
  const taken = await findRoom(room, 5, 4096, 0)
  expect(taken).toHaveLength(4)
  for (const pack of taken) pack.placed()
  await new Promise(setImmediate)
  expect(taken).toHaveLength(4)
  taken[0]?.settled()
  await new Promise(setImmediate)
  expect(taken).toHaveLength(5)
})
