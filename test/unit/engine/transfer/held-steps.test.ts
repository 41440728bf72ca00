import { expect, it } from 'vitest'
import { HeldSteps } from '../../../../src/engine/transfer/receiving/held-steps.ts'

it('takes steps at once, holds an item and all after it, and goes on in order', async () => {
  const held = new HeldSteps()
  const taken: string[] = []
  const step = (name: string) => async () => {
    taken.push(name)
  }
  await held.take(0, step('0a'))
  held.hold(1)
  for (const [item, name] of [
    [1, '1a'],
    [1, '1b'],
    [2, '2a'],
  ] as const)
    await held.take(item, step(name))
  held.hold(3)
  await held.take(3, step('3a'))
  await held.take(-1, step('end'))
  expect(taken).toEqual(['0a'])
  // The second survey may be answered first.
  await held.release(3)
  expect(taken).toEqual(['0a'])
  await held.release(1)
  expect(taken).toEqual(['0a', '1a', '1b', '2a', '3a', 'end'])
  expect(held.isHeld(1)).toBe(false)
})

it('a step that fails is the failure of whoever goes on', async () => {
  const held = new HeldSteps()
  held.hold(0)
  await held.take(0, () => Promise.reject(new Error('no')))
  await expect(held.release(0)).rejects.toThrow('no')
})
