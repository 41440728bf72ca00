import { expect, test } from 'vitest'
import { guardRemoval } from '../../../../src/engine/transfer/rules/sync-guard.ts'

test.each([
  ['nothing to remove from an empty source', { listed: 0, present: 0, extra: 0 }, undefined],
  ['an empty source', { listed: 0, present: 3, extra: 3 }, 'source-empty'],
  ['ten go, whatever their share', { listed: 1, present: 10, extra: 10 }, undefined],
  ['more than half and more than ten', { listed: 1, present: 21, extra: 11 }, 'more-than-half'],
  ['just half', { listed: 1, present: 22, extra: 11 }, undefined],
])('%s', (_what, counts, reason) => {
  const guard = () => guardRemoval('site', counts)
  if (reason === undefined) return expect(guard).not.toThrow()
  expect(guard).toThrow(
    expect.objectContaining({
      code: 'SYNC_GUARD',
      params: { reason, path: 'site', count: counts.extra, total: counts.present },
    }),
  )
})
