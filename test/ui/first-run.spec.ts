import type { Scenario } from './harness/fake-tern.ts'
import { expect, shotsFolder, test } from './harness/fixtures.ts'
import { baseView, emptyScenario, noTotals } from './harness/scenarios.ts'

const invitation = 'tern://join/studio.example.com/9f3c41e2/7KQ2'

const firstRun: Scenario = {
  view: { ...baseView, isFirstRun: true, workspaces: [], people: [], sites: [], shares: [] },
  rows: [],
  totals: noTotals,
  answers: {
    'app.checkInvitation': {
      address: 'studio.example.com',
      workspaceName: 'studio.example.com',
      invitedBy: 'John',
      email: 'me@example.com',
      keyHash: '9f3c41e2',
    },
    'app.hostWorkspace': { invitation },
  },
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`first run, an invitation checked, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(firstRun, { colorScheme })
    await page.getByRole('textbox', { name: 'Invitation' }).fill(invitation)
    await expect(
      page.getByText('studio.example.com answers. Its key matches the invitation. Sent by John.'),
    ).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}first-run-${colorScheme}.png` })
  })

  test(`first run, who you are, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(firstRun, { colorScheme, width: 760, height: 560 })
    await page.getByRole('button', { name: 'Set up…' }).click()
    await page.screenshot({ path: `${shotsFolder}first-run-host-${colorScheme}.png` })
  })

  test(`preferences, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(emptyScenario, { colorScheme })
    await page.keyboard.press('Control+,')
    await expect(page.getByRole('heading', { name: 'Preferences' })).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}preferences-${colorScheme}.png` })
  })
}

test('joins by keys alone', async ({ openWindow }) => {
  const page = await openWindow(firstRun)
  await expect(page.getByRole('textbox', { name: 'Invitation' })).toBeFocused()
  await page.keyboard.insertText(invitation)
  await expect(page.getByRole('button', { name: 'Join' })).toBeEnabled()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Your name' })).toBeFocused()
  await page.keyboard.type('Sam')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('textbox', { name: 'E-mail' })).toHaveValue('me@example.com')
  await page.keyboard.press('Tab')
  await page.keyboard.type('correct horse')
  await page.keyboard.press('Enter')
  await expect
    .poll(() => page.evaluate(() => window.fake.calls.find((call) => call.name === 'app.joinWorkspace')?.input))
    .toEqual({ invitation, name: 'Sam', email: 'me@example.com', password: 'correct horse' })
})

test('an invitation that was used says so and does not let one join', async ({ openWindow }) => {
  const page = await openWindow({ ...firstRun, answers: { 'app.checkInvitation': { fails: 'INVITATION_USED' } } })
  await page.getByRole('textbox', { name: 'Invitation' }).fill(invitation)
  await expect(page.getByText('This invitation was used already. Ask for a new one')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Join' })).toBeDisabled()
})

test('a link opens the confirmation and sends nothing', async ({ openWindow }) => {
  const page = await openWindow({ ...emptyScenario, answers: firstRun.answers ?? {} })
  await page.evaluate((text) => window.fake.emit('open', { place: 'join', invitation: text }), invitation)
  await expect(page.getByRole('dialog')).toContainText('Sent by John')
  const joined = await page.evaluate(() => window.fake.calls.some((call) => call.name === 'app.joinWorkspace'))
  expect(joined).toBe(false)
})
