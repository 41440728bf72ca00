import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openStudio } from '../helpers/app/people.ts'
import { waitForRow } from '../helpers/app/rows.ts'
import { sendToPerson, sendToShare } from '../helpers/app/sending.ts'
import { readTree, writeNoise } from '../helpers/app/trees.ts'
import { hostWorkspace, onlineWorkspace } from '../helpers/app/workspaces.ts'
import { openNotificationHost } from '../helpers/desktop/notifications.ts'
import { openTrayHost } from '../helpers/desktop/tray-host.ts'
import { expect, test } from './fixtures.ts'

test('the window is closed in mid-transfer: it completes, a notification tells it, the tray opens the window', async ({
  launch,
  desktop,
}) => {
  const bus = desktop.env.DBUS_SESSION_BUS_ADDRESS ?? ''
  await using tray = await openTrayHost(bus)
  await using notifications = await openNotificationHost(bus)
  const app = await launch()
  const storage = join(desktop.folder, 'storage')
  await hostWorkspace(app, storage)
  await expect.poll(async () => (await app.call('app.view', {})).hasTray).toBe(true)
  const item = await tray.item()
  const idle = await item.icon()
  await app.call('preferences.set', { limitBytesPerSecond: 10_000_000 })
  const source = join(desktop.folder, 'Rushes')
  await mkdir(source)
  await writeNoise(join(source, 'rushes.mov'), 40_000_000, 1)
  await sendToShare(app, await onlineWorkspace(app), '', source, { name: 'Rushes' })
  await waitForRow(app, 'Rushes', (row) => row.status === 'running')

  await app.page.getByRole('button', { name: 'Close window' }).click()
  const isVisible = () => app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await expect.poll(isVisible).toBe(false)
  await item.menuWhere((entries) => entries.some((entry) => entry.label.startsWith('Rushes, ')))
  expect(await item.icon()).not.toBe(idle)

  const shown = await notifications.next((notification) => notification.title.includes('Rushes'))
  expect(shown.body).toBe('1 file, 40.0 MB, verified.')
  expect(await readTree(join(storage, 'projects', 'Rushes'))).toEqual(await readTree(source))
  await item.menuWhere((entries) => entries.some((entry) => entry.label === 'Nothing is moving'))

  await item.choose('Open Tern')
  await expect.poll(isVisible).toBe(true)
  await expect(app.page.getByRole('row', { name: /^Rushes,/ })).toContainText('Done at')
})

test('a delivery is told by a notification and by the tray, and both lead to its card', async ({ launch, desktop }) => {
  const bus = desktop.env.DBUS_SESSION_BUS_ADDRESS ?? ''
  await using notifications = await openNotificationHost(bus)
  const studio = await openStudio(launch, desktop.folder)
  const { john } = studio
  await using tray = await openTrayHost(bus)
  const lisa = await studio.join('Lisa')
  await expect.poll(async () => (await lisa.call('app.view', {})).hasTray).toBe(true)
  await lisa.call('window.close', {})
  const source = join(desktop.folder, 'Episode 3')
  await mkdir(source)
  await writeNoise(join(source, 'conform.mov'), 2_000_000, 1)
  await sendToPerson(john, await onlineWorkspace(john), 'lisa@example.com', source, { name: 'Episode 3' })

  const shown = await notifications.next((notification) => notification.title === 'John sends Episode 3')
  expect(shown.body).toBe('1 file, 2.00 MB. Choose where it goes.')
  const isVisible = () => lisa.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  expect(await isVisible()).toBe(false)
  notifications.click(shown)
  await expect.poll(isVisible).toBe(true)
  await expect(lisa.page.getByRole('button', { name: 'Download here' })).toBeVisible()

  await lisa.call('window.close', {})
  const item = await tray.item()
  await item.menuWhere((entries) => entries.some((entry) => entry.label === 'Episode 3: choose where 1 file goes…'))
  await item.choose('Episode 3: choose where 1 file goes…')
  await expect.poll(isVisible).toBe(true)
  await expect(lisa.page.getByRole('button', { name: 'Download here' })).toBeVisible()
})
