import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AppView } from '../../src/shared/contract/view.ts'
import { poll, type TernApp } from '../helpers/app/launch-app.ts'
import { hostWorkspace, onlineWorkspace } from '../helpers/app/workspaces.ts'
import { expect, test } from './fixtures.ts'

const run = promisify(execFile)

function keyringIs(app: TernApp, wanted: AppView['keyring']) {
  return poll(
    async () => ((await app.call('app.view', {})).keyring === wanted ? wanted : undefined),
    `the keyring to be ${wanted}`,
  )
}

/** Files below `folder` that contain `secret`, as text or as base64 or hexadecimal of it. */
async function filesWith(folder: string, secret: string): Promise<readonly string[]> {
  const needles = [
    secret,
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
  ]
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path)
    if (needles.some((needle) => content.includes(needle))) found.push(path)
  }
  return found
}

test.describe('with an open keyring', () => {
  test('the session is in it and nowhere in the profile, and the next start is signed in', async ({
    launch,
    desktop,
  }) => {
    const app = await launch()
    await keyringIs(app, 'available')
    await hostWorkspace(app, join(desktop.folder, 'storage'))
    const workspace = await onlineWorkspace(app)
    const account = `${workspace.id}/john@example.com`
    const { stdout: secret } = await run('secret-tool', ['lookup', 'service', 'Tern', 'account', account], {
      env: desktop.env,
    })
    expect(secret.length).toBeGreaterThan(20)
    await app.quit()
    expect(await filesWith(app.userData, secret)).toEqual([])

    const again = await launch()
    expect((await onlineWorkspace(again)).id).toBe(workspace.id)
  })
})

test.describe('without a keyring', () => {
  test.use({ keyring: 'none' })

  test('the app says so and works', async ({ launch, desktop }) => {
    const app = await launch()
    await keyringIs(app, 'absent')
    await hostWorkspace(app, join(desktop.folder, 'storage'))
    expect((await onlineWorkspace(app)).connection).toBe('online')
  })
})

test.describe('with a locked keyring', () => {
  test.use({ keyring: 'locked' })

  test('the app is there at once, waits without blocking, and goes on when it opens', async ({ launch, desktop }) => {
    const app = await launch()
    await keyringIs(app, 'waiting-for-unlock')
    const askedAt = performance.now()
    await app.call('transfers.snapshot', {})
    expect(performance.now() - askedAt).toBeLessThan(1000)
    await desktop.unlockKeyring()
    await keyringIs(app, 'available')
  })
})
