import { expect, shotsFolder, test } from './harness/fixtures.ts'
import { emptyScenario, everyStateScenario } from './harness/scenarios.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`transfers, every state, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(everyStateScenario, { colorScheme })
    await expect(
      page.getByRole('row', { name: /^LFM 114 plates, from this computer to hq, Transferring, 61%/ }),
    ).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}transfers-${colorScheme}.png` })
  })

  test(`transfers, narrow, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(everyStateScenario, { colorScheme, width: 760, height: 560 })
    await expect(page.getByRole('row', { name: /^Trailer master/ })).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}transfers-narrow-${colorScheme}.png` })
  })

  test(`transfers, empty, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(emptyScenario, { colorScheme })
    await expect(page.getByRole('heading', { name: 'Nothing is moving' })).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}transfers-empty-${colorScheme}.png` })
  })
}
