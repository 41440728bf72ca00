import type { Page } from '@playwright/test'
import type { CommandName } from '../../src/shared/contract/ipc-names.ts'
import type { Scenario } from './harness/fake-tern.ts'
import { expect, shotsFolder, test } from './harness/fixtures.ts'
import { baseView, emptyScenario, noTotals } from './harness/scenarios.ts'

const invitation = 'tern://join/studio.example.com/9f3c41e2/7KQ2'
const address = 'files.example.com:8443'
const keyHash = '9f3c41e2'.repeat(8)

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

/** Lisa has an account there: `tern workspace init` or `tern user add` made it, or she joined on another computer. */
const taken: Scenario = {
  ...firstRun,
  answers: {
    'app.checkInvitation': { address, workspaceName: 'Studio', invitedBy: 'John', keyHash, email: 'lisa@example.com' },
    'app.joinWorkspace': { fails: 'EMAIL_TAKEN', params: { email: 'lisa@example.com' } },
  },
}

const callsOf = (page: Page, name: CommandName) =>
  page.evaluate((wanted) => window.fake.calls.filter((call) => call.name === wanted).map((call) => call.input), name)

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

  test(`first run, an account that exists, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(firstRun, { colorScheme })
    await page.screenshot({ path: `${shotsFolder}first-run-start-${colorScheme}.png` })
    await page.getByRole('button', { name: 'Sign in…' }).click()
    await page.getByRole('textbox', { name: 'Address' }).fill('files.example.com')
    await page.getByRole('textbox', { name: 'Fingerprint' }).fill('9f3c')
    await page.getByRole('textbox', { name: 'E-mail' }).fill('lisa@example.com')
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('textbox', { name: 'Address' })).toHaveAttribute('aria-invalid', 'true')
    await expect(page.getByText('A fingerprint has 64 signs, 0 to 9 and a to f. Copy all of it')).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}first-run-sign-in-${colorScheme}.png` })
    expect(await callsOf(page, 'app.signInTo')).toEqual([])
  })

  test(`the same on a narrow window, and joining with a taken e-mail, ${colorScheme}`, async ({ openWindow }) => {
    const page = await openWindow(taken, { colorScheme, width: 760, height: 560 })
    await page.screenshot({ path: `${shotsFolder}first-run-start-narrow-${colorScheme}.png` })
    await page.getByRole('button', { name: 'Sign in…' }).click()
    await page.screenshot({ path: `${shotsFolder}first-run-sign-in-narrow-${colorScheme}.png` })
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('textbox', { name: 'Invitation' }).fill(invitation)
    await page.getByRole('button', { name: 'Join' }).click()
    await page.getByRole('textbox', { name: 'Your name' }).fill('Lisa')
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await page.screenshot({ path: `${shotsFolder}first-run-member-${colorScheme}.png` })
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

test('who turns out to have an account signs in with it, by keys alone', async ({ openWindow }) => {
  const page = await openWindow(taken)
  await page.keyboard.insertText(invitation)
  await expect(page.getByRole('button', { name: 'Join' })).toBeEnabled()
  await page.keyboard.press('Enter')
  await page.keyboard.type('Lisa')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('not this one')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toHaveText('lisa@example.com has an account here already. Sign in with it')
  await expect(page.getByRole('heading', { name: 'Sign in to Studio' })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveCount(0)
  await expect(page.getByRole('textbox', { name: 'E-mail' })).toHaveValue('lisa@example.com')
  await expect(page.getByRole('textbox', { name: 'Password' })).toBeFocused()

  await page.evaluate(() => window.fake.setAnswer('app.signInTo', { fails: 'BAD_CREDENTIALS' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toHaveText('E-mail or password is wrong')
  await page.evaluate(() =>
    window.fake.setAnswer('app.signInTo', { fails: 'TOO_MANY_REQUESTS', params: { retryAfterSeconds: 6 } }),
  )
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toHaveText('Too many attempts. Try again in 6 s')

  await page.evaluate(() => window.fake.setAnswer('app.signInTo', null))
  await page.keyboard.press('Control+a')
  await page.keyboard.type('correct horse')
  await page.keyboard.press('Enter')
  await expect
    .poll(async () => (await callsOf(page, 'app.signInTo')).at(-1))
    .toEqual({ address, keyHash, email: 'lisa@example.com', password: 'correct horse' })
  expect(await callsOf(page, 'app.joinWorkspace')).toHaveLength(1)
})

test('an account signs in from the start, by keys alone', async ({ openWindow }) => {
  const page = await openWindow(firstRun)
  await expect(page.getByRole('textbox', { name: 'Invitation' })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Sign in…' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Address' })).toBeFocused()
  await page.keyboard.insertText(address)
  await page.keyboard.press('Tab')
  await page.keyboard.insertText(`SHA2-256(stdin)= ${keyHash}`)
  await page.keyboard.press('Tab')
  await page.keyboard.type('lisa@example.com')
  await page.keyboard.press('Tab')
  await page.keyboard.type('correct horse')
  await page.evaluate(() => window.fake.setAnswer('app.signInTo', { fails: 'KEY_MISMATCH' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Fingerprint' })).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByText('has another fingerprint. Nothing was sent')).toBeVisible()
  await page.evaluate(() => window.fake.setAnswer('app.signInTo', null))
  await page.keyboard.press('Enter')
  const input = { address, keyHash, email: 'lisa@example.com', password: 'correct horse' }
  await expect.poll(() => callsOf(page, 'app.signInTo')).toEqual([input, input])
})

test('beside a running app, a used invitation still says where to sign in', async ({ openWindow }) => {
  const scenario = { ...emptyScenario, answers: { 'app.checkInvitation': { fails: 'INVITATION_USED' } } } as const
  const page = await openWindow(scenario, { colorScheme: 'dark', width: 760, height: 560 })
  const used = `tern://join/${address}/${keyHash}/7KQ2abcd`
  await page.evaluate((text) => window.fake.emit('open', { place: 'join', invitation: text }), used)
  await page.screenshot({ path: `${shotsFolder}join-dialog.png` })
  await page.getByRole('button', { name: 'I have an account' }).click()
  await page.screenshot({ path: `${shotsFolder}sign-in-dialog.png` })
  await expect(page.getByRole('textbox', { name: 'Address' })).toHaveValue(address)
  await expect(page.getByRole('textbox', { name: 'Fingerprint' })).toHaveValue(keyHash)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
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
