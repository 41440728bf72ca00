import { expect, shotsFolder, test } from './harness/fixtures.ts'
import { detailsScenario, platesRow, running } from './harness/scenarios.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`details with tasks and log, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(detailsScenario, { colorScheme })
    await page.getByRole('row', { name: /^LFM 114 plates/ }).dblclick()
    const pane = page.getByRole('region', { name: 'Details of LFM 114 plates' })
    await expect(pane.getByRole('row', { name: /114_290/ })).toContainText('Transferring')
    // A few seconds of speed, so that there is a line to look at.
    for (const speed of [120e6, 300e6, 412e6, 400e6]) {
      await page.evaluate((row) => window.fake.change({ upserts: [row] }), {
        ...platesRow,
        ...running(301e9, 486e9, speed, 420),
      })
      const label = pane.getByText(`${speed / 1e6} MB/s`, { exact: true }).first()
      await expect(label).toBeVisible()
      await page.waitForFunction(
        (before) => performance.now() > before + 1050,
        await page.evaluate(() => performance.now()),
      )
    }
    await expect(pane.getByRole('img', { name: /on average/ })).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}details-${colorScheme}.png` })
    await pane.getByRole('tab', { name: 'Log' }).click()
    await expect(pane.getByText(/Created by You/)).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}details-log-${colorScheme}.png` })
    await pane.getByRole('tab', { name: 'Settings' }).click()
    await expect(pane.getByRole('tab', { name: 'Settings' })).toContainText('4')
    await expect(pane.getByRole('row', { name: /^Leave out transfer_exclude/ })).toContainText(
      'workspace, this transfer',
    )
    await expect(pane.getByRole('row', { name: /^Retries/ })).toContainText('5 tries')
    await expect(pane.getByRole('row', { name: /^Encryption/ })).toHaveCount(0)
    await page.screenshot({ path: `${shotsFolder}details-settings-${colorScheme}.png` })
    await pane.getByText('Show all').click()
    await expect(pane.getByRole('row', { name: /^Encryption/ })).toContainText('AES-128')
    await expect(pane.getByRole('row', { name: /^Encryption/ })).toContainText('default')
    await page.screenshot({ path: `${shotsFolder}details-settings-all-${colorScheme}.png` })
    await pane.getByRole('tab', { name: 'JSON' }).click()
    await expect(pane.getByRole('textbox', { name: 'JSON' })).toHaveValue(/"code": "LFM 114 plates"/)
  })
}

test('Escape closes the details, and the keys of the table open them', async ({ openWindow }) => {
  const page = await openWindow(detailsScenario)
  await page.getByRole('grid').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: /^Details of/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('region', { name: /^Details of/ })).toHaveCount(0)
})

test('the details name what holds a transfer up, and say nothing while nothing stands out', async ({ openWindow }) => {
  const page = await openWindow(detailsScenario, {})
  await page.getByRole('row', { name: /^LFM 114 plates/ }).dblclick()
  const pane = page.getByRole('region', { name: 'Details of LFM 114 plates' })
  const moving = running(301e9, 486e9, 400e6, 420)
  const find = (found: object) =>
    page.evaluate((row) => window.fake.change({ upserts: [row] }), {
      ...platesRow,
      ...moving,
      progress: { ...moving.progress, ...found },
    })
  await find({ bottleneck: 'target-disk' })
  await expect(pane.getByText('Limited by the disk at hq')).toBeVisible()
  await expect(pane.getByText('Destination', { exact: true })).toHaveAttribute('data-found', 'true')
  await find({ bottleneck: 'limit', limitBytesPerSecond: 20e6 })
  await expect(pane.getByText('Limited to 20 MB/s')).toBeVisible()
  await expect(page.getByRole('row', { name: /^LFM 114 plates/ })).toContainText('Limited to 20 MB/s')
  await find({})
  await expect(pane.getByText(/^Limited/)).toHaveCount(0)
})
