import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { dropFiles } from '../helpers/app/drop-files.ts'
import { waitForRow } from '../helpers/app/rows.ts'
import { readTree } from '../helpers/app/trees.ts'
import { hostWorkspace, joinAs, onlineWorkspace } from '../helpers/app/workspaces.ts'
import { expect, test } from './fixtures.ts'

test('what an admin leaves out of the whole workspace does not arrive, and the details say who said so', async ({
  launch,
  desktop,
}) => {
  const app = await launch()
  const { page } = app
  const storage = join(desktop.folder, 'storage')
  await hostWorkspace(app, storage)

  await openPreferences(page)
  await page.getByRole('button', { name: 'Change the settings of Studio' }).click()
  const settings = page.getByRole('region', { name: 'Settings of Studio' })
  const exclude = settings.getByRole('textbox', { name: 'Leave out' })
  await exclude.fill("re('[')")
  await exclude.press('Enter')
  await expect(exclude).toHaveAttribute('aria-invalid', 'true')
  await exclude.fill('*.tmp')
  await exclude.press('Enter')
  await expect(settings.getByRole('button', { name: 'Reset Leave out' })).toBeVisible()

  const source = join(desktop.folder, 'Rushes')
  await mkdir(source)
  for (const name of ['reel.mov', 'reel.mov.bak', 'cache.tmp']) await writeFile(join(source, name), name)
  await dropFiles(page, [source])
  await expect(page.getByRole('combobox', { name: 'To whom or where' })).toBeFocused()
  await page.keyboard.type('projects')
  await page.getByRole('option', { name: /^hq, projects/ }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('textbox', { name: 'Leave out' }).fill('*.bak')
  await sheet.getByRole('button', { name: 'More settings' }).click()
  await sheet.getByRole('combobox', { name: 'Add a setting…' }).fill('job_max_retries')
  await page.getByRole('option', { name: /^Retries/ }).click()
  await sheet.getByRole('textbox', { name: 'Retries' }).fill('7')
  await sheet.getByText('Show as JSON').click()
  await expect(sheet.getByRole('textbox', { name: 'Job specification' })).toHaveValue(/"job_max_retries": "7"/)
  await sheet.getByRole('button', { name: 'Send', exact: true }).click()

  await waitForRow(app, 'Rushes', (row) => row.status === 'done')
  const arrived = await readTree(join(storage, 'projects', 'Rushes'))
  expect(arrived.map(({ path }) => path)).toEqual(['reel.mov'])

  await page.getByRole('row', { name: /^Rushes,/ }).dblclick()
  const details = page.getByRole('region', { name: 'Details of Rushes' })
  await details.getByRole('tab', { name: /^Settings/ }).click()
  const excluded = details.getByRole('row', { name: /^Leave out/ })
  await expect(excluded).toContainText('*.tmp,*.bak')
  await expect(excluded).toContainText('workspace, this transfer')
  await expect(details.getByRole('row', { name: /^Retries/ })).toContainText('this transfer')
  await details.getByText('Show all').click()
  await expect(details.getByRole('row', { name: /^Compare by/ })).toContainText('default')
})

test('what a workspace says about its settings is told to its admins alone', async ({ launch, desktop }) => {
  const host = await launch({ profile: 'john' })
  const invitation = await hostWorkspace(host, join(desktop.folder, 'storage'))
  const member = await launch({ profile: 'mia' })
  await joinAs(member, invitation, 'Mia')
  await openPreferences(member.page)
  await expect(member.page.getByText('The admins of Studio set what holds for every transfer here.')).toBeVisible()
  const { id: workspaceId } = await onlineWorkspace(member)
  const change = { workspaceId, name: 'transfer_mode', value: 'onewaysync' }
  await expect(member.call('settings.set', change)).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

/** By its key, which the window knows once it is past its first run. */
async function openPreferences(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Transfers' })).toBeVisible()
  await page.keyboard.press('Control+,')
}
