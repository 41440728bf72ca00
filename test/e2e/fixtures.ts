import { test as base } from '@playwright/test'
import { type LaunchOptions, launchApp, type TernApp } from '../helpers/app/launch-app.ts'
import type { Desktop, KeyringState } from '../helpers/desktop/desktop.d.mts'
import { openDesktop } from '../helpers/desktop/desktop.mjs'

interface Fixtures {
  /** How the desktop's keyring answers. */
  readonly keyring: KeyringState
  readonly desktop: Desktop
  /** Starts the app on the test's desktop; it is ended with the test, and its trace kept when the test failed. */
  readonly launch: (options?: Omit<LaunchOptions, 'desktop'>) => Promise<TernApp>
}

/** Each test has a desktop of its own, and fresh profiles on it. */
export const test = base.extend<Fixtures>({
  keyring: ['unlocked', { option: true }],
  desktop: async ({ keyring }, use) => {
    await using desktop = await openDesktop({ keyring })
    await use(desktop)
  },
  launch: async ({ desktop }, use, testInfo) => {
    const apps: TernApp[] = []
    await use(async (options = {}) => {
      const app = await launchApp({ ...options, desktop })
      apps.push(app)
      await app.electron.context().tracing.start({ screenshots: true, snapshots: true })
      return app
    })
    const hasFailed = testInfo.status !== testInfo.expectedStatus
    for (const [index, app] of apps.reverse().entries()) {
      if (hasFailed) await keepTraces(app, testInfo.outputPath(`app-${index}`)).catch(() => undefined)
      await app[Symbol.asyncDispose]()
    }
  },
})

export { expect } from '@playwright/test'

/** An app that hangs cannot tell any more: what is not there after a while is left out. */
async function keepTraces(app: TernApp, folder: string): Promise<void> {
  const told = (async () => {
    await app.electron.context().tracing.stop({ path: `${folder}/trace.zip` })
    await app.page.screenshot({ path: `${folder}/page.png`, timeout: 2000 })
  })()
  await Promise.race([told, new Promise((resolve) => setTimeout(resolve, 5000))])
}
