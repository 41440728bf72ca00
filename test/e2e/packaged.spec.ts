import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setFuses } from '../../scripts/electron-runtime/fuses.mjs'
import { packagedProgram } from '../helpers/app/packaged-app.ts'
import { waitForRow } from '../helpers/app/rows.ts'
import { sendToShare } from '../helpers/app/sending.ts'
import { makeTree, readTree } from '../helpers/app/trees.ts'
import { hostWorkspace, onlineWorkspace } from '../helpers/app/workspaces.ts'
import { expect, test } from './fixtures.ts'

/** As electron-builder.yml states them, but for enableNodeCliInspectArguments, which Playwright needs. */
const fuses = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: true,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
}

test.skip(process.platform !== 'linux', 'the package is made for Linux here')

test('the packaged app starts, hosts and completes an upload', async ({ launch, desktop }) => {
  test.setTimeout(180_000)
  const executablePath = await packagedProgram()
  const app = await launch({ executablePath })
  expect(await app.electron.evaluate(({ app: electronApp }) => electronApp.isPackaged)).toBe(true)

  const storage = join(desktop.folder, 'storage')
  await hostWorkspace(app, storage)
  const source = join(desktop.folder, 'rushes')
  await makeTree(source, { largeBytes: 40 << 20, smallFiles: 100, depth: 20 })
  await sendToShare(app, await onlineWorkspace(app), 'from the package', source, { name: 'Rushes' })
  await waitForRow(app, 'Rushes', (row) => row.status === 'done')
  expect(await readTree(join(storage, 'projects/from the package/rushes'))).toEqual(await readTree(source))

  const binary = await readFile(executablePath)
  const stated = Buffer.from(binary)
  setFuses(stated, fuses)
  expect(stated.equals(binary)).toBe(true)
  const resources = join(dirname(executablePath), 'resources')
  expect(existsSync(join(resources, 'app.asar'))).toBe(true)
  // What a program runs when its own archive is missing is somebody else's way in.
  expect(existsSync(join(resources, 'default_app.asar'))).toBe(false)
})

test('the packaged program makes and serves a workspace on a machine without a display', async ({ desktop }) => {
  test.setTimeout(180_000)
  const program = join(dirname(await packagedProgram()), 'bin/tern')
  const data = ['--data', join(desktop.folder, 'workspace')]
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env
  const tern = (args: readonly string[]) =>
    spawn(program, [...args, ...data], { env, stdio: ['pipe', 'pipe', 'ignore'] })

  const init = tern(['workspace', 'init', '--code', 'studio', '--admin', 'lisa@example.com', '--password-stdin'])
  init.stdin.end('correct horse battery\n')
  expect((await once(init, 'exit'))[0]).toBe(0)
  const served = tern(['serve', '--host', '127.0.0.1'])
  const [line] = (await once(createInterface({ input: served.stdout }), 'line')) as [string]
  const { address, fingerprint } = JSON.parse(line) as { address: string; fingerprint: string }
  const invite = tern(['invite'])
  expect(await text(invite.stdout)).toContain(`tern://join/${address}/${fingerprint}/`)
  const second = tern(['serve'])
  expect((await once(second, 'exit'))[0]).toBe(1)
  served.kill('SIGTERM')
  expect((await once(served, 'exit'))[0]).toBe(0)
})
