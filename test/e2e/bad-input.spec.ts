import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { TernError } from '../../src/shared/domain/errors.ts'
import type { TernApp } from '../helpers/app/launch-app.ts'
import { openIncoming, openTransfers, rowOnScreen, statusOnScreen } from '../helpers/app/on-screen.ts'
import { agreeToQuit, newInvitation, openStudio } from '../helpers/app/people.ts'
import { waitForRow } from '../helpers/app/rows.ts'
import { sendToPerson, sendToShare } from '../helpers/app/sending.ts'
import { mayMount, mountDisk } from '../helpers/app/small-disk.ts'
import { makeTree, readTree } from '../helpers/app/trees.ts'
import { answerDialog, onlineWorkspace, password } from '../helpers/app/workspaces.ts'
import { expect, test } from './fixtures.ts'

/** The stable code of a refusal. */
async function codeOf(refused: Promise<unknown>): Promise<string> {
  return refused.then(
    () => 'nothing was refused',
    (thrown: unknown) => TernError.from(thrown).code,
  )
}

function field(place: Page | Locator, name: string): Locator {
  return place.getByRole('textbox', { name, exact: true })
}

async function downloadsOf(app: TernApp): Promise<string> {
  return (await app.call('app.view', {})).downloads.path
}

test('invitations and passwords that are wrong', async ({ launch, desktop }) => {
  const { john } = await openStudio(launch, desktop.folder)
  const good = await newInvitation(john)
  const [, address = '', keyHash = '', code = ''] = /^tern:\/\/join\/([^/]+)\/([^/]+)\/(.+)$/.exec(good) ?? []
  const lisa = await launch({ profile: 'lisa' })
  const { page } = lisa
  const invitation = field(page, 'Invitation')
  const answer = page.locator('.invitation-answer')
  const isRefused = async (text: string, sentence: string, stableCode: string) => {
    await invitation.fill(text)
    await expect(answer).toHaveText(sentence)
    await expect(page.getByRole('button', { name: 'Join', exact: true })).toBeDisabled()
    expect(await codeOf(lisa.call('app.checkInvitation', { invitation: text }))).toBe(stableCode)
  }

  await test.step('half an invitation', () =>
    isRefused(
      'tern://join/studio',
      'This is not a whole invitation. Copy all of it, from tern:// on',
      'INVITATION_MALFORMED',
    ))
  await test.step('an address where nobody is', () =>
    isRefused(
      `tern://join/127.0.0.1:9/${keyHash}/${code}`,
      'Cannot reach 127.0.0.1:9. Check the address and the network',
      'WORKSPACE_UNREACHABLE',
    ))
  await test.step('a server with another key', () =>
    isRefused(
      `tern://join/${address}/${'ab'.repeat(32)}/${code}`,
      `${address} is not the workspace that the invitation names. Nothing was sent. Ask who invited you`,
      'KEY_MISMATCH',
    ))

  await test.step('a password that is too short; the form stays, and a longer one joins', async () => {
    await invitation.fill(good)
    await page.getByRole('button', { name: 'Join', exact: true }).click()
    await field(page, 'Your name').fill('Lisa')
    await field(page, 'E-mail').fill('lisa@example.com')
    await page.getByLabel('Password').fill('short')
    await page.getByRole('button', { name: 'Join Studio' }).click()
    await expect(page.getByRole('alert')).toHaveText('Choose a password of at least 8 characters')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Join Studio' }).click()
    await onlineWorkspace(lisa)
  })

  await test.step('an invitation that was used', async () => {
    const mia = await launch({ profile: 'mia' })
    await field(mia.page, 'Invitation').fill(good)
    await expect(mia.page.locator('.invitation-answer')).toHaveText(
      'This invitation was used already. Ask for a new one',
    )
    expect(await codeOf(mia.call('app.checkInvitation', { invitation: good }))).toBe('INVITATION_USED')
  })

  await test.step('a wrong password at the next sign-in; the right one works', async () => {
    const { id: workspaceId } = await onlineWorkspace(lisa)
    await lisa.call('app.signOut', { workspaceId })
    const banner = page.getByRole('status').filter({ hasText: 'Studio asks you to sign in' })
    await banner.getByRole('button', { name: 'Sign in…' }).click()
    const question = page.getByRole('dialog', { name: 'Sign in to Studio' })
    await question.getByLabel('Password').fill('not the password')
    await question.getByRole('button', { name: 'Sign in' }).click()
    await expect(question.getByRole('alert')).toHaveText('E-mail or password is wrong')
    expect(await codeOf(lisa.call('app.signIn', { workspaceId, password: 'not it either' }))).toBe('BAD_CREDENTIALS')
    await question.getByLabel('Password').fill(password)
    await question.getByRole('button', { name: 'Sign in' }).click()
    await onlineWorkspace(lisa)
  })
})

test('a source that goes away, a file in the way, a peer with another key', async ({ launch, desktop }) => {
  const { john, storageFolder } = await openStudio(launch, desktop.folder)
  const workspace = await onlineWorkspace(john)
  const source = join(desktop.folder, 'rushes')
  await makeTree(source, { largeBytes: 2 << 20, smallFiles: 5, depth: 3 })
  const projects = join(storageFolder, 'projects')

  await test.step('the folder is not there any more; back again, Retry sends it', async () => {
    await sendToShare(john, workspace, 'gone', source, { name: 'Gone', startPaused: true })
    const paused = await waitForRow(john, 'Gone', (row) => row.status === 'paused')
    await rename(source, `${source} moved`)
    await john.call('transfers.resume', { keys: [paused.key] })
    const row = await waitForRow(john, 'Gone', (seen) => seen.reason?.params?.error === 'SOURCE_NOT_FOUND')
    expect(row.reason?.action).toBeDefined()
    await expect(statusOnScreen(john.page, 'Gone')).toContainText('rushes is not there')
    await rename(`${source} moved`, source)
    await rowOnScreen(john.page, 'Gone').locator('.row-action').click()
    await waitForRow(john, 'Gone', (seen) => seen.status === 'done')
    expect(await readTree(join(projects, 'gone/rushes'))).toEqual(await readTree(source))
  })

  await test.step('a file stands where the folder should go; it is kept, and Retry goes on when it is away', async () => {
    await writeFile(join(projects, 'taken'), 'somebody else’s')
    await sendToShare(john, workspace, 'taken', source, { name: 'Taken' })
    const row = await waitForRow(john, 'Taken', (seen) => seen.reason?.params?.error === 'FOLDER_OVER_FILE')
    expect(row.reason?.action).toBeDefined()
    await expect(statusOnScreen(john.page, 'Taken')).toContainText(/is a file there, not a folder|A file stands where/)
    expect(await readFile(join(projects, 'taken'), 'utf8')).toBe('somebody else’s')
    await rename(join(projects, 'taken'), join(projects, 'taken before'))
    await rowOnScreen(john.page, 'Taken').locator('.row-action').click()
    await waitForRow(john, 'Taken', (seen) => seen.status === 'done')
    expect(await readTree(join(projects, 'taken/rushes'))).toEqual(await readTree(source))
  })

  await test.step('the other side has another key than the one remembered: nothing is sent', async () => {
    await john.quit()
    const peersFile = join(john.userData, 'engine/peers.json')
    const peers = await readFile(peersFile, 'utf8')
    await writeFile(peersFile, peers.replaceAll(/"[0-9a-f]{64}"/g, `"${'cd'.repeat(32)}"`))
    const again = await launch({ profile: 'john' })
    await agreeToQuit(again)
    await sendToShare(again, await onlineWorkspace(again), 'stranger', source, { name: 'Stranger' })
    const row = await waitForRow(again, 'Stranger', (seen) => seen.reason?.params?.error === 'PEER_KEY_MISMATCH')
    expect(row.status).toBe('waiting')
    expect(row.bytesDone).toBe(0)
    await openTransfers(again)
    await expect(statusOnScreen(again.page, 'Stranger')).toContainText('has a new key. Check it before sending')
    await expect(access(join(projects, 'stranger'))).rejects.toThrow()
    expect(await readTree(join(projects, 'gone/rushes'))).toEqual(await readTree(source))
  })
})

test('a folder to download to that cannot take it', async ({ launch, desktop }) => {
  const disk = join(desktop.folder, 'disk')
  test.skip(!(await mayMount(disk)), 'small and read-only disks need root')
  const studio = await openStudio(launch, desktop.folder)
  const lisa = await studio.join('Lisa')
  const source = join(desktop.folder, 'Episode 3')
  await makeTree(source, { largeBytes: 24 << 20, smallFiles: 20, depth: 3 })
  const workspace = await onlineWorkspace(studio.john)
  await sendToPerson(studio.john, workspace, 'lisa@example.com', source, { name: 'Episode 3' })
  await waitForRow(lisa, 'Episode 3', (row) => row.waitsOnYou === 'location')
  await openIncoming(lisa)
  const { page } = lisa
  const download = page.getByRole('button', { name: 'Download here' })
  const says = (sentence: RegExp) => expect(page.getByRole('alert').filter({ hasText: sentence })).toBeVisible()

  await test.step('a file of that name is in the way', async () => {
    const downloads = await downloadsOf(lisa)
    await mkdir(downloads, { recursive: true })
    await writeFile(join(downloads, 'John'), 'a file')
    await download.click()
    await says(/is a file there, not a folder/)
    expect(await readFile(join(downloads, 'John'), 'utf8')).toBe('a file')
  })

  await using small = await mountDisk(disk, 8 << 20)
  await test.step('it may not be written', async () => {
    await mkdir(join(disk, 'in'))
    await small.setReadOnly(true)
    await answerDialog(lisa, [join(disk, 'in')])
    await page.getByRole('button', { name: 'Browse…' }).click()
    await expect(page.locator('.path-root')).toContainText('disk/in')
    await field(page, `Folder beneath ${join(disk, 'in')}`).fill('new')
    await download.click()
    await says(/may not be written/)
    await small.setReadOnly(false)
  })

  await test.step('the disk is full: it stops with the reason and goes on when there is room', async () => {
    await expect(page.getByText(/too little\. Make room or choose another folder/)).toBeVisible()
    await download.click()
    const row = await waitForRow(lisa, 'Episode 3', (seen) => seen.reason?.params?.error === 'DISK_FULL')
    expect(row.reason?.action).toBe('retry')
    await openTransfers(lisa)
    await expect(statusOnScreen(page, 'Episode 3')).toContainText('keeps 100 MB free')
    await expect(statusOnScreen(studio.john.page, 'Episode 3')).toContainText('keeps 100 MB free')
    // More than has to stay free.
    await small.resize(256 << 20)
    await rowOnScreen(page, 'Episode 3').locator('.row-action').click()
    await waitForRow(lisa, 'Episode 3', (seen) => seen.status === 'done')
    expect(await readTree(join(disk, 'in/new/Episode 3'))).toEqual(await readTree(source))
  })
})
