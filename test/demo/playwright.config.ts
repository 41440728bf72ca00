import { defineConfig } from '@playwright/test'

/** The demo as `npm start` plays it where there is no display: what it prints is for a person. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/demo-run',
  workers: 1,
  timeout: 180_000,
  reporter: [['./told-steps.ts']],
})
