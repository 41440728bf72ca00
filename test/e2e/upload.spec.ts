import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { dropFiles } from '../helpers/app/drop-files.ts'
import { agreeToQuit } from '../helpers/app/people.ts'
import { recordStatuses, waitForRow } from '../helpers/app/rows.ts'
import { makeTree, readTree, writeNoise } from '../helpers/app/trees.ts'
import { hostWorkspace } from '../helpers/app/workspaces.ts'
import { expect, test } from './fixtures.ts'

test('a real folder is dropped, goes to the share, and is the same there', async ({ launch, desktop }) => {
  const app = await launch()
  const storage = join(desktop.folder, 'storage')
  await hostWorkspace(app, storage)
  const source = join(desktop.folder, 'LFM 114')
  await makeTree(source, { largeBytes: 300_000_000, smallFiles: 500, depth: 20 })
  const statusesOf = await recordStatuses(app)

  await dropFiles(app.page, [source])
  const sheet = app.page.getByRole('dialog')
  await sheet.getByText('509 files').first().waitFor()
  await app.page.keyboard.type('projects')
  await app.page.getByRole('option', { name: /^hq, projects/ }).click()
  await sheet.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(sheet).toHaveCount(0)
  // It is in the list at once, whatever comes of it.
  await expect(app.page.getByRole('row', { name: /^LFM 114,/ })).toBeVisible()

  const done = await waitForRow(app, 'LFM 114', (row) => row.status === 'done', 90_000)
  expect(done.bytesDone).toBe(done.bytesTotal)
  expect(done.taskCounts.done).toBe(1)
  expect(withoutRepeats(await statusesOf('LFM 114'))).toEqual(['init', 'waiting', 'running', 'done'])
  expect(await readTree(join(storage, 'projects', 'LFM 114'))).toEqual(await readTree(source))
})

test('pause, resume and abort from the row', async ({ launch, desktop }) => {
  const app = await launch()
  const storage = join(desktop.folder, 'storage')
  await hostWorkspace(app, storage)
  await app.call('preferences.set', { limitBytesPerSecond: 8_000_000 })
  const source = join(desktop.folder, 'Rushes')
  await mkdir(source)
  await writeNoise(join(source, 'rushes.mov'), 60_000_000, 1)
  await dropFiles(app.page, [source])
  await app.page.keyboard.type('projects')
  await app.page.getByRole('option', { name: /^hq, projects/ }).click()
  await app.page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click()

  const row = app.page.getByRole('row', { name: /^Rushes,/ })
  await waitForRow(app, 'Rushes', (seen) => (seen.progress?.bytesVerified ?? 0) > 5_000_000)
  await row.click()
  await app.page.keyboard.press('Space')
  await expect(row).toContainText('Paused by you')
  const paused = await waitForRow(app, 'Rushes', (seen) => seen.status === 'paused')
  expect(paused.can).toMatchObject({ resume: true, pause: false })

  await app.page.keyboard.press('Space')
  await waitForRow(app, 'Rushes', (seen) => seen.status === 'running')
  await app.page.keyboard.press('Control+Backspace')
  await app.page.getByRole('dialog').getByRole('button', { name: 'Abort', exact: true }).click()
  await expect(row).toContainText('Aborted by you')
  // Nothing half-done carries the name of the file.
  expect((await readTree(join(storage, 'projects'))).filter((entry) => entry.path.endsWith('rushes.mov'))).toEqual([])
})

test('a second send of the same folder finds everything in place', async ({ launch, desktop }) => {
  const app = await launch()
  await agreeToQuit(app)
  await hostWorkspace(app, join(desktop.folder, 'storage'))
  const source = join(desktop.folder, 'Stems')
  await makeTree(source, { largeBytes: 3_000_000, smallFiles: 40, depth: 3 })
  for (const name of ['first', 'second']) {
    await dropFiles(app.page, [source])
    await app.page.keyboard.type('projects')
    await app.page.getByRole('option', { name: /^hq, projects/ }).click()
    const sheet = app.page.getByRole('dialog')
    await sheet.getByRole('textbox', { name: 'Name' }).fill(name)
    await sheet.getByRole('button', { name: 'Send', exact: true }).click()
    await waitForRow(app, name, (row) => row.status === 'done')
  }
  const second = await waitForRow(app, 'second')
  expect(second.result).toMatchObject({ filesAlreadyThere: second.fileCount, filesReplaced: 0 })
  await expect(app.page.getByRole('row', { name: /^second,/ })).toContainText('Already there')
})

function withoutRepeats(statuses: readonly string[]): readonly string[] {
  return statuses.filter((status, index) => status !== statuses[index - 1])
}
