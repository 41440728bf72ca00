import type { Page } from '@playwright/test'
import { expect, shotsFolder, test } from './harness/fixtures.ts'
import { memberScenario, preferencesScenario, studio } from './harness/scenarios.ts'

async function openSettings(page: Page) {
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Change the settings of studio.example.com' }).press('Enter')
  return page.getByRole('region', { name: 'Settings of studio.example.com' })
}

const changes = (page: Page) =>
  page.evaluate(() => window.fake.calls.filter((call) => call.name === 'settings.set').map((call) => call.input))

for (const [colorScheme, width] of [
  ['light', 1400],
  ['dark', 1200],
  ['light', 720],
] as const) {
  test(`settings of a workspace, ${colorScheme}, ${width}`, async ({ openWindow }) => {
    const page = await openWindow(preferencesScenario, { colorScheme, width, height: 900 })
    const settings = await openSettings(page)
    await expect(settings.getByRole('textbox', { name: 'Leave out' })).toHaveValue('*.tmp,.DS_Store')
    await expect(settings.getByRole('group', { name: 'Leave out' })).toHaveAccessibleDescription(/^Names to leave out/)
    await page.getByRole('button', { name: 'Close the settings of studio.example.com' }).scrollIntoViewIfNeeded()
    await page.screenshot({ path: `${shotsFolder}preferences-settings-${colorScheme}-${width}.png` })
    await settings.getByRole('region', { name: 'Queues' }).scrollIntoViewIfNeeded()
    await page.screenshot({ path: `${shotsFolder}preferences-settings-end-${colorScheme}-${width}.png` })
  })
}

test('a field is stored when it is left, a mistake never, and Reset goes back', async ({ openWindow }) => {
  const page = await openWindow(preferencesScenario)
  await page.keyboard.press('Control+,')
  await expect(page.getByText('2 are set').first()).toBeVisible()
  const settings = await openSettings(page)
  const retries = settings.getByRole('textbox', { name: 'Retries' })
  await expect(retries).toHaveValue('5')
  await retries.fill('many')
  await expect(settings.getByText(/0 to 1,?000/)).toBeVisible()
  await expect(retries).toHaveAttribute('aria-invalid', 'true')
  await retries.press('Enter')
  expect(await changes(page)).toEqual([])
  await retries.fill('8')
  await retries.press('Enter')
  await expect.poll(() => changes(page)).toEqual([{ workspaceId: studio, name: 'job_max_retries', value: '8' }])
  await settings.getByRole('button', { name: 'Reset Leave out' }).click()
  await expect
    .poll(async () => (await changes(page)).at(-1))
    .toEqual({ workspaceId: studio, name: 'transfer_exclude', value: null })
})

test('a timetable that cannot be read is marked where it stands, and never stored', async ({ openWindow }) => {
  const page = await openWindow(preferencesScenario)
  await page.keyboard.press('Control+,')
  const timetable = page.getByRole('textbox', { name: 'At certain times' })
  await timetable.fill('mon-fry 5')
  await expect(timetable).not.toHaveAttribute('aria-invalid', 'true')
  await timetable.press('Enter')
  await expect(timetable).toHaveAttribute('aria-invalid', 'true')
  await expect(timetable).toHaveAccessibleDescription(/mon-fry 5 is not like that/)
  await page.screenshot({ path: `${shotsFolder}preferences-timetable-invalid.png` })
  await timetable.fill('mon-fri 5')
  await expect(timetable).not.toHaveAttribute('aria-invalid', 'true')
  await timetable.press('Enter')
  const stored = () =>
    page.evaluate(() => window.fake.calls.filter((call) => call.name === 'preferences.set').map((call) => call.input))
  await expect.poll(stored).toEqual([{ limitTimetable: 'mon-fri 5' }])
})

test('a choice is stored at once, and goes back with the reason when the workspace refuses', async ({ openWindow }) => {
  const page = await openWindow({
    ...preferencesScenario,
    answers: { ...preferencesScenario.answers, 'settings.set': { fails: 'FORBIDDEN', params: { needs: 'admin' } } },
  })
  const settings = await openSettings(page)
  await settings.getByRole('button', { name: /Copy or mirror/ }).press('ArrowDown')
  await page.getByRole('option', { name: /Mirror/ }).click()
  await expect(settings.getByRole('alert')).toContainText('Only an admin may do this')
  await expect(settings.getByRole('button', { name: /Copy or mirror/ })).toContainText('Copy')
  expect(await changes(page)).toEqual([{ workspaceId: studio, name: 'transfer_mode', value: 'onewaysync' }])
})

test('settings are found by what they do', async ({ openWindow }) => {
  const page = await openWindow(preferencesScenario)
  const settings = await openSettings(page)
  await settings.getByRole('textbox', { name: 'Find a setting' }).fill('speed')
  await expect(settings.getByRole('group', { name: 'Speed limit', exact: true })).toBeVisible()
  await expect(settings.getByRole('group', { name: 'Retries' })).toHaveCount(0)
})

test('whoever is no admin reads who sets them', async ({ openWindow }) => {
  const page = await openWindow(memberScenario)
  await page.keyboard.press('Control+,')
  await expect(page.getByText(/^The admins of studio\.example\.com set/)).toBeVisible()
  await expect(page.getByRole('button', { name: /^Change the settings/ })).toHaveCount(0)
})
