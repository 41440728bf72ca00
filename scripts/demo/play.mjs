// Plays the demo through the real window, as a new user would: try it now, take a delivery, send a folder, pause, go on.
// Prints every step with files, bytes and seconds, and the path of each picture. Ends with 0 when all of it was seen.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { makeUpload, verifyTrees } from './files.mjs'
import { openStage } from './stage.mjs'

const patience = { timeout: 60_000 }

/** The words of a row whose bytes are on their way. */
const moving = /Transferring|Limited to/

const play = async (stage) => {
  const { page, step, shot, drop, folder, profile } = stage
  const row = (name) => page.getByRole('row', { name: new RegExp(`^${name},`) })
  const go = (place) =>
    page
      .getByRole('navigation')
      .getByRole('button', { name: new RegExp(`^${place}`) })
      .first()
      .click()

  await step('The window opens, nothing is set up', () =>
    page.getByRole('button', { name: 'Try it' }).waitFor(patience),
  )
  await shot('first-run')

  await step('Try it now: Lisa has sent a delivery', async () => {
    await page.getByRole('button', { name: 'Try it' }).click()
    await row('Episode 3 conform').filter({ hasText: 'Choose where 294 files go' }).waitFor(patience)
  })
  await shot('delivery-waits')
  await shot('delivery-waits', 'dark')

  await limitSpeed(page, go, '80')
  await go('Incoming')
  await page.getByRole('button', { name: 'Download here' }).waitFor(patience)
  await shot('incoming')
  await shot('incoming', 'dark')
  const outbox = join(profile, 'demo', 'lisa', 'outbox')
  await step('Download here', async () => {
    await page.getByRole('button', { name: 'Download here' }).click()
    await go('Transfers')
    await row('Episode 3 conform').filter({ hasText: moving }).waitFor(patience)
    await shot('downloading')
    await row('Episode 3 conform').filter({ hasText: 'Done at' }).waitFor(patience)
  })
  await step('Every file compared with its source', () =>
    verifyTrees(outbox, join(folder, 'Downloads', 'Tern', 'Lisa')),
  )

  await limitSpeed(page, go, '40')
  await go('Transfers')
  const source = join(folder, 'Hangar textures')
  await makeUpload(source)
  await step('A folder is dropped on the window', async () => {
    const release = await drop(source)
    await page.getByText('Drop to send 1 item').waitFor(patience)
    await shot('drop', 'dark')
    await release()
    await page.getByRole('dialog').waitFor(patience)
  })
  await step('Sent to the share projects', async () => {
    await page.getByRole('combobox', { name: 'To whom or where' }).fill('projects')
    await page.getByRole('option', { name: /^hq, projects/ }).click()
    await page.getByRole('dialog').getByText('186 files').first().waitFor(patience)
    await shot('send')
    await shot('send', 'dark')
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
  const upload = row('Hangar textures')
  await step('Transferring', async () => {
    await upload.filter({ hasText: moving }).waitFor(patience)
    await upload.filter({ hasText: /[2-9]\d%/ }).waitFor(patience)
    await upload.click()
  })
  await shot('uploading')
  await step('Paused', async () => {
    await upload.hover()
    await upload.getByRole('button', { name: 'Pause' }).click()
    await upload.filter({ hasText: 'Paused by you' }).waitFor(patience)
  })
  await shot('paused', 'dark')
  await step('Resumed, and done', async () => {
    await upload.hover()
    await upload.getByRole('button', { name: 'Resume' }).first().click()
    await upload.filter({ hasText: moving }).waitFor(patience)
    await page.keyboard.press('Control+i')
    await shot('details', 'dark')
    await upload.filter({ hasText: 'Done at' }).waitFor(patience)
  })
  await shot('done')
  const arrived = join(profile, 'demo', 'files', 'projects', 'Hangar textures')
  await step('Every file compared with its source', () => verifyTrees(source, arrived))

  await step('The demo is removed in one click', async () => {
    await page.getByRole('button', { name: 'Remove demo' }).click()
    await page.getByRole('button', { name: 'Try it' }).waitFor(patience)
    await gone(join(profile, 'demo'))
  })
}

/** Waits until a folder is no longer there. */
const gone = async (path) => {
  const endsAt = performance.now() + patience.timeout
  while (existsSync(path)) {
    if (performance.now() > endsAt) throw new Error(`${path} is still there`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A computer moves files within itself faster than anyone can watch: the preference makes it visible. */
const limitSpeed = async (page, go, megabytesPerSecond) => {
  await go('Preferences')
  const field = page.getByRole('textbox', { name: 'Limit speed to' })
  await field.fill(megabytesPerSecond)
  await field.press('Enter')
}

const startedAt = performance.now()
const stage = await openStage()
try {
  await play(stage)
  console.log(`The demo is over after ${((performance.now() - startedAt) / 1000).toFixed(1)} s. All files verified.`)
} catch (failure) {
  console.error(`The demo stopped: ${failure.stack ?? failure}`)
  await stage.shot('stopped').catch(() => undefined)
  process.exitCode = 1
} finally {
  await stage.close()
}
