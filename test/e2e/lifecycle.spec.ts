import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { launchApp } from '../helpers/app/launch-app.ts'
import { openNotificationHost } from '../helpers/desktop/notifications.ts'
import { openTrayHost } from '../helpers/desktop/tray-host.ts'
import { expect, test } from './fixtures.ts'

const electronPath = createRequire(import.meta.url)('electron') as unknown as string
const projectFolder = process.env.TERN_E2E_APP ?? join(import.meta.dirname, '../..')

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
  const gone = once(app.electron.process(), 'exit')
  // The app may be gone before it has answered the click.
  await item.choose('Quit').catch(() => undefined)
  await gone
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
