import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Digester } from '../../../../src/engine/transfer/digester.ts'
import { Queue } from '../../../../src/engine/transfer/queue.ts'
import { TargetClaims } from '../../../../src/engine/transfer/receiving/target-claims.ts'

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
  const digester = new Digester(Buffer.alloc(16, 1))
  const block = digester.of(Buffer.from('tern'))
  expect(block.toString('hex')).toBe('0fe0c87e717d1d62cde00cf83781cb11')
  expect(digester.ofFile(4, block).toString('hex')).toBe('ad95cebb94754ab7fd5a6379f56733d3')
})

test('a block has another digest with one bit changed and under another key, and zeros have theirs', () => {
  const [one, other] = [1, 2].map((byte) => new Digester(Buffer.alloc(16, byte))) as [Digester, Digester]
  const block = Buffer.from('tern')
  expect(one.of(block)).toEqual(new Digester(Buffer.alloc(16, 1)).of(block))
  expect(one.of(block)).not.toEqual(other.of(block))
  expect(one.of(block)).not.toEqual(one.of(Buffer.from('terf')))
  for (const length of [1, 4, 4, 5]) expect(one.ofZeros(length)).toEqual(one.of(Buffer.alloc(length)))
  expect(one.ofZeros(4)).not.toEqual(one.ofZeros(5))
})

test('a digest cannot be solved for its content by who has the key', () => {
  const digester = new Digester(Buffer.alloc(16, 1))
  const [left, right] = [Buffer.from('0123456789abcdef'), Buffer.from('what nobody says')]
  const both = xor(left, right)
  expect(xor(digester.of(left), digester.of(right))).not.toEqual(xor(digester.of(both), digester.ofZeros(16)))
})

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, at) => byte ^ (right[at] ?? 0)))
}

test('claims end with their transfer, and one of them is not touched by another', () => {
  const all = new Set<TargetClaims>()
  const [first, second] = [new TargetClaims(all), new TargetClaims(all)]
  first.claim('/a', 'b', 'c')
  expect(() => second.claim('/a/b', '', 'c')).toThrow('TARGET_BUSY')
  second.release('/a/b', '', 'c')
  expect(() => second.claim('/a/b', '', 'c')).toThrow('TARGET_BUSY')
  first[Symbol.dispose]()
  second.claim('/a/b', '', 'c')
})
