import type { AppView } from '../../src/shared/contract/view.ts'
import { expect, shotsFolder, test } from './harness/fixtures.ts'
import { baseView, emptyScenario, everyState, everyStateScenario, everyStateTotals, row } from './harness/scenarios.ts'

const withView = (change: Partial<AppView>) => ({ ...emptyScenario, view: { ...baseView, ...change } })
const [studioView] = baseView.workspaces

test('a workspace that is signed out asks for the password and says when it is wrong', async ({ openWindow }) => {
  if (studioView === undefined) throw new Error('no workspace')
  const page = await openWindow({
    ...withView({ workspaces: [{ ...studioView, connection: 'signed-out' }] }),
    answers: { 'app.signIn': { fails: 'BAD_CREDENTIALS' } },
  })
  await page.getByRole('button', { name: 'Sign in…' }).click()
  await expect(page.getByLabel('Password')).toBeFocused()
  await page.keyboard.type('wrong')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByRole('alert')).toHaveText('E-mail or password is wrong')
  await page.screenshot({ path: `${shotsFolder}sign-in-light.png` })
})

test('an engine that stopped says so and can be started again', async ({ openWindow }) => {
  const page = await openWindow(withView({ engine: { state: 'stopped', crashes: 5 } }))
  await expect(page.getByText('Transfers stopped after 5 crashes. Nothing is lost')).toBeVisible()
  await page.getByRole('button', { name: 'Start again' }).click()
  expect(await page.evaluate(() => window.fake.calls.some((call) => call.name === 'app.restartEngine'))).toBe(true)
})

for (const [keyring, sentence] of [
  ['absent', 'This computer has no keyring'],
  ['waiting-for-unlock', 'The keyring is locked'],
  ['denied', 'The keyring does not let Tern in'],
] as const) {
  test(`a keyring that is ${keyring} is told in one line`, async ({ openWindow }) => {
    const page = await openWindow(withView({ keyring }))
    await expect(page.getByText(sentence)).toBeVisible()
  })
}

test('invites somebody to a workspace and gives the invitation to copy', async ({ openWindow }) => {
  const page = await openWindow({
    ...emptyScenario,
    answers: { 'app.createInvitation': { invitation: 'tern://join/studio.example.com/9f3c41e2/7KQ2' } },
  })
  await page.getByRole('button', { name: /^studio.example.com/ }).click()
  await page.getByRole('menuitem', { name: 'Invite someone…' }).click()
  await page.keyboard.type('sam@example.com')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('tern://join/studio.example.com/9f3c41e2/7KQ2')).toBeVisible()
  await page.screenshot({ path: `${shotsFolder}invite-light.png` })
  await expect(page.getByRole('button', { name: 'Copy invitation' })).toBeFocused()
  await page.keyboard.press('Enter')
  const copied = await page.evaluate(() => window.fake.calls.find((call) => call.name === 'app.copyText')?.input)
  expect(copied).toEqual({ text: 'tern://join/studio.example.com/9f3c41e2/7KQ2' })
})

test('long names and long sentences yield without covering anything', async ({ openWindow }) => {
  const rows = [
    row('A name that is far too long for its column and then goes on', {
      from: 'A very long computer name in a far away office',
      status: 'waiting',
      reason: {
        code: 'retry',
        params: { error: 'PEER_UNREACHABLE', attempt: 2, maxAttempts: 3, nextAtMs: Date.now() + 30_000 },
        action: 'try-now',
      },
      bytesTotal: 5e9,
    }),
    ...everyState.slice(0, 4),
  ]
  for (const width of [1200, 760, 640]) {
    const page = await openWindow({ view: baseView, rows, totals: everyStateTotals }, { width, height: 440 })
    const line = page.getByRole('row', { name: /^A name that is far too long/ })
    await expect(line.getByRole('button', { name: 'Try now' })).toBeInViewport({ ratio: 1 })
    const cells = await line.locator('[role=gridcell]').evaluateAll((all) =>
      all
        .map((cell) => cell.getBoundingClientRect())
        .filter((box) => box.width > 0)
        .map((box) => [box.left, box.right]),
    )
    for (let index = 1; index < cells.length; index += 1) {
      expect(cells[index]?.[0]).toBeGreaterThanOrEqual((cells[index - 1]?.[1] ?? 0) - 0.5)
    }
    await page.screenshot({ path: `${shotsFolder}long-${width}-light.png` })
  }
})

test('forced colours and high contrast keep shapes and words', async ({ openWindow }) => {
  const forced = await openWindow(everyStateScenario, { media: { forcedColors: 'active' } })
  await expect(forced.getByRole('row', { name: /^Episode 3 conform/ })).toBeVisible()
  await forced.screenshot({ path: `${shotsFolder}transfers-forced-colours.png` })
  const contrast = await openWindow(everyStateScenario, { media: { forcedColors: 'none', contrast: 'more' } })
  await contrast.screenshot({ path: `${shotsFolder}transfers-high-contrast.png` })
})

test('what starts to wait or fails is told to readers, not percentages', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  const plates = everyState.find((each) => each.name === 'LFM 114 plates')
  if (plates === undefined) throw new Error('no row')
  await page.evaluate((failed) => window.fake.change({ upserts: [failed] }), { ...plates, status: 'failed' as const })
  await expect(page.getByRole('log')).toHaveText('LFM 114 plates failed')
})

test('every control has a name, and nothing but one thing a surface is orange', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll('button, input, [role=row], [role=grid]')]
      .filter(
        (each) =>
          !(each.getAttribute('aria-label') ?? each.textContent)?.trim() && !(each as HTMLInputElement).labels?.length,
      )
      .map((each) => each.outerHTML.slice(0, 120)),
  )
  expect(nameless).toEqual([])
  await expect(page.locator('[data-primary=true], .button[data-variant=primary]')).toHaveCount(1)
})
