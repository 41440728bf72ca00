import { join } from 'node:path'
import { openStudio } from '../helpers/app/people.ts'
import { waitForRow } from '../helpers/app/rows.ts'
import { sendToPerson } from '../helpers/app/sending.ts'
import { makeTree, readTree } from '../helpers/app/trees.ts'
import { onlineWorkspace } from '../helpers/app/workspaces.ts'
import { expect, test } from './fixtures.ts'

const tree = { largeBytes: 24 << 20, smallFiles: 60, depth: 20 }
const name = 'Episode 3 conform'

test('a delivery is taken by Download here, and is the same there', async ({ launch, desktop }) => {
  const studio = await openStudio(launch, desktop.folder)
  const { john } = studio
  const lisa = await studio.join('Lisa')
  const source = join(desktop.folder, 'Episode 3')
  await makeTree(source, tree)
  await sendToPerson(john, await onlineWorkspace(john), 'lisa@example.com', source, { name })

  const waiting = await waitForRow(lisa, name, (row) => row.waitsOnYou === 'location')
  expect(waiting.status).toBe('waiting')
  expect(waiting.taskCounts.pending).toBe(1)
  const theirs = await waitForRow(john, name, (row) => row.reason?.code === 'location')
  expect(theirs.waitsOnYou).toBeUndefined()

  await lisa.page
    .getByRole('button', { name: /^Incoming/ })
    .first()
    .click()
  await lisa.page.getByRole('button', { name: 'Download here' }).click()
  await waitForRow(lisa, name, (row) => row.status === 'done')
  await waitForRow(john, name, (row) => row.status === 'done')
  const { downloads } = await lisa.call('app.view', {})
  expect(await readTree(join(downloads.path, 'John', 'Episode 3'))).toEqual(await readTree(source))
})
