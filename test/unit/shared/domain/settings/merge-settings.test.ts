import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileFilter } from '../../../../../src/shared/domain/filters/filters.ts'
import { mergeSettings, resolveSettings, settingOf } from '../../../../../src/shared/domain/settings/merge-settings.ts'
import {
  type Settings,
  settingDefinition,
  settingLevels,
  settingNames,
} from '../../../../../src/shared/domain/settings/settings.ts'
import { conflictRuleOf } from '../../../../../src/shared/domain/settings/transfer-rules.ts'

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

describe('mergeSettings', () => {
  test('task over job over queue over share over workspace', () => {
    expect(mergeSettings(levels)).toEqual({
      job_max_retries: '5',
      transfer_mode: 'onewaysync',
      transfer_log: 'warning',
      task_bucketsize: '2',
      transfer_resume: 'disable',
    })
  })

  test('of several shares the later one wins, over the workspace and under the queue', () => {
    const merged = mergeSettings({
      workspace: { transfer_log: '', transfer_resume: 'enable', transfer_mode: 'copy' },
      share: [
        { transfer_resume: 'disable', transfer_mode: 'onewaysync', transfer_exclude: 'a' },
        { transfer_mode: 'copy', transfer_exclude: 'b' },
      ],
      queue: { transfer_exclude: 'c' },
    })
    expect(merged).toEqual({
      transfer_log: '',
      transfer_resume: 'disable',
      transfer_mode: 'copy',
      transfer_exclude: 'a,b,c',
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

  test('a name of another generation is kept, the stronger one wins', () => {
    expect(mergeSettings({ share: { constructor: 'a' } as Settings, job: { constructor: 'b' } as Settings })).toEqual({
      constructor: 'b',
    })
  })
})

describe('resolveSettings', () => {
  test('every name of the table, with its value and where it comes from', () => {
    const resolved = resolveSettings(levels)
    expect(Object.keys(resolved)).toEqual([...settingNames])
    expect(resolved.job_max_retries).toEqual({ value: '5', level: 'task' })
    expect(resolved.transfer_mode).toEqual({ value: 'onewaysync', level: 'job' })
    expect(resolved.transfer_log).toEqual({ value: 'warning', level: 'queue' })
    expect(resolved.task_bucketsize).toEqual({ value: '2', level: 'share' })
    expect(resolved.transfer_resume).toEqual({ value: 'disable', level: 'workspace' })
    expect(resolved.transfer_attributes).toEqual({ value: '', level: 'default' })
  })

  test('a filter has its value from all levels, and the name of the strongest before those of the others', () => {
    const resolved = resolveSettings({
      workspace: { transfer_exclude: '*.bak' },
      share: [{ transfer_exclude: 'x' }, {}],
      job: {},
    })
    expect(resolved.transfer_exclude).toEqual({ value: '*.bak,x', level: 'share', alsoFrom: ['workspace'] })
  })

  test('for any levels: the value is that of the level named, unless it adds up', () => {
    const settings = fc.record(
      {
        transfer_mode: fc.constantFrom('copy', 'onewaysync'),
        job_max_retries: fc.nat(9).map(String),
        transfer_exclude: fc.constantFrom('a', 'b*', "re('c')"),
      },
      { requiredKeys: [] },
    )
    const anyLevels = fc.record(
      {
        workspace: settings,
        share: fc.array(settings, { maxLength: 3 }),
        queue: settings,
        job: settings,
        task: settings,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(anyLevels, (given) => {
        const resolved = resolveSettings(given)
        const merged = mergeSettings(given)
        for (const name of ['transfer_mode', 'job_max_retries', 'transfer_exclude'] as const) {
          const written = settingLevels.flatMap((level) =>
            [given[level] ?? []]
              .flat()
              .flatMap((one) => (one[name] === undefined ? [] : [{ level, value: one[name] }])),
          )
          const strongest = written.at(-1)
          expect(resolved[name].level).toBe(strongest?.level ?? 'default')
          const wanted =
            settingDefinition(name).inheritance === 'adds'
              ? written.map(({ value }) => value).join(',')
              : (strongest?.value ?? settingDefinition(name).default)
          expect(resolved[name].value).toBe(wanted)
          expect(settingOf(merged, name)).toBe(wanted)
        }
      }),
    )
  })
})

describe('reading', () => {
  test('the default holds where nobody set one', () => {
    expect(settingOf({}, 'job_max_retries')).toBe('3')
    expect(settingOf({ job_max_retries: '5' }, 'job_max_retries')).toBe('5')
  })
})

describe('a stronger level over a weaker one that says it by another name', () => {
  const timetable = 'mon-fri 08:00-18:00 5'

  test.each([
    ['a limit of the job, over a timetable of the workspace', { transfer_speedlimit: '-1' }, undefined],
    ['nothing of the job', {}, timetable],
    ['both of the job', { transfer_speedlimit: '1', transfer_speedlimit_timetable: 'daily 2' }, 'daily 2'],
  ])('%s', (_what, job, wanted) => {
    const levels = { workspace: { transfer_speedlimit_timetable: timetable }, job }
    expect(mergeSettings(levels).transfer_speedlimit_timetable).toBe(wanted)
    const resolved = resolveSettings(levels).transfer_speedlimit_timetable
    expect(resolved.level).toBe(wanted === undefined ? 'default' : wanted === timetable ? 'workspace' : 'job')
  })

  test('a task that replaces, in a job that skips what is there', () => {
    const job = { transfer_ignore_existing: 'file' }
    expect(conflictRuleOf(mergeSettings({ job, task: { transfer_on_conflict: 'replace' } }))).toBe('replace')
    expect(conflictRuleOf(mergeSettings({ job, task: {} }))).toBe('skip')
  })
})
