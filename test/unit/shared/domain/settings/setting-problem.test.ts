import { describe, expect, test } from 'vitest'
import { settingProblem } from '../../../../../src/shared/domain/settings/setting-problem.ts'
import { maxSettingLength } from '../../../../../src/shared/domain/settings/setting-type.ts'
import { settingNames } from '../../../../../src/shared/domain/settings/settings.ts'
import { cpuMs } from '../../cpu-time.ts'

describe('values', () => {
  test.each([
    ['transfer_mode', 'onewaysync'],
    ['transfer_comparison', 'modified+size'],
    ['transfer_comparison', 'size'],
    ['transfer_ignore_existing', ''],
    ['transfer_ignore_existing', 'directory+file'],
    ['transfer_speedlimit', '12.5'],
    ['transfer_speedlimit', '0.000001'],
    ['transfer_speedlimit', '-1'],
    ['transfer_speedlimit', ''],
    ['transfer_speedlimit_timetable', 'mon-fri 08:00-18:00 5; sat,sun 20'],
    ['transfer_encryption', 'none'],
    ['transfer_attributes', 'owner+permissions'],
    ['transfer_checksum', 'content+readback'],
    ['transfer_log', 'warning, files'],
    ['transfer_conf', '{"sockets":10,"nolock":"false","umask":"022"}'],
    ['transfer_conf', '{}'],
    ['transfer_reserved_space', '-1'],
    ['transfer_resume_limit', '-1'],
    ['transfer_concurrent', '10'],
    ['transfer_exclude', "*tmp\\,re('[0-9]')"],
    ['job_max_retries', '0'],
    ['job_compress_tmp_directory', 'tmp/packed'],
    ['upload_enable', 'false'],
    ['hook_conf', '{"enable":true,"hooks":{"a":[1]}}'],
  ])('%s = %s', (name, value) => {
    expect(settingProblem(name, value)).toBeUndefined()
  })

  test.each<[string, string, Record<string, unknown>]>([
    ['transfer_mode', 'move', { advice: 'setting-one-of', allowed: 'copy, onewaysync' }],
    ['transfer_comparison', '', { advice: 'setting-flags', allowed: 'size, modified', separator: '+' }],
    ['transfer_comparison', 'size+size', { advice: 'setting-flags' }],
    ['transfer_attributes', 'owner+colour', { advice: 'setting-flags' }],
    ['transfer_attributes', 'owner,group', { advice: 'setting-flags' }],
    ['transfer_log', 'files+info', { advice: 'setting-flags', separator: ',' }],
    ['transfer_conf', '{"notmp":true}', { advice: 'setting-notmp', key: 'notmp' }],
    ['upload_enable', 'yes', { advice: 'setting-one-of', allowed: 'true, false' }],
    ['transfer_speedlimit', '0', { advice: 'setting-number-or-none', min: '0.000001', max: '1000000', unit: 'MB/s' }],
    ['transfer_speedlimit', 'fast', { advice: 'setting-number-or-none' }],
    ['transfer_speedlimit', '1e3', { advice: 'setting-number-or-none' }],
    ['transfer_concurrent', '11', { advice: 'setting-integer', min: '1', max: '10' }],
    ['transfer_concurrent', '1.5', { advice: 'setting-integer' }],
    ['transfer_resume_limit', '0', { advice: 'setting-integer-or-none', min: '1' }],
    ['transfer_reserved_space', '0', { advice: 'setting-integer-or-all', min: '1', unit: 'bytes' }],
    ['job_max_retries', '-1', { advice: 'setting-integer' }],
    ['transfer_conf', '[]', { advice: 'setting-json' }],
    ['transfer_conf', '{', { advice: 'setting-json' }],
    ['transfer_conf', 'null', { advice: 'setting-json' }],
    ['transfer_conf', '{"socket":1}', { advice: 'setting-json-key', key: 'socket' }],
    ['transfer_conf', '{"constructor":1}', { advice: 'setting-json-key', key: 'constructor' }],
    ['transfer_conf', '{"sockets":{}}', { advice: 'setting-json-key', key: 'sockets' }],
    ['transfer_conf', '{"sockets":0}', { advice: 'setting-integer', key: 'sockets', min: '1', max: '100' }],
    ['transfer_conf', '{"umask":"8"}', { advice: 'setting-pattern', key: 'umask', example: '022' }],
    ['transfer_conf', '{"umask":"00022"}', { advice: 'setting-too-long', key: 'umask', limit: 4 }],
    ['transfer_include', "re('[')", { advice: 'setting-filter', expression: "re('[')" }],
    ['transfer_speedlimit_timetable', 'mon 5; someday 3', { advice: 'timetable', entry: 'someday 3' }],
    ['job_compress_tmp_directory', '', { advice: 'setting-path' }],
    ['job_compress_tmp_directory', 'a\nb', { advice: 'setting-path' }],
    ['transfer_log', 'x'.repeat(70_000), { advice: 'setting-too-long', limit: maxSettingLength }],
  ])('refuses %s = %.20s: %j', (name, value, params) => {
    expect(settingProblem(name, value)).toEqual({ code: 'SPEC_INVALID', params: expect.objectContaining(params) })
  })
})

describe('names', () => {
  test.each([
    ['transfer_checksums', 'transfer_checksum'],
    ['transfer_exlude', 'transfer_exclude'],
    ['Transfer-Mode', 'transfer_mode'],
    ['transfer_bucketsize', 'task_bucketsize'],
    ['job_max_retry', 'job_max_retries'],
  ])('%s: is %s meant?', (name, nearest) => {
    expect(settingProblem(name, '1')).toEqual({
      code: 'SPEC_INVALID',
      params: { advice: 'setting-name-near', name, nearest },
    })
  })

  test.each(['constructor', '__proto__', 'priority', 'x'.repeat(100_000)])(
    '%.20s: like nothing that is known',
    (name) => {
      expect(settingProblem(name, '1')?.params.advice).toBe('setting-name')
    },
  )

  test.each([
    ['compute_enable', 'compute'],
    ['queue_interrupt_policy_compute', 'compute'],
    ['publish_enable', 'publish'],
  ])('%s belongs to %s, which Tern does not do', (name, feature) => {
    expect(settingProblem(name, 'true')).toEqual({ code: 'UNSUPPORTED', params: { feature } })
  })
})

describe('scopes', () => {
  test.each([
    ['queue_interrupt_policy', 'order', 'task', 'workspace, queue'],
    ['queue_interrupt_policy', 'order', 'job', 'workspace, queue'],
    ['job_max_retries', '1', 'task', 'workspace, share, queue, job'],
    ['upload_enable', 'false', 'share', 'workspace'],
  ] as const)('%s=%s is not for a %s', (name, value, scope, allowed) => {
    expect(settingProblem(name, value, scope)?.params).toEqual({ advice: 'setting-scope', name, allowed })
    expect(settingProblem(name, value)).toBeUndefined()
  })

  test.each([
    ['transfer_ignore_existing', 'file'],
    ['transfer_exclude', "*tmp\\,re('[0-9]')"],
  ])('a task may carry %s, as in the job specification document', (name, value) => {
    expect(settingProblem(name, value, 'task')).toBeUndefined()
  })
})

test('hostile texts of 1 MB are answered at once, whichever the setting', () => {
  const hostile = ['x', ',', ';', '+', '[', '{"a":', "re('(", '9', 'mon ', '\\,'].map((part) =>
    part.repeat(Math.ceil(1_000_000 / part.length)),
  )
  for (const text of hostile) {
    const ms = cpuMs(() => {
      for (const name of settingNames) expect(settingProblem(name, text)?.code).toBe('SPEC_INVALID')
      expect(settingProblem(text, '1')?.params.advice).toBe('setting-name')
    })
    expect(ms).toBeLessThan(100)
  }
})
