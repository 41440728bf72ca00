import { describe, expect, test } from 'vitest'
import { compileFilter } from '../../../../../src/shared/domain/filters/filters.ts'
import {
  checkSettings,
  conflictRuleOf,
  mergeSettings,
  settingOf,
  settingTable,
} from '../../../../../src/shared/domain/settings/settings.ts'

describe('mergeSettings', () => {
  test('task over job over queue over share over workspace', () => {
    const levels = {
      workspace: {
        job_max_retries: '1',
        transfer_mode: 'copy',
        transfer_log: 'files',
        task_bucketsize: '1',
        transfer_resume: 'disable',
      },
      share: { job_max_retries: '2', transfer_mode: 'onewaysync', transfer_log: 'info', task_bucketsize: '2' },
      queue: { job_max_retries: '3', transfer_mode: 'copy', transfer_log: 'warning' },
      job: { job_max_retries: '4', transfer_mode: 'onewaysync' },
      task: { job_max_retries: '5' },
    }
    expect(mergeSettings(levels)).toEqual({
      job_max_retries: '5',
      transfer_mode: 'onewaysync',
      transfer_log: 'warning',
      task_bucketsize: '2',
      transfer_resume: 'disable',
    })
  })

  test('filters of all levels hold together, whichever convention each is written in', () => {
    const merged = mergeSettings({
      workspace: { transfer_exclude: '*.bak,*.old' },
      job: { transfer_exclude: "*tmp\\,re('[0-9]')" },
      task: { transfer_exclude: 'x,a\\,b' },
    })
    const filter = compileFilter(undefined, merged.transfer_exclude)
    for (const name of ['a.bak', 'a.old', 'a.tmp', '5', 'x', 'a,b']) expect(filter(name, false)).toBe(false)
    for (const name of ['a', 'b', 'a.mov']) expect(filter(name, false)).toBe(true)
  })
})

describe('reading', () => {
  test('every default is a value of its setting', () => {
    const defaults = Object.fromEntries(Object.entries(settingTable).map(([name, { default: value }]) => [name, value]))
    expect(() => checkSettings(defaults)).not.toThrow()
  })

  test('the default holds where nobody set one', () => {
    expect(settingOf({}, 'job_max_retries')).toBe('3')
    expect(settingOf({ job_max_retries: '5' }, 'job_max_retries')).toBe('5')
  })

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
})

describe('checkSettings', () => {
  test.each([
    ['transfer_speedlimit', '12.5'],
    ['transfer_speedlimit', '-1'],
    ['transfer_encryption', 'none'],
    ['transfer_attributes', 'owner+permissions'],
    ['transfer_conf', '{"sockets":10}'],
    ['transfer_reserved_space', '-1'],
    ['transfer_concurrent', '10'],
  ])('%s = %s', (name, value) => {
    expect(() => checkSettings({ [name]: value })).not.toThrow()
  })

  test.each([
    ['transfer_speedlimit', '0', 'setting-unusable'],
    ['transfer_speedlimit', 'fast', 'setting-unusable'],
    ['transfer_attributes', 'owner+colour', 'setting-unusable'],
    ['transfer_conf', '[]', 'setting-unusable'],
    ['transfer_conf', '{', 'setting-unusable'],
    ['transfer_concurrent', '11', 'setting-unusable'],
    ['job_max_retries', '-1', 'setting-unusable'],
    ['transfer_include', "re('[')", 'setting-unusable'],
    ['transfer_log', 'x'.repeat(70_000), 'too-long'],
    ['transfer_checksums', '1', 'setting-name'],
    ['constructor', '1', 'setting-name'],
  ])('refuses %s = %.20s: %s', (name, value, advice) => {
    expect(() => checkSettings({ [name]: value }, '$.tasks[2].settings')).toThrow(
      expect.objectContaining({
        code: 'SPEC_INVALID',
        params: expect.objectContaining({ jsonPath: `$.tasks[2].settings.${name}`, advice }),
      }),
    )
  })
})
