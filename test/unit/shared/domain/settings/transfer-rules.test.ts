import { describe, expect, test } from 'vitest'
import type { Settings } from '../../../../../src/shared/domain/settings/settings.ts'
import type { Weekday } from '../../../../../src/shared/domain/settings/speed-timetable.ts'
import {
  checksumOf,
  cipherOf,
  comparisonOf,
  conflictRuleOf,
  isDryRun,
  keptAttributesOf,
  leavesFolders,
  linkRuleOf,
  loggedKindsOf,
  namePolicyOf,
  reservedBytesOf,
  resumesFromBytesOf,
  speedLimitOf,
  syncRuleOf,
  tuningOf,
} from '../../../../../src/shared/domain/settings/transfer-rules.ts'

test.each([
  [{}, 'replace'],
  [{ transfer_on_conflict: 'rename' }, 'rename'],
  [{ transfer_on_conflict: 'skip' }, 'skip'],
  [{ transfer_ignore_existing: 'file', transfer_on_conflict: 'rename' }, 'skip'],
  [{ transfer_ignore_existing: 'file+directory' }, 'skip'],
  [{ transfer_ignore_existing: 'directory' }, 'replace'],
])('%j: %s what stands at the destination', (settings, rule) => {
  expect(conflictRuleOf(settings)).toBe(rule)
})

test.each([
  [{}, 'size+modified'],
  [{ transfer_comparison: 'modified+size' }, 'size+modified'],
  [{ transfer_comparison: 'size' }, 'size'],
  [{ transfer_comparison: 'modified' }, 'modified'],
])('%j: the same by %s', (settings, rule) => {
  expect(comparisonOf(settings)).toBe(rule)
})

test('nothing set: rsync -rt, and what Tern finds by itself', () => {
  expect(leavesFolders({})).toBe(false)
  expect(linkRuleOf({})).toBe('skip')
  expect(keptAttributesOf({})).toBeUndefined()
  expect(checksumOf({})).toEqual({ content: false, readback: false })
  expect(resumesFromBytesOf({})).toBeUndefined()
  expect(syncRuleOf({})).toBeUndefined()
  expect(isDryRun({})).toBe(false)
  expect(cipherOf({})).toBeUndefined()
  expect(reservedBytesOf({})).toBe(100_000_000)
  expect(tuningOf({})).toEqual({})
  expect([...loggedKindsOf({})]).toEqual(['info', 'comparison', 'files'])
})

test.each([
  [leavesFolders, { transfer_ignore_existing: 'file+directory' }, true],
  [leavesFolders, { transfer_ignore_existing: 'file' }, false],
  [linkRuleOf, { transfer_links: 'keep-all' }, 'keep-all'],
  [linkRuleOf, { transfer_links: 'of a newer version' }, 'skip'],
  [keptAttributesOf, { transfer_attributes: 'owner + permissions' }, { permissions: true, owner: true, group: false }],
  [checksumOf, { transfer_checksum: 'readback' }, { content: false, readback: true }],
  [resumesFromBytesOf, { transfer_resume_limit: '50' }, 50_000_000],
  [resumesFromBytesOf, { transfer_resume: 'disable', transfer_resume_limit: '-1' }, Number.POSITIVE_INFINITY],
  [syncRuleOf, { transfer_mode: 'onewaysync' }, { isGuarded: true }],
  [syncRuleOf, { transfer_mode: 'onewaysync', transfer_sync_guard: 'false' }, { isGuarded: false }],
  [isDryRun, { transfer_dry_run: 'true' }, true],
  [cipherOf, { transfer_encryption: 'aes256' }, 'aes256'],
  [cipherOf, { transfer_encryption: 'none' }, undefined],
  [reservedBytesOf, { transfer_reserved_space: '-1' }, 0],
  [tuningOf, { transfer_conf: '{"sockets":100,"umask":"027"}' }, { lanes: 16, umask: 0o027 }],
  [tuningOf, { transfer_conf: '{"sockets":"3","umask":""}' }, { lanes: 3 }],
  [tuningOf, { transfer_conf: 'what a newer version wrote' }, {}],
] as const)('%o of %j', (rule, settings, expected) => {
  expect(rule(settings as Settings)).toEqual(expected)
})

describe('speedLimitOf', () => {
  const monday: Weekday = 1
  const timetable = { transfer_speedlimit_timetable: 'mon 08:00-12:00 0.5; mon 12:00-13:00 -1' }
  test.each([
    ['nothing', {}, 600, undefined],
    ['lifted', { transfer_speedlimit: '-1' }, 600, undefined],
    ['megabytes a second', { transfer_speedlimit: '12.5' }, 600, 12_500_000],
    ['never so slow that the line seems lost', { transfer_speedlimit: '0.000001' }, 600, 1000],
    ['the timetable first', { transfer_speedlimit: '12.5', ...timetable }, 600, 500_000],
    ['the timetable lifts it', { transfer_speedlimit: '12.5', ...timetable }, 720, undefined],
    ['beside the timetable the plain one', { transfer_speedlimit: '12.5', ...timetable }, 800, 12_500_000],
    ['beside the timetable nothing', timetable, 800, undefined],
    [
      'what a newer version wrote limits nothing',
      { transfer_speedlimit: '2', transfer_speedlimit_timetable: 'yearly 1' },
      1,
      2_000_000,
    ],
  ])('%s', (_what, settings, minute, limit) => {
    expect(speedLimitOf(settings, monday, minute)).toBe(limit)
  })
})

test.each([
  [{}, 'map'],
  [{ transfer_names: 'refuse' }, 'refuse'],
  [{ transfer_names: 'other' }, 'map'],
])('%j: names that do not fit: %s', (settings, policy) => {
  expect(namePolicyOf(settings)).toBe(policy)
})
