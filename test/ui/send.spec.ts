import type { Page } from '@playwright/test'
import { expect, shotsFolder, test } from './harness/fixtures.ts'
import { sendScenario, studio } from './harness/scenarios.ts'

async function openSheet(page: Page): Promise<void> {
  await page.keyboard.press('Control+n')
  await expect(page.getByRole('button', { name: 'Files…' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Send' })).toContainText('2,318 files, 48.5 GB')
  await expect(page.getByRole('combobox', { name: 'To whom or where' })).toBeFocused()
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the sheet, a search under way, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(sendScenario, { colorScheme })
    await openSheet(page)
    await page.keyboard.type('lis')
    await page.keyboard.press('Enter')
    await page.keyboard.type('mi')
    await page.keyboard.press('Enter')
    await page.keyboard.type('h')
    await expect(page.getByRole('radio', { name: /Upload now, deliver from the workspace/ })).toBeChecked()
    await page.screenshot({ path: `${shotsFolder}send-${colorScheme}.png` })
  })

  test(`the sheet as JSON, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(sendScenario, { colorScheme })
    await openSheet(page)
    await page.keyboard.type('lisa')
    await page.keyboard.press('Enter')
    await page.getByText('Show as JSON').click()
    await expect(page.getByText('Valid, makes 1 transfer')).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}send-json-${colorScheme}.png` })
  })

  test(`the sheet, narrow, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(sendScenario, { colorScheme, width: 760, height: 560 })
    await openSheet(page)
    await page.screenshot({ path: `${shotsFolder}send-narrow-${colorScheme}.png` })
  })
}

test('sends by keys alone: a person and a folder of a share, each its own transfer', async ({ openWindow }) => {
  const page = await openWindow(sendScenario)
  await openSheet(page)
  await page.keyboard.type('john')
  await page.keyboard.press('Enter')
  await page.keyboard.type('projects')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('option', { name: 'lfm' })).toBeVisible()
  await page.keyboard.type('lf')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const targets = await page.evaluate(() =>
    window.fake.calls
      .filter((call) => call.name === 'send.submit')
      .map((call) => (call.input as { target: unknown }).target),
  )
  expect(targets).toEqual([
    { kind: 'user', workspaceId: studio, email: 'john@example.com' },
    { kind: 'share', workspaceId: studio, code: 'projects', path: 'lfm' },
  ])
})

test('keeps what failed in the sheet and says why', async ({ openWindow }) => {
  const page = await openWindow({
    ...sendScenario,
    answers: {
      ...sendScenario.answers,
      'send.submit': { fails: 'SOURCE_NOT_FOUND', params: { path: '/work/reel_02' } },
    },
  })
  await openSheet(page)
  await page.keyboard.type('john')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('/work/reel_02 is not there')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove John' })).toBeVisible()
})

test('edited JSON is checked by a sentence before it can be sent', async ({ openWindow }) => {
  const page = await openWindow(sendScenario)
  await openSheet(page)
  await page.keyboard.type('john')
  await page.keyboard.press('Enter')
  await page.getByText('Show as JSON').click()
  const editor = page.getByRole('textbox', { name: 'Job specification' })
  await editor.fill('{ "tasks": ')
  await expect(page.getByText(/^This is not valid JSON/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeDisabled()
  await editor.fill('{ "code": "Reel", "source": "/work/reel_02", "destination": "john@example.com" }')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  const submitted = await page.evaluate(() => window.fake.calls.find((call) => call.name === 'send.submit')?.input)
  expect(submitted).toMatchObject({ specification: expect.stringContaining('"code": "Reel"') })
})

const submitted = (page: Page) =>
  page.evaluate(() => window.fake.calls.find((call) => call.name === 'send.submit')?.input)

test('any setting that a job may carry is found by its words, set by keys, and sent', async ({ openWindow }) => {
  const page = await openWindow(sendScenario)
  await openSheet(page)
  await page.keyboard.type('john')
  await page.keyboard.press('Enter')
  const sheet = page.getByRole('dialog', { name: 'Send' })
  await sheet.getByRole('button', { name: 'More settings' }).focus()
  await page.keyboard.press('Enter')
  await sheet.getByRole('combobox', { name: 'Add a setting…' }).focus()
  await page.keyboard.type('tried again')
  await expect(page.getByRole('option', { name: /^Retries/ })).toBeVisible()
  await expect(page.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const retries = sheet.getByRole('textbox', { name: 'Retries' })
  await expect(retries).toBeFocused()
  await page.keyboard.type('7000')
  await expect(sheet.getByText(/1000/)).toBeVisible()
  await expect(sheet.getByRole('button', { name: 'Send', exact: true })).toBeDisabled()
  await retries.fill('7')
  await sheet.getByRole('combobox', { name: 'Add a setting…' }).fill('transfer_mode')
  await page.keyboard.press('Enter')
  await sheet.getByRole('button', { name: 'Copy Copy or mirror' }).press('ArrowDown')
  await page.getByRole('option', { name: /Mirror/ }).click()
  await expect(sheet.getByRole('button', { name: 'More settings 2 set' })).toBeVisible()
  await sheet.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(sheet).toHaveCount(0)
  expect(await submitted(page)).toMatchObject({ settings: { job_max_retries: '7', transfer_mode: 'onewaysync' } })
})

test('a setting that is removed, or left empty, is not sent', async ({ openWindow }) => {
  const page = await openWindow(sendScenario)
  await openSheet(page)
  await page.keyboard.type('john')
  await page.keyboard.press('Enter')
  const sheet = page.getByRole('dialog', { name: 'Send' })
  await sheet.getByRole('button', { name: 'More settings' }).click()
  const picker = sheet.getByRole('combobox', { name: 'Add a setting…' })
  for (const [words, title] of [
    ['job_max_retries', 'Retries'],
    ['transfer_speedlimit', 'Speed limit'],
  ] as const) {
    await picker.fill(words)
    await page
      .getByRole('option', { name: new RegExp(`^${title}`) })
      .first()
      .click()
    await expect(sheet.getByRole('textbox', { name: title, exact: true })).toBeFocused()
  }
  await sheet.getByRole('textbox', { name: 'Retries' }).fill('5')
  await sheet.getByRole('button', { name: 'Remove Retries' }).click()
  await expect(picker).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect(sheet).toHaveCount(0)
  expect(await submitted(page)).not.toHaveProperty('settings')
})

for (const [colorScheme, width] of [
  ['light', 1200],
  ['dark', 1400],
  ['light', 720],
] as const) {
  test(`the sheet with settings, ${colorScheme}, ${width}`, async ({ openWindow }) => {
    const page = await openWindow(sendScenario, { colorScheme, width })
    await openSheet(page)
    await page.keyboard.type('john')
    await page.keyboard.press('Enter')
    const sheet = page.getByRole('dialog', { name: 'Send' })
    await sheet.getByRole('button', { name: 'More settings' }).click()
    const picker = sheet.getByRole('combobox', { name: 'Add a setting…' })
    for (const words of ['transfer_speedlimit', 'transfer_attributes', 'transfer_conf']) {
      await picker.fill(words)
      await page.getByRole('option').first().click()
      await expect(sheet.getByRole('button', { name: /^Remove / }).last()).toBeVisible()
    }
    await sheet.getByRole('textbox', { name: 'Speed limit', exact: true }).fill('fast')
    // However far the settings scroll, the sheet itself stands.
    await expect(sheet.getByRole('heading')).toBeInViewport()
    await page.screenshot({ path: `${shotsFolder}send-settings-${colorScheme}-${width}.png` })
    await picker.scrollIntoViewIfNeeded()
    await picker.click()
    await expect(page.getByRole('option', { name: /^Retries/ })).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}send-settings-list-${colorScheme}-${width}.png` })
  })
}
