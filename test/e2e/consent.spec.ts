import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TernApp } from '../helpers/app/launch-app.ts'
import { openIncoming, statusOnScreen } from '../helpers/app/on-screen.ts'
import { openStudio } from '../helpers/app/people.ts'
import { waitForRow } from '../helpers/app/rows.ts'
import { openApi, type WorkspaceApi } from '../helpers/app/workspace-api.ts'
import { expect, test } from './fixtures.ts'

const text = 'nobody granted this'
const longAgoS = 1_000_000

/** A file whose access time lies before its last change, so that any reading of it moves the access time. */
async function makeSecret(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, name)
  await writeFile(path, text)
  await utimes(path, longAgoS, 1_700_000_000)
  return path
}

async function wasRead(path: string): Promise<boolean> {
  return (await stat(path)).atimeMs !== longAgoS * 1000
}

/** What somebody's script can write: a file of Lisa's computer, into the share. */
async function askForFile(api: WorkspaceApi, lisa: TernApp, path: string, name: string): Promise<void> {
  const clientId = (await lisa.call('app.view', {})).workspaces[0]?.clientId
  await api.call('transfer/create', {
    spec: { code: name, source: `client=${clientId}:${path}`, destination: `share=projects/${name}/` },
  })
}

test('a file that nobody granted is not read before its owner says so', async ({ launch, desktop }) => {
  const studio = await openStudio(launch, desktop.folder)
  const { john, storageFolder } = studio
  const lisa = await studio.join('Lisa')
  using api = await openApi(john, 'john@example.com')
  const folder = join(desktop.folder, 'private')
  const path = await makeSecret(folder, 'secret.txt')
  const control = await makeSecret(folder, 'control.txt')

  await test.step('the card appears, and nothing is read', async () => {
    await askForFile(api, lisa, path, 'First')
    const row = await waitForRow(lisa, 'First', (seen) => seen.waitsOnYou === 'consent')
    expect(row.bytesTotal).toBe(0)
    expect(row.reason?.params).toMatchObject({ path, mode: 'read' })
    await openIncoming(lisa)
    await expect(lisa.page.getByRole('heading', { name: 'John asks to read from this computer' })).toBeVisible()
    await expect(lisa.page.locator('.consent-path')).toContainText('secret.txt')
    await expect(statusOnScreen(john.page, 'First')).toContainText('Waiting for Lisa to allow reading')
    expect(await wasRead(path)).toBe(false)
    await readFile(control)
    expect(await wasRead(control)).toBe(true)
  })

  await test.step('Refuse ends it, and the one who asked reads who and why', async () => {
    await lisa.page.getByRole('button', { name: 'Refuse…' }).click()
    const question = lisa.page.getByRole('dialog', { name: 'Refuse First?' })
    await question.getByRole('textbox', { name: 'Reason, if you like' }).fill('Private')
    await question.getByRole('button', { name: 'Refuse', exact: true }).click()
    await waitForRow(john, 'First', (seen) => seen.status === 'aborted')
    await expect(statusOnScreen(john.page, 'First')).toContainText('by Lisa: Private')
    expect(await wasRead(path)).toBe(false)
  })

  await test.step('Allow once lets that job through', async () => {
    await askForFile(api, lisa, path, 'Second')
    await waitForRow(lisa, 'Second', (seen) => seen.waitsOnYou === 'consent')
    await lisa.page.getByRole('button', { name: 'Allow once' }).click()
    await waitForRow(john, 'Second', (seen) => seen.status === 'done')
    expect(await readFile(join(storageFolder, 'projects/Second/secret.txt'), 'utf8')).toBe(text)
  })

  await test.step('the next job asks again', async () => {
    await utimes(path, longAgoS, 1_700_000_000)
    await askForFile(api, lisa, path, 'Third')
    await waitForRow(lisa, 'Third', (seen) => seen.waitsOnYou === 'consent')
    expect(await wasRead(path)).toBe(false)
  })
})

test('a path of somebody else’s computer is not for everybody to name', async ({ launch, desktop }) => {
  const studio = await openStudio(launch, desktop.folder)
  const lisa = await studio.join('Lisa')
  await studio.join('Mia', 'standard')
  using api = await openApi(studio.john, 'mia@example.com')
  const path = await makeSecret(join(desktop.folder, 'private'), 'secret.txt')
  await expect(askForFile(api, lisa, path, 'Sneaky')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect((await lisa.call('transfers.snapshot', {})).rows).toEqual([])
  expect(await wasRead(path)).toBe(false)
})
