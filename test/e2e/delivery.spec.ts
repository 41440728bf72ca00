import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TernApp } from '../helpers/app/launch-app.ts'
import { dropForRecipient, openIncoming, statusOnScreen } from '../helpers/app/on-screen.ts'
import { openStudio } from '../helpers/app/people.ts'
import { recordStatuses, waitForRow } from '../helpers/app/rows.ts'
import { sendToPerson } from '../helpers/app/sending.ts'
import { makeTree, readTree } from '../helpers/app/trees.ts'
import { answerDialog, onlineWorkspace } from '../helpers/app/workspaces.ts'
import { expect, test } from './fixtures.ts'

const tree = { largeBytes: 24 << 20, smallFiles: 60, depth: 20 }
const name = 'Episode 3 conform'

async function makeSource(folder: string): Promise<string> {
  const source = join(folder, 'Episode 3')
  await makeTree(source, tree)
  return source
}

async function downloadsOf(app: TernApp): Promise<string> {
  return (await app.call('app.view', {})).downloads.path
}

test('dropped for a person, who takes it by Download here', async ({ launch, desktop }) => {
  const studio = await openStudio(launch, desktop.folder)
  const { john } = studio
  const lisa = await studio.join('Lisa')
  const source = await makeSource(desktop.folder)
  const seenByJohn = await recordStatuses(john)
  const sheet = await dropForRecipient(john, source, 'Lisa', name)
  await expect(sheet.getByRole('radiogroup')).toHaveCount(0)
  await sheet.getByRole('button', { name: 'Send', exact: true }).click()

  const waiting = await waitForRow(lisa, name, (row) => row.waitsOnYou === 'location')
  expect(waiting.taskCounts.pending).toBe(1)
  expect(waiting.direction).toBe('in')
  await expect(statusOnScreen(john.page, name)).toContainText('Waiting for Lisa to choose a folder')

  await openIncoming(lisa)
  const card = lisa.page.getByRole('complementary', { name: 'Where it lands' })
  await expect(lisa.page.getByRole('heading', { name })).toBeVisible()
  await expect(card.getByRole('textbox', { name: /^Folder beneath/ })).toHaveValue('John')
  await card.getByRole('button', { name: 'Download here' }).click()
  await waitForRow(lisa, name, (row) => row.status === 'done')
  await waitForRow(john, name, (row) => row.status === 'done')
  await expect(statusOnScreen(john.page, name)).toContainText('Done at')
  expect(await readTree(join(await downloadsOf(lisa), 'John', 'Episode 3'))).toEqual(await readTree(source))
  expect((await seenByJohn(name)).filter((status) => status !== 'init')).toEqual(['waiting', 'running', 'done'])
})

test('taken by Browse…, into a folder that the system’s dialog gave', async ({ launch, desktop }) => {
  const studio = await openStudio(launch, desktop.folder)
  const lisa = await studio.join('Lisa')
  const source = await makeSource(desktop.folder)
  const chosen = join(desktop.folder, 'Chosen Ünï 場所')
  await mkdir(chosen)
  await sendToPerson(studio.john, await onlineWorkspace(studio.john), 'lisa@example.com', source, { name })

  await waitForRow(lisa, name, (row) => row.waitsOnYou === 'location')
  await openIncoming(lisa)
  await answerDialog(lisa, [chosen])
  await lisa.page.getByRole('button', { name: 'Browse…' }).click()
  await expect(lisa.page.locator('.path-root')).toContainText('Chosen Ünï 場所')
  await lisa.page.getByRole('button', { name: 'Download here' }).click()
  await waitForRow(lisa, name, (row) => row.status === 'done')
  expect(await readTree(join(chosen, 'Episode 3'))).toEqual(await readTree(source))
})

test('declined: the sender reads who and why', async ({ launch, desktop }) => {
  const studio = await openStudio(launch, desktop.folder)
  const { john } = studio
  const lisa = await studio.join('Lisa')
  const source = await makeSource(desktop.folder)
  await sendToPerson(john, await onlineWorkspace(john), 'lisa@example.com', source, { name })

  await waitForRow(lisa, name, (row) => row.waitsOnYou === 'location')
  await openIncoming(lisa)
  await lisa.page.getByRole('button', { name: 'Decline…' }).click()
  const question = lisa.page.getByRole('dialog', { name: `Decline ${name}?` })
  await question.getByRole('textbox', { name: 'Reason, if you like' }).fill('Wrong episode')
  await question.getByRole('button', { name: 'Decline', exact: true }).click()

  const row = await waitForRow(john, name, (seen) => seen.status === 'aborted')
  expect(row.reason?.code).toBe('declined')
  await expect(statusOnScreen(john.page, name)).toContainText('Declined by Lisa: Wrong episode')
  await expect(lisa.page.getByText('Nothing waits on you')).toBeVisible()
})

test('upload now: the sender has quit, and the receiver still gets it', async ({ launch, desktop }) => {
  const studio = await openStudio(launch, desktop.folder)
  const lisa = await studio.join('Lisa')
  const mia = await studio.join('Mia')
  await lisa.quit()
  await expect
    .poll(async () => (await mia.call('app.view', {})).people.find((person) => person.name === 'Lisa')?.online)
    .toBe(false)

  const source = await makeSource(desktop.folder)
  const sheet = await dropForRecipient(mia, source, 'Lisa', name)
  await expect(sheet.getByRole('radio', { name: /^Upload now, deliver from the workspace/ })).toBeChecked()
  await sheet.getByRole('button', { name: 'Send', exact: true }).click()
  await waitForRow(mia, name, (row) => row.reason?.code === 'location')
  await mia.quit()

  const back = await launch({ profile: 'lisa' })
  await onlineWorkspace(back)
  const waiting = await waitForRow(back, name, (row) => row.waitsOnYou === 'location')
  expect(waiting.from).toMatchObject({ kind: 'site' })
  await openIncoming(back)
  await expect(back.page.getByText(/^From Mia, offline/)).toBeVisible()
  await back.page.getByRole('button', { name: 'Download here' }).click()
  await waitForRow(back, name, (row) => row.status === 'done')
  expect(await readTree(join(await downloadsOf(back), 'Mia', 'Episode 3'))).toEqual(await readTree(source))
})
