import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { formatBytes } from '../../src/shared/domain/units.ts'
import { expect, test } from '../e2e/fixtures.ts'
import { dropFiles } from '../helpers/app/drop-files.ts'
import { poll, type TernApp } from '../helpers/app/launch-app.ts'
import { waitForRow } from '../helpers/app/rows.ts'
import { makeTree, readTree } from '../helpers/app/trees.ts'
import { Narrator, verified } from './narrator.ts'

const delivery = 'Episode 3 conform'
const upload = 'Reel 2'

/** What a new person does first, through the real window: take a delivery, send a folder, hold it, let it go on. */
test('the demo: a delivery arrives, a dropped folder is uploaded', async ({ launch, desktop }) => {
  const narrator = new Narrator()
  console.log('Tern, the demo')
  const app = await narrator.step('Tern starts', () => launch())
  const { page } = app
  await expect(page.getByRole('button', { name: 'Try it' })).toBeVisible()
  await narrator.picture(page, '1-first-run')

  await narrator.step('Try it now: workspace, storage, and Lisa who sends a delivery', async () => {
    await page.getByRole('button', { name: 'Try it' }).click()
    await waitForRow(app, delivery, (row) => row.waitsOnYou === 'location' && row.bytesTotal > 0)
  })
  await takeDelivery(app, narrator)
  await uploadFolder(app, narrator, join(desktop.folder, upload))

  await narrator.step('Remove demo: one click, and nothing of it is left', async () => {
    await page.getByRole('button', { name: 'Remove demo' }).click()
    await expect(page.getByRole('button', { name: 'Try it' })).toBeVisible()
    expect(existsSync(join(app.userData, 'demo'))).toBe(false)
  })
  narrator.end()
})

async function takeDelivery(app: TernApp, narrator: Narrator): Promise<void> {
  const { page } = app
  await page.getByRole('navigation').getByText('Incoming').click()
  const download = page.getByRole('button', { name: 'Download here' })
  await expect(download).toBeEnabled()
  await narrator.picture(page, '2-incoming')
  await narrator.picture(page, '2-incoming', 'dark')

  const bytes = await narrator.step(
    'Download here: the delivery arrives',
    async () => {
      await download.click()
      return (await waitForRow(app, delivery, (row) => row.status === 'done')).bytesTotal
    },
    formatBytes,
  )
  expect(bytes).toBeGreaterThan(0)
  const { downloads } = await app.call('app.view', {})
  await narrator.step(
    'It is the same as at Lisa’s',
    async () => {
      const arrived = await readTree(join(downloads.path, 'Lisa'))
      expect(arrived).toEqual(await readTree(join(app.userData, 'demo/lisa/outbox')))
      return arrived
    },
    verified,
  )
}

async function uploadFolder(app: TernApp, narrator: Narrator, folder: string): Promise<void> {
  const { page } = app
  await makeTree(folder, { largeBytes: 240 << 20, smallFiles: 400, depth: 20 })
  await setLimit(app, '60')
  await page.getByRole('navigation').getByText('Transfers').click()
  await narrator.step('A folder is dropped on the window', () => dropFiles(page, [folder]))
  await page.getByRole('combobox', { name: 'To whom or where' }).fill('projects')
  await page
    .getByRole('option', { name: /projects/ })
    .first()
    .click()
  await narrator.picture(page, '3-send')
  await narrator.picture(page, '3-send', 'dark')

  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await waitForRow(app, upload, (row) => row.status === 'running' && (row.progress?.bytesVerified ?? 0) > 40 << 20)
  const row = page.getByRole('row', { name: new RegExp(upload) })
  await row.dblclick()
  await narrator.picture(page, '4-transferring')
  await narrator.picture(page, '4-transferring', 'dark')

  await narrator.step(
    'Pause: it stops in flight and keeps what is verified',
    async () => {
      await page.keyboard.press('Space')
      return (await waitForRow(app, upload, (each) => each.status === 'paused')).bytesDone
    },
    (bytes) => `${formatBytes(bytes)} kept`,
  )
  await narrator.picture(page, '5-paused')
  await setLimit(app, '')
  await page.getByRole('navigation').getByText('Transfers').click()
  await narrator.step(
    'Resume: it goes on from there, without the limit',
    async () => {
      await row.getByRole('button', { name: 'Resume' }).click()
      return (await waitForRow(app, upload, (each) => each.status === 'done')).bytesTotal
    },
    formatBytes,
  )
  await narrator.picture(page, '6-done')
  await narrator.picture(page, '6-done', 'dark')
  await narrator.step(
    'It is the same in the workspace',
    async () => {
      const arrived = await readTree(join(app.userData, 'demo/files/projects', upload))
      expect(arrived).toEqual(await readTree(folder))
      return arrived
    },
    verified,
  )
}

/** Megabytes a second, typed into the preferences as a person does; empty: no limit. */
async function setLimit(app: TernApp, text: string): Promise<void> {
  const { page } = app
  await page.getByRole('navigation').getByText('Preferences').click()
  const field = page.getByRole('textbox', { name: /limit/i })
  await field.fill(text)
  await field.press('Enter')
  const expected = text === '' ? undefined : Number(text) * 1_000_000
  await poll(async () => {
    const { preferences } = await app.call('app.view', {})
    return preferences.limitBytesPerSecond === expected || undefined
  }, 'the limit to hold')
}
