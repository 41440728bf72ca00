import { expect, shotsFolder, test } from './harness/fixtures.ts'
import { consentDetails, consentRow, emptyScenario, everyStateTotals, incomingScenario } from './harness/scenarios.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, width, height] of [
    ['wide', 1200, 760],
    ['narrow', 760, 560],
  ] as const) {
    test(`a delivery, ${size}, ${colorScheme}`, async ({ openWindow }) => {
      const page = await openWindow(incomingScenario, { colorScheme, width, height })
      await page.keyboard.press('Control+2')
      await expect(page.getByRole('treegrid', { name: 'Contents of Episode 3 conform' })).toBeVisible()
      await expect(page.getByRole('button', { name: 'Download here' })).toBeVisible()
      await page.screenshot({ path: `${shotsFolder}incoming-${size}-${colorScheme}.png` })
    })
  }

  test(`a request for consent, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(
      {
        ...emptyScenario,
        rows: [consentRow],
        totals: { ...everyStateTotals, waitingOnYou: 1 },
        answers: { 'incoming.details': consentDetails },
      },
      { colorScheme },
    )
    await page.keyboard.press('Control+2')
    await expect(page.getByRole('heading', { name: 'John asks to read from this computer' })).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}consent-${colorScheme}.png` })
  })

  test(`nothing incoming, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(emptyScenario, { colorScheme })
    await page.keyboard.press('Control+2')
    await expect(page.getByRole('heading', { name: 'Nothing waits on you' })).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}incoming-empty-${colorScheme}.png` })
  })
}
