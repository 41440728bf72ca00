import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/** Debian's browser; elsewhere the one that `npx playwright install chromium` brings. */
const systemChromium = '/usr/bin/chromium'
const browser = existsSync(systemChromium) ? { launchOptions: { executablePath: systemChromium } } : {}

const proof = process.env.TERN_PROOF === '1'

export default defineConfig({
  testDir: 'test',
  outputDir: 'test-results/runs',
  // One at a time: the e2e tests share the machine's two cores with the engines they measure.
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env.CI === 'true',
  retries: 0,
  timeout: proof ? 1_200_000 : 120_000,
  reporter: [['list']],
  projects: proof
    ? [{ name: 'proof', testDir: 'test/proof', testMatch: '**/*.spec.ts' }]
    : [
        { name: 'ui', testDir: 'test/ui', testMatch: '**/*.spec.ts', use: browser },
        { name: 'e2e', testMatch: ['e2e/**/*.spec.ts', 'demo/*.spec.ts'] },
      ],
})
