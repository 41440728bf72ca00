import { fileURLToPath } from 'node:url'
import { _electron, test as base, type ElectronApplication, expect, type Page } from '@playwright/test'
import { type Desktop, openDesktop } from '../../helpers/desktop/desktop.mjs'
import { installFakeTern, type Scenario } from './fake-tern.ts'

const main = fileURLToPath(new URL('main.mjs', import.meta.url))

export interface OpenOptions {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
  readonly media?: Parameters<Page['emulateMedia']>[0]
}

interface Fixtures {
  /** Opens the renderer on a scenario. */
  readonly openWindow: (scenario: Scenario, options?: OpenOptions) => Promise<Page>
}

interface WorkerFixtures {
  readonly desktop: Desktop
  readonly app: ElectronApplication
}

/** One Electron for all tests of a worker; each test loads the page anew with its own scenario. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  desktop: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from it
    async ({}, use) => {
      const desktop = await openDesktop({ keyring: 'none' })
      await use(desktop)
      await desktop.close()
    },
    { scope: 'worker' },
  ],
  app: [
    async ({ desktop }, use) => {
      const app = await _electron.launch({
        args: [main, `--user-data-dir=${desktop.folder}/harness`, '--force-color-profile=srgb'],
        env: desktop.env,
      })
      await use(app)
      await app.close()
    },
    { scope: 'worker' },
  ],
  openWindow: async ({ app }, use) => {
    const page = await app.firstWindow()
    const problems: string[] = []
    const note = (text: string) => problems.push(text)
    const onError = (error: Error) => note(`${error.name}: ${error.message}`)
    page.on('pageerror', onError)
    await use(async (scenario, options = {}) => {
      const { width = 1200, height = 760, colorScheme = 'light', media = {} } = options
      await app.evaluate(
        ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
        {
          width,
          height,
        },
      )
      await page.emulateMedia({
        colorScheme,
        reducedMotion: 'reduce',
        forcedColors: 'none',
        contrast: 'no-preference',
        ...media,
      })
      // Later init scripts would pile up, so the scenario is handed over by one that is installed for this load only.
      const script = `(${installFakeTern.toString()})(${JSON.stringify(scenario)})`
      const session = await page.context().newCDPSession(page)
      await session.send('Page.enable')
      const { identifier } = await session.send('Page.addScriptToEvaluateOnNewDocument', { source: script })
      await page.goto('app://tern/index.html')
      await session.send('Page.removeScriptToEvaluateOnNewDocument', { identifier })
      await session.detach()
      return page
    })
    page.off('pageerror', onError)
    const violations = await page.evaluate(() => window.fake?.violations ?? [])
    expect(violations, 'the content security policy holds').toEqual([])
    expect(problems, 'no error in the page').toEqual([])
  },
})

export { expect }

/** Where the screenshots go: looked at by people, kept out of the repository. */
export const shotsFolder = fileURLToPath(new URL('../../../test-results/ui/', import.meta.url))
