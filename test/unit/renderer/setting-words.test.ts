import { describe, expect, test } from 'vitest'
import {
  findSettings,
  hasSettingMistake,
  helpText,
  problemSentence,
  settingsToSend,
  settingValueText,
} from '../../../src/renderer/features/settings/setting-words.ts'
import { settingDefinition, settingNames } from '../../../src/shared/domain/settings/settings.ts'
import { choiceTitle, settingTitle } from '../../../src/shared/words/setting-names.ts'

describe('words for settings', () => {
  test.each([...settingNames])('%s has a name of its own, and so has each of its choices', (name) => {
    expect(settingTitle(name)).not.toBe(name)
    expect(settingNames.filter((other) => settingTitle(other) === settingTitle(name))).toEqual([name])
    const { type } = settingDefinition(name)
    const words = type.kind === 'choice' || type.kind === 'flags' ? type.words : []
    const titles = words.map((word) => choiceTitle(name, word))
    expect(new Set(titles).size).toBe(words.length)
    for (const title of titles) expect(title).toMatch(/^\p{Lu}/u)
  })

  test('what a newer Tern knows keeps its technical name', () => {
    expect(settingTitle('transfer_teleport')).toBe('transfer_teleport')
    expect(settingTitle('constructor')).toBe('constructor')
    expect(choiceTitle('transfer_mode', 'toString')).toBe('toString')
  })

  test.each([...settingNames])('the help of %s ends, and says whether anything comes of it', (name) => {
    expect(helpText(name)).toMatch(/[^.]\.$/)
    expect(helpText(name).includes('No effect yet.')).toBe(settingDefinition(name).effect === 'accepted')
  })
})

describe('values', () => {
  test.each([
    ['transfer_mode', 'copy', 'Copy'],
    ['transfer_comparison', 'size+modified', 'Size, Time'],
    ['transfer_attributes', '', 'none'],
    ['transfer_speedlimit', '12.5', '12.5 MB/s'],
    ['transfer_speedlimit', '', 'no limit'],
    ['transfer_speedlimit', '-1', 'no limit'],
    ['transfer_reserved_space', '100000000', '100 MB'],
    ['transfer_reserved_space', '-1', 'all of it'],
    ['upload_enable', 'false', 'Off'],
    ['transfer_exclude', '', 'none'],
    ['transfer_exclude', '*.tmp', '*.tmp'],
    ['transfer_teleport', 'far', 'far'],
  ])('%s %j reads %j', (name, value, text) => {
    expect(settingValueText(name, value)).toBe(text)
  })
})

describe('mistakes', () => {
  test.each([...settingNames])('the default of %s is none', (name) => {
    for (const scope of settingDefinition(name).scopes) {
      expect(problemSentence(name, settingDefinition(name).default, scope)).toBeUndefined()
    }
  })

  test('say what would be right, without repeating which setting it is', () => {
    expect(problemSentence('job_max_retries', 'many', 'workspace')).toMatch(/^Write a whole number from 0 to 1,?000/)
    expect(problemSentence('transfer_speedlimit', 'fast', 'job')).toBe(
      'Write a number from 0.000001 to 1000000 MB/s, or -1 for no limit',
    )
    expect(problemSentence('transfer_reserved_space', 'much', 'job')).toBe(
      'Write a whole number from 1 to 1000000000000000 bytes, or -1 to use all of it',
    )
    expect(problemSentence('transfer_mode', 'sync', 'job')).toMatch(/^Write .*copy, onewaysync/)
    expect(problemSentence('transfer_exclude', "re('[')", 'job')).toMatch(/^\S/)
    for (const name of settingNames) {
      expect(problemSentence(name, '\u0000'.repeat(70_000), 'workspace')).not.toMatch(/\$|\{/)
    }
  })
})

test('found by name, technical name or help, every word of the query', () => {
  expect(findSettings(settingNames, 'RETRIES')).toContain('job_max_retries')
  expect(findSettings(settingNames, 'transfer_mode')).toEqual(['transfer_mode'])
  expect(findSettings(settingNames, 'smaller anew')).toEqual(['transfer_resume_limit'])
  expect(findSettings(settingNames, 'smaller unheard')).toEqual([])
  expect(findSettings(settingNames, '  ')).toEqual(settingNames)
})

test('a field that was left empty says nothing; an emptied choice does', () => {
  const chosen = { job_max_retries: ' ', transfer_attributes: '', transfer_mode: 'copy', unheard: 'x' }
  expect(settingsToSend(chosen)).toEqual({ transfer_attributes: '', transfer_mode: 'copy' })
  expect(hasSettingMistake(chosen)).toBe(false)
  expect(hasSettingMistake({ ...chosen, job_max_retries: 'x' })).toBe(true)
})
