import { defineConfig } from 'vitest/config'

// Vitest 5 is written for Node 22 and groups failures with this when it reports them; Node 20 does not have it yet.
Map.groupBy ??= <K, V>(items: Iterable<V>, keyOf: (item: V, index: number) => K): Map<K, V[]> => {
  const groups = new Map<K, V[]>()
  let index = 0
  for (const item of items) {
    const key = keyOf(item, index++)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

const proof = process.env.TERN_PROOF === '1'

export default defineConfig({
  test: {
    include: proof
      ? ['test/proof/**/*.test.ts']
      : ['test/{unit,contract,integration,simulation,fuzz,arch}/**/*.test.{ts,tsx}'],
    pool: 'forks',
    // Two cores: more workers only add noise to the tests that watch a limit or a time.
    maxWorkers: 2,
    testTimeout: proof ? 600_000 : 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
})
