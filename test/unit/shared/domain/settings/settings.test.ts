import { describe, expect, test } from 'vitest'
import { valueProblem } from '../../../../../src/shared/domain/settings/setting-problem.ts'
import {
  isSettingName,
  settingDefinition,
  settingLevels,
  settingNames,
  settingsOfScope,
} from '../../../../../src/shared/domain/settings/settings.ts'
import { settingDifference, settingHelp } from '../../../../../src/shared/words/settings.ts'

describe('the table', () => {
  test.each(settingNames)('%s: its default is a value of it, and it can be written somewhere', (name) => {
    const { type, default: value, scopes } = settingDefinition(name)
    expect(valueProblem(type, value)).toBeUndefined()
    expect(scopes.length).toBeGreaterThan(0)
    expect(new Set(scopes).size).toBe(scopes.length)
  })

  test.each(settingNames)('%s: who acts on it is said exactly where it works', (name) => {
    const { effect, actor } = settingDefinition(name)
    expect(actor !== undefined).toBe(effect === 'works')
  })

  test.each(settingNames)('%s: what a task may carry, a job and a workspace may as well', (name) => {
    const { scopes } = settingDefinition(name)
    const broader = {
      task: ['job', 'queue', 'workspace'],
      job: ['queue'],
      queue: [],
      share: [],
      workspace: [],
      client: [],
    }
    for (const scope of scopes) expect(scopes).toEqual(expect.arrayContaining(broader[scope]))
  })

  test.each(settingNames)('%s: one line of help', (name) => {
    expect(settingHelp[name]).toMatch(/^[A-Z][^.\n]{10,119}$/)
    expect(settingDifference[name] ?? 'A').toMatch(/^[A-Z][^.\n]*$/)
  })

  test('knows its names, and no others', () => {
    expect(isSettingName('transfer_mode')).toBe(true)
    for (const name of ['constructor', '__proto__', 'Transfer_mode', '']) expect(isSettingName(name)).toBe(false)
  })
})

test.each(settingLevels)('settings of a %s are those that may be written there', (scope) => {
  const names = settingsOfScope(scope)
  expect(names.includes('transfer_exclude')).toBe(true)
  expect(names.includes('upload_enable')).toBe(scope === 'workspace')
  expect(names.includes('queue_interrupt_policy')).toBe(scope === 'workspace' || scope === 'queue')
  expect(names.includes('job_max_retries')).toBe(scope !== 'task')
})
