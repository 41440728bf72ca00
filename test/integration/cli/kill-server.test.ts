import { expect, it } from 'vitest'
import { killServer } from '../../helpers/kill-server.ts'

it('loses nothing that it acknowledged when all of it is killed, and transfers go on', {
  timeout: 120_000,
}, async () => {
  const figures = await killServer(5)
  expect(figures.lost).toEqual([])
  expect(figures.transfersDone).toBe(5)
  expect(figures.acknowledged).toBeGreaterThan(5)
})
