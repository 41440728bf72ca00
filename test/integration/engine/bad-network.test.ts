import { expect, test } from 'vitest'
import { moveOverBadNetwork } from '../../helpers/bad-network.ts'

test('trees over a network that cuts and damages lanes arrive whole', async () => {
  let harm = 0
  for (const seed of [4, 5, 6, 7, 8]) {
    const { after, before, cuts, damages } = await moveOverBadNetwork(seed)
    expect(after, `seed ${seed}`).toEqual(before)
    harm += cuts + damages
  }
  expect(harm).toBeGreaterThan(0)
})
