import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { waitForRow } from '../helpers/app/rows.ts'
import { readTree } from '../helpers/app/trees.ts'
import { onlineWorkspace } from '../helpers/app/workspaces.ts'
import { expect, test } from './fixtures.ts'

test('the demo brings a delivery, runs again at the next start, and goes without a trace', async ({ launch }) => {
  const app = await launch()
  await app.page.getByRole('button', { name: 'Try it' }).click()
  const delivery = await waitForRow(app, 'Episode 3 conform', (row) => row.waitsOnYou === 'location')
  expect(delivery).toMatchObject({ fileCount: 294, bytesTotal: 207_163_349, from: { name: 'Lisa' } })
  await app.quit()

  const again = await launch()
  await onlineWorkspace(again)
  const { key } = await waitForRow(again, 'Episode 3 conform', (row) => row.waitsOnYou === 'location')
  const { location, revision } = await again.call('incoming.details', { key })
  await again.call('incoming.accept', { key, revision, location: { token: location.token, subPath: location.subPath } })
  await waitForRow(again, 'Episode 3 conform', (row) => row.status === 'done')
  const outbox = await readTree(join(again.userData, 'demo', 'lisa', 'outbox'))
  expect(await readTree(join(location.rootPath, location.subPath))).toEqual(outbox)

  await again.page.getByRole('button', { name: 'Remove demo' }).click()
  await again.page.getByRole('button', { name: 'Try it' }).waitFor()
  await expect
    .poll(() =>
      stat(join(again.userData, 'demo')).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone')
  expect((await again.call('app.view', {})).workspaces).toEqual([])
  // What was delivered is the person's own.
  expect(await readTree(join(location.rootPath, location.subPath))).toHaveLength(outbox.length)
})
