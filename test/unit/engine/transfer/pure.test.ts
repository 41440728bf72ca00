import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestOf, fileDigestOf } from '../../../../src/engine/transfer/digest.ts'
import { Queue } from '../../../../src/engine/transfer/queue.ts'
import { TargetClaims } from '../../../../src/engine/transfer/target-claims.ts'

test('a queue gives what an array would', () => {
  const steps = fc.array(fc.oneof(fc.nat(), fc.constant('take'), fc.array(fc.nat(), { maxLength: 3 })), {
    maxLength: 200,
  })
  fc.assert(
    fc.property(steps, (list) => {
      const queue = new Queue<number>()
      const model: number[] = []
      for (const step of list) {
        if (step === 'take') expect(queue.shift()).toBe(model.shift())
        else if (typeof step === 'number') {
          queue.push(step)
          model.push(step)
        } else if (Array.isArray(step)) {
          queue.unshift(step)
          model.unshift(...step)
        }
        expect(queue.length).toBe(model.length)
        expect(queue.first()).toBe(model[0])
      }
    }),
  )
})

test('a long queue stays in order', () => {
  const queue = new Queue<number>()
  for (let index = 0; index < 5000; index += 1) queue.push(index)
  for (let index = 0; index < 5000; index += 1) expect(queue.shift()).toBe(index)
  expect(queue.shift()).toBeUndefined()
})

test('digests are part of the protocol: they may never change', () => {
  expect(digestOf(Buffer.from('tern')).toString('hex')).toBe('eb9a06d7b64a2b789e892abf4f604566')
  expect(fileDigestOf(4, digestOf(Buffer.from('tern'))).toString('hex')).toBe('f4f026620293f0e1f364f571571fff11')
})

test('one bit makes another digest, in both halves', () => {
  const bytes = Buffer.alloc(1000)
  const before = digestOf(bytes)
  bytes[500] = 1
  const after = digestOf(bytes)
  expect(before.subarray(0, 8).equals(after.subarray(0, 8))).toBe(false)
  expect(before.subarray(8).equals(after.subarray(8))).toBe(false)
})

test('claims end with their transfer, and one of them is not touched by another', () => {
  const all = new Set<string>()
  const [first, second] = [new TargetClaims(all), new TargetClaims(all)]
  first.claim('/a', 'b/c')
  expect(() => second.claim('/a/b', 'c')).toThrow('TARGET_BUSY')
  second.release('/a/b', 'c')
  expect(() => second.claim('/a/b', 'c')).toThrow('TARGET_BUSY')
  first[Symbol.dispose]()
  second.claim('/a/b', 'c')
})
