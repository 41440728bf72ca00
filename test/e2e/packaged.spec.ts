import { expect, test } from './fixtures.ts'

test('the app starts', async ({ launch }) => {
  const app = await launch()
  expect((await app.call('app.view', {})).isFirstRun).toBe(true)
})
