import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { formatBytes } from '../../src/shared/domain/units/units.ts'
import { expect, test } from '../e2e/fixtures.ts'
import { dropFiles } from '../helpers/app/drop-files.ts'
import type { TernApp } from '../helpers/app/launch-app.ts'
import { waitForRow } from '../helpers/app/rows.ts'
import { makeTree, readTree } from '../helpers/app/trees.ts'
import { Narrator, verified } from './narrator.ts'

const delivery = 'Episode 3 conform'
const upload = 'Hangar textures'
const patience = { timeout: 60_000 }

/** The words of a row whose bytes are on their way. */
const moving = /Transferring|Limited to/

/** What a new person does first, through the real window: take a delivery, send a folder, hold it, let it go on. */
test('the demo: a delivery arrives, a dropped folder is uploaded', async ({ launch, desktop }) => {
  const narrator = new Narrator()
  console.log('Tern, the demo')
  const app = await narrator.step('Tern starts', () => launch())
  const { page } = app
  const tryIt = page.getByRole('button', { name: 'Try it' })
  await expect(tryIt).toBeVisible(patience)
  await narrator.picture(page, 'first-run')

  await narrator.step('Try it now: a workspace, its storage, and Lisa who sends a delivery', async () => {
    await tryIt.click()
    await expect(row(app, delivery)).toContainText('Choose where 294 files go', patience)
  })
  await narrator.picture(page, 'delivery-waits')
  await takeDelivery(app, narrator)
  await uploadFolder(app, narrator, join(desktop.folder, upload))

  await narrator.step('Remove demo: one click, and nothing of it is left', async () => {
    await page.getByRole('button', { name: 'Remove demo' }).click()
    await expect(tryIt).toBeVisible(patience)
    await expect.poll(() => existsSync(join(app.userData, 'demo')), patience).toBe(false)
  })
  narrator.end()
})

async function takeDelivery(app: TernApp, narrator: Narrator): Promise<void> {
  const { page } = app
  await limitSpeed(app, '80')
  await go(app, 'Incoming')
  const download = page.getByRole('button', { name: 'Download here' })
  await expect(download).toBeEnabled(patience)
  await narrator.picture(page, 'incoming')
  await narrator.picture(page, 'incoming', 'dark')

  await narrator.step(
    'Download here: the delivery arrives, limited to 80 MB/s',
    async () => {
      await download.click()
      await go(app, 'Transfers')
      await expect(row(app, delivery)).toContainText(moving, patience)
      await narrator.picture(page, 'downloading')
      await expect(row(app, delivery)).toContainText('Done at', patience)
      return waitForRow(app, delivery, (each) => each.status === 'done')
    },
    ({ bytesTotal }) => formatBytes(bytesTotal),
  )
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
  await limitSpeed(app, '60')
  await go(app, 'Transfers')
  const dialog = page.getByRole('dialog')
  await narrator.step('A folder is dropped on the window', async () => {
    await dropFiles(page, [folder], {
      whileHeld: async () => {
        await expect(page.getByText('Drop to send 1 item')).toBeVisible(patience)
        await narrator.picture(page, 'drop')
      },
    })
    await expect(dialog).toContainText('409 files', patience)
  })
  await narrator.step('Sent to the share projects', async () => {
    await page.getByRole('combobox', { name: 'To whom or where' }).fill('projects')
    await page.getByRole('option', { name: /projects/ }).click()
    await narrator.picture(page, 'send')
    await narrator.picture(page, 'send', 'dark')
    await dialog.getByRole('button', { name: 'Send', exact: true }).click()
    await expect(dialog).toBeHidden(patience)
  })

  const line = row(app, upload)
  await expect(line).toContainText(moving, patience)
  await waitForRow(app, upload, (each) => (each.progress?.bytesVerified ?? 0) > 120 << 20)
  await line.click()
  await narrator.picture(page, 'transferring')
  await narrator.step(
    'Pause: it stops in flight and keeps what is verified',
    async () => {
      await line.hover()
      await line.getByRole('button', { name: 'Pause' }).click()
      await expect(line).toContainText('Paused by you', patience)
      return waitForRow(app, upload, (each) => each.status === 'paused')
    },
    ({ bytesDone }) => {
      expect(bytesDone).toBeGreaterThan(120 << 20)
      return `${formatBytes(bytesDone)} kept`
    },
  )
  await narrator.picture(page, 'paused', 'dark')
  await narrator.step(
    'Resume: it goes on from there, and is done',
    async () => {
      await line.hover()
      await line.getByRole('button', { name: 'Resume' }).click()
      await expect(line).toContainText(moving, patience)
      await page.keyboard.press('Control+i')
      await narrator.picture(page, 'details', 'dark')
      await expect(line).toContainText('Done at', patience)
      return waitForRow(app, upload, (each) => each.status === 'done')
    },
    ({ bytesTotal }) => formatBytes(bytesTotal),
  )
  await narrator.picture(page, 'done')
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

function row(app: TernApp, name: string): Locator {
  return app.page.getByRole('row', { name: new RegExp(`^${name},`) })
}

async function go(app: TernApp, place: 'Transfers' | 'Incoming' | 'Preferences'): Promise<void> {
  await app.page
    .getByRole('navigation')
    .getByRole('button', { name: new RegExp(`^${place}`) })
    .first()
    .click()
}

/** Megabytes a second, typed as a person does: a computer moves files within itself faster than anyone can watch. */
async function limitSpeed(app: TernApp, megabytesPerSecond: string): Promise<void> {
  await go(app, 'Preferences')
  const field = app.page.getByRole('textbox', { name: 'Limit speed to' })
  await field.fill(megabytesPerSecond)
  await field.press('Enter')
  await expect
    .poll(async () => (await app.call('app.view', {})).preferences.limitBytesPerSecond, patience)
    .toBe(Number(megabytesPerSecond) * 1_000_000)
}
