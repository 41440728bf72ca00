// The demo's stage: one app in a fresh profile, pictures of its window, and a line for each step.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron } from '@playwright/test'

const root = fileURLToPath(new URL('../..', import.meta.url))
const shots = join(root, 'test-results', 'demo')

const seconds = (startedAt) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`

/** Starts the app with nothing in its profile, on loopback only. */
export const openStage = async () => {
  await rm(shots, { recursive: true, force: true })
  await mkdir(shots, { recursive: true })
  const folder = await mkdtemp(join(tmpdir(), 'tern-demo-'))
  const profile = join(folder, 'profile')
  const app = await _electron.launch({
    args: [process.env.TERN_DEMO_APP ?? root, `--user-data-dir=${profile}`],
    env: { ...process.env, HOME: folder, TERN_LOOPBACK_ONLY: '1' },
  })
  const page = await app.firstWindow()
  await page.waitForLoadState()
  let shotCount = 0

  return {
    app,
    page,
    folder,
    profile,
    /** Says what happens and how long it took; the step answers bytes and files where it moved any. */
    step: async (name, act) => {
      const startedAt = performance.now()
      const moved = await act()
      const sum = moved === undefined ? '' : `${moved.files} files, ${megabytes(moved.bytes)}`
      console.log(`${name.padEnd(44)} ${sum.padEnd(24)} ${seconds(startedAt).padStart(8)}`)
      return moved
    },
    /** A picture of the window; its path is printed. */
    shot: async (name, scheme = 'light') => {
      await page.emulateMedia({ colorScheme: scheme })
      shotCount += 1
      const path = join(shots, `${String(shotCount).padStart(2, '0')}-${name}-${scheme}.png`)
      await page.screenshot({ path })
      console.log(`  ${relative(root, path)}`)
    },
    /** Drops a file or folder on the window as the system would: trusted events, real paths. */
    drop: async (path) => {
      const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
      const session = await page.context().newCDPSession(page)
      const event = { x: width / 2, y: height / 2, data: { items: [], files: [path], dragOperationsMask: 1 } }
      await session.send('Input.dispatchDragEvent', { type: 'dragEnter', ...event })
      await session.send('Input.dispatchDragEvent', { type: 'dragOver', ...event })
      return async () => {
        await session.send('Input.dispatchDragEvent', { type: 'drop', ...event })
        await session.detach()
      }
    },
    close: async () => {
      const gone = new Promise((resolve) => app.process().once('exit', resolve))
      void app.evaluate(({ app: main }) => main.quit()).catch(() => undefined)
      await gone
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
