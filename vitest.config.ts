import { defineConfig } from 'vitest/config'

const proof = process.env.TERN_PROOF === '1'

export default defineConfig({
  test: {
    include: proof
      ? ['test/proof/**/*.test.ts']
      : ['test/{unit,contract,integration,simulation,arch}/**/*.test.{ts,tsx}'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    // Two cores: more workers only add noise to the tests that watch a limit or a time.
    maxWorkers: 2,
    testTimeout: proof ? 600_000 : 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
})
