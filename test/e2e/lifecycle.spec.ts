import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { launchApp, type TernApp } from '../helpers/app/launch-app.ts'
import type { Launch } from '../helpers/app/people.ts'
import { hostWorkspace, joinAs } from '../helpers/app/workspaces.ts'
import { openNotificationHost } from '../helpers/desktop/notifications.ts'
import { openTrayHost } from '../helpers/desktop/tray-host.ts'
import { expect, test } from './fixtures.ts'

const electronPath = createRequire(import.meta.url)('electron') as unknown as string
const projectFolder = process.env.TERN_E2E_APP ?? join(import.meta.dirname, '../..')
/** What the product promises, and a little for a machine that has just run a deadline to its end. */
const slowestQuitMs = 6500

test('a second start shows the first window, hands its link over and ends', async ({ launch, desktop }) => {
  const app = await launch()
  await app.page.evaluate(() => {
    Reflect.set(window, 'opened', [])
    const bridge = Reflect.get(window, 'tern') as unknown as {
      on(event: string, listener: (it: unknown) => void): void
    }
    bridge.on('open', (payload) => (Reflect.get(window, 'opened') as unknown[]).push(payload))
  })
  const invitation = `tern://join/127.0.0.1:9/${'ab'.repeat(32)}/some-code`
  const second = spawn(electronPath, ['--no-sandbox', `--user-data-dir=${app.userData}`, projectFolder, invitation], {
    env: { ...desktop.env, TERN_LOOPBACK_ONLY: '1' },
    stdio: 'ignore',
  })
  const [code] = (await once(second, 'exit')) as [number]
  expect(code).toBe(0)
  await expect
    .poll(() => app.page.evaluate(() => Reflect.get(window, 'opened') as unknown))
    .toEqual([{ place: 'join', invitation }])
  expect((await app.call('app.view', {})).workspaces).toEqual([])
})

test('without a tray, closing minimises, and says so once', async ({ launch, desktop }) => {
  await using notifications = await openNotificationHost(desktop.env.DBUS_SESSION_BUS_ADDRESS ?? '')
  const app = await launch()
  await app.call('window.close', {})
  await notifications.next((shown) => shown.title === 'Tern keeps running')
  expect(await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  await app.call('window.close', {})
  expect(notifications.all).toHaveLength(1)
  expect((await app.call('app.view', {})).hasTray).toBe(false)
})

test('with a tray, closing hides; the tray opens the window again and quits', async ({ launch, desktop }) => {
  await using tray = await openTrayHost(desktop.env.DBUS_SESSION_BUS_ADDRESS ?? '')
  const app = await launch()
  await expect.poll(async () => (await app.call('app.view', {})).hasTray).toBe(true)
  const isVisible = () => app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await app.call('window.close', {})
  expect(await isVisible()).toBe(false)
  const item = await tray.item()
  await item.choose('Open Tern')
  await expect.poll(isVisible).toBe(true)
  // The app may be gone before it has answered the click.
  await item.choose('Quit').catch(() => undefined)
  await app.ended()
})

test('quitting ends every process within 5 s', async ({ desktop }) => {
  const app = await launchApp({ desktop })
  const engine = await app.childPid('tern-engine')
  const startedAt = performance.now()
  await app.quit()
  expect(performance.now() - startedAt).toBeLessThan(5000)
  for (const pid of [app.mainPid, engine]) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('an engine process that dies is started again', async ({ launch }) => {
  const app = await launch()
  const first = await app.killChild('tern-engine')
  const second = await app.childPid('tern-engine', first)
  expect(second).not.toBe(first)
  await expect.poll(async () => (await app.call('app.view', {})).engine).toEqual({ state: 'running', crashes: 1 })
})

test('quitting ends every process within 5 s, also those that do not answer any more', async ({ desktop }) => {
  const app = await launchApp({ desktop })
  await hostWorkspace(app, join(desktop.folder, 'storage'))
  const children = await Promise.all(
    ['tern-engine', 'tern-storage', 'tern-workspace'].map((name) => app.childPid(name)),
  )
  for (const pid of children) process.kill(pid, 'SIGSTOP')
  expect(await quitMs(app)).toBeLessThan(slowestQuitMs)
  for (const pid of [app.mainPid, ...children]) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('quitting ends within 5 s while a disk does not answer', async ({ desktop }) => {
  const app = await launchApp({ desktop })
  const pipe = join(desktop.folder, 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  // Opening it waits for somebody who writes, in a thread that nothing ends: as on a network disk that is gone.
  await app.electron.evaluate((_electron, path) => {
    void process.getBuiltinModule('node:fs').promises.open(path, 'r')
  }, pipe)
  expect(await quitMs(app)).toBeLessThan(slowestQuitMs)
})

test('the question of a host who quits is withdrawn when the last one it would cut off leaves', async ({
  launch,
  desktop,
}) => {
  const { host, member } = await connectedPair(launch, desktop.folder)
  await host.electron.evaluate(({ app }) => app.quit())
  const asked = 'asking whether to quit'
  await expect.poll(() => readFile(join(host.userData, 'logs', 'main.log'), 'utf8')).toContain(asked)
  await member.quit()
  await host.ended()
})

test('a host who is told to end by the system asks no question', async ({ launch, desktop }) => {
  const { host } = await connectedPair(launch, desktop.folder)
  const startedAt = performance.now()
  process.kill(host.mainPid, 'SIGTERM')
  await host.ended()
  expect(performance.now() - startedAt).toBeLessThan(slowestQuitMs)
})

/** John hosts, and sees that Mia is online. */
async function connectedPair(launch: Launch, folder: string): Promise<{ host: TernApp; member: TernApp }> {
  const host = await launch({ profile: 'john' })
  const invitation = await hostWorkspace(host, join(folder, 'storage'))
  const member = await launch({ profile: 'mia' })
  await joinAs(member, invitation, 'Mia')
  await expect
    .poll(async () => (await host.call('app.view', {})).people.some((person) => person.online && !person.isMe))
    .toBe(true)
  return { host, member }
}

async function quitMs(app: TernApp): Promise<number> {
  const startedAt = performance.now()
  await app.quit()
  return performance.now() - startedAt
}
