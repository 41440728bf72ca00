import type { Page } from '@playwright/test'
import { expect, test } from './harness/fixtures.ts'
import {
  emptyScenario,
  everyStateScenario,
  incomingRow,
  incomingScenario,
  platesRow,
  sendScenario,
} from './harness/scenarios.ts'

const callsOf = (page: Page, name: string) =>
  page.evaluate((wanted) => window.fake.calls.filter((call) => call.name === wanted).map((call) => call.input), name)

test('the table is one tab stop with arrows inside', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  const grid = page.getByRole('grid', { name: 'Transfers' })
  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('row', { name: /^LFM 114 plates/ })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.locator('[role=row][aria-selected=true]')).toHaveCount(3)
  await page.keyboard.press('Control+a')
  await expect(page.locator('[role=row][aria-selected=true]')).toHaveCount(18)
  await page.keyboard.press('End')
  await expect(page.getByRole('row', { name: /^Poster layouts/ })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Home')
  await expect(page.getByRole('row', { name: /^Episode 3 conform/ })).toHaveAttribute('aria-selected', 'true')
  const active = await grid.getAttribute('aria-activedescendant')
  await expect(page.getByRole('row', { name: /^Episode 3 conform/ })).toHaveAttribute('id', active ?? '')
  await page.keyboard.press('Tab')
  await expect(grid).not.toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await expect(grid).toBeFocused()
})

test('a row says itself in one breath', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  const row = page.getByRole('row', { name: /^LFM 114 plates/ })
  await expect(row).toHaveAttribute(
    'aria-label',
    'LFM 114 plates, from this computer to hq, Transferring, 61%, 7 min left',
  )
  await expect(row.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '61')
  const grid = page.getByRole('grid', { name: 'Transfers' })
  await expect(grid).toHaveAttribute('aria-rowcount', '22')
  await expect(page.getByRole('rowgroup', { name: /^Waiting on you/ })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Incoming, 1 delivery waits on you' })).toBeVisible()
})

test('Space pauses, Mod+R retries, Alt+arrows set the priority, Mod+Shift+R shows the folder', async ({
  openWindow,
}) => {
  const page = await openWindow(everyStateScenario)
  await page.getByRole('row', { name: /^LFM 114 plates/ }).click()
  await page.keyboard.press(' ')
  await page.keyboard.press('Alt+ArrowUp')
  await page.keyboard.press('Control+Shift+R')
  expect(await callsOf(page, 'transfers.pause')).toEqual([{ keys: [platesRow.key] }])
  expect(await callsOf(page, 'transfers.setPriority')).toEqual([{ keys: [platesRow.key], priority: 600 }])
  expect(await callsOf(page, 'transfers.showInFolder')).toEqual([{ key: platesRow.key }])
  await page.getByRole('row', { name: /^Archive A0147/ }).click()
  await page.keyboard.press(' ')
  expect(await callsOf(page, 'transfers.resume')).toHaveLength(1)
  await page.getByRole('row', { name: /^Hangar textures/ }).click()
  await page.keyboard.press('Control+r')
  expect(await callsOf(page, 'transfers.retry')).toHaveLength(1)
})

test('Mod+Backspace asks before it aborts, and Escape gives focus back', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  await page.getByRole('row', { name: /^LFM 114 plates/ }).click()
  await page.getByRole('grid').focus()
  await page.keyboard.press('Control+Backspace')
  await expect(page.getByRole('dialog', { name: 'Abort this transfer?' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('grid')).toBeFocused()
  expect(await callsOf(page, 'transfers.abort')).toEqual([])
  await page.keyboard.press('Control+Backspace')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect(await callsOf(page, 'transfers.abort')).toEqual([{ keys: [platesRow.key] }])
})

test('the menu of a row by key, and the same by a right click', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  await page.getByRole('row', { name: /^LFM 114 plates/ }).click()
  await page.keyboard.press('Shift+F10')
  const menu = page.getByRole('menu', { name: 'Actions for LFM 114 plates' })
  await expect(menu.getByRole('menuitem', { name: 'Pause' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(menu).toHaveCount(0)
  await expect(page.getByRole('grid')).toBeFocused()
  await page.getByRole('row', { name: /^Score stems v7/ }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Pause' }).click()
  expect(await callsOf(page, 'transfers.pause')).toHaveLength(1)
})

test('Enter on a row that waits on the user goes to it, and Mod+Enter downloads it', async ({ openWindow }) => {
  const page = await openWindow(incomingScenario)
  await page.getByRole('grid').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Episode 3 conform' })).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect.poll(() => callsOf(page, 'incoming.accept')).toHaveLength(1)
  expect(await callsOf(page, 'incoming.accept')).toEqual([
    {
      key: incomingRow.key,
      revision: 3,
      location: { token: 'preset', subPath: 'Lisa' },
      exclude: ['00000000-0000-4000-8000-000000000003'],
      remember: false,
    },
  ])
})

test('the tree opens, closes and leaves out by keys', async ({ openWindow }) => {
  const page = await openWindow(incomingScenario)
  await page.keyboard.press('Control+2')
  const tree = page.getByRole('treegrid')
  await tree.focus()
  await expect(page.getByRole('row', { name: /^Episode 3 conform/ })).toHaveAttribute('aria-expanded', 'true')
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByRole('row', { name: /^Episode 3 conform/ })).toHaveAttribute('aria-expanded', 'false')
  await page.keyboard.press('End')
  await page.keyboard.press(' ')
  await expect(page.getByRole('checkbox', { name: 'stills.zip' })).not.toBeChecked()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press(' ')
  await expect(page.getByRole('checkbox', { name: 'relink.command' })).toBeChecked()
})

test('a typed folder is asked about, and a folder that may not be written says so', async ({ openWindow }) => {
  const page = await openWindow(incomingScenario)
  await page.keyboard.press('Control+2')
  const field = page.getByRole('textbox', { name: /^Folder beneath/ })
  await page.evaluate(() =>
    window.fake.setAnswer('incoming.details', {
      fails: 'TARGET_NOT_WRITABLE',
      params: { path: '/home/me/Downloads/Tern/Elsewhere' },
    }),
  )
  await field.fill('Elsewhere')
  await expect(page.getByRole('complementary').getByRole('alert')).toContainText('may not be written')
  await expect(page.getByRole('button', { name: 'Download here' })).toBeDisabled()
  expect((await callsOf(page, 'incoming.details')).at(-1)).toEqual({
    key: incomingRow.key,
    location: { token: 'preset', subPath: 'Elsewhere' },
  })
})

test('declining asks for a reason and tells it', async ({ openWindow }) => {
  const page = await openWindow(incomingScenario)
  await page.keyboard.press('Control+2')
  await page.getByRole('button', { name: 'Decline…' }).click()
  await expect(page.getByRole('textbox', { name: 'Reason, if you like' })).toBeFocused()
  await page.keyboard.type('wrong version')
  await page.keyboard.press('Control+Enter')
  await expect
    .poll(() => callsOf(page, 'incoming.decline'))
    .toEqual([{ key: incomingRow.key, reason: 'wrong version' }])
})

test('places, search and regions by keys', async ({ openWindow }) => {
  const page = await openWindow(incomingScenario)
  await page.keyboard.press('Control+2')
  await expect(page.getByRole('button', { name: /^Incoming/ })).toHaveAttribute('aria-current', 'page')
  await page.keyboard.press('Control+1')
  await page.keyboard.press('Control+f')
  await expect(page.getByRole('textbox', { name: 'Search' })).toBeFocused()
  await page.keyboard.type('plates')
  await expect(page.locator('[role=row][data-row-key]')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('grid')).toBeFocused()
  await expect(page.locator('[role=row][data-row-key]')).toHaveCount(18)
  await page.keyboard.press('F6')
  await expect(page.locator('footer')).toContainText('waiting on you')
  await expect(page.locator('footer :focus')).toHaveCount(1)
  await page.keyboard.press('F6')
  await expect(page.locator('nav :focus')).toHaveCount(1)
})

test('a menu item of the system does what its key does', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  await page.getByRole('row', { name: /^LFM 114 plates/ }).click()
  await page.evaluate(() => window.fake.emit('menu', { item: 'pause-or-resume' }))
  await page.evaluate(() => window.fake.emit('menu', { item: 'details' }))
  await expect(page.getByRole('region', { name: 'Details of LFM 114 plates' })).toBeVisible()
  expect(await callsOf(page, 'transfers.pause')).toHaveLength(1)
})

test('a failure becomes one sentence in the corner', async ({ openWindow }) => {
  const page = await openWindow({
    ...everyStateScenario,
    answers: { 'transfers.pause': { fails: 'WORKSPACE_UNREACHABLE', params: { address: 'studio.example.com' } } },
  })
  await page.getByRole('row', { name: /^LFM 114 plates/ }).click()
  await page.keyboard.press(' ')
  await expect(page.getByRole('status').filter({ hasText: 'Cannot reach studio.example.com' })).toBeVisible()
})

test('the demo says that it is one and is removed by one press', async ({ openWindow }) => {
  const page = await openWindow({ ...emptyScenario, view: { ...emptyScenario.view, demo: { folder: '/demo' } } })
  await page.getByRole('button', { name: 'Remove demo' }).click()
  expect(await callsOf(page, 'app.removeDemo')).toHaveLength(1)
})

test('files that are dropped open the sheet with them; names at the foot take them too', async ({ openWindow }) => {
  const page = await openWindow(sendScenario)
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.items.add(new File(['x'], 'reel.mov'))
    Object.assign(window, { held: data })
    document.body.dispatchEvent(new DragEvent('dragenter', { bubbles: true, dataTransfer: data }))
  })
  await expect(page.getByRole('heading', { name: 'Drop to send 1 item' })).toBeVisible()
  await page.evaluate(() => {
    const { held } = window as unknown as { held: DataTransfer }
    const names = [...document.querySelectorAll('[data-drop-id]')]
    const lisa = names.find((name) => name.textContent?.includes('Lisa'))
    lisa?.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: held }))
  })
  await expect(page.getByRole('dialog', { name: 'Send' })).toContainText('reel.mov')
  await expect(page.getByRole('button', { name: 'Remove Lisa' })).toBeVisible()
})

test('the header is reached from the first row and sorts by keys', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  await page.getByRole('grid').focus()
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('button', { name: 'Name' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('grid')).toBeFocused()
})

test('files that are pasted open the sheet; text in a field is left alone', async ({ openWindow }) => {
  const page = await openWindow(sendScenario)
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.items.add(new File(['x'], 'pasted.mov'))
    document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }))
  })
  await expect(page.getByRole('dialog', { name: 'Send' })).toContainText('pasted.mov')
})

test('a change of place by keys takes focus along, and Escape comes back', async ({ openWindow }) => {
  const page = await openWindow(incomingScenario)
  await page.getByRole('grid').focus()
  await page.keyboard.press('Control+,')
  await expect(page.locator('main:focus')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('grid', { name: 'Transfers' })).toBeFocused()
})
