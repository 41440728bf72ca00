import { expect, test } from 'vitest'
import { Space } from '../../../../src/engine/transfer/receiving/space.ts'

test('files on their way share what is free, less what stays reserved', () => {
  let freeBytes = 1000
  const space = new Space(() => freeBytes, 100)
  space.claim(600, 'a')
  expect(() => space.claim(301, 'b')).toThrow(
    expect.objectContaining({
      code: 'DISK_FULL',
      params: { path: 'b', neededBytes: 1, freeBytes: 300, reservedBytes: 100 },
    }),
  )
  space.claim(300, 'b')
  // What is written is no longer owed and no longer free.
  space.release(600)
  freeBytes -= 600
  expect(() => space.claim(1, 'c')).toThrow('DISK_FULL')
  space.release(300)
  space.claim(300, 'c')
})

test('where less is free than stays reserved, all of it is missing', () => {
  const space = new Space(() => 10, 100)
  expect(() => space.claim(5, 'a')).toThrow(
    expect.objectContaining({ params: { path: 'a', neededBytes: 95, freeBytes: 0, reservedBytes: 100 } }),
  )
  space.claim(0, 'what is all there already')
})

test('what stays reserved is named only where the disk itself has the room', () => {
  const space = new Space(() => 1000, 100)
  expect(() => space.claim(1001, 'a')).toThrow(
    expect.objectContaining({ params: { path: 'a', neededBytes: 101, freeBytes: 900 } }),
  )
})
