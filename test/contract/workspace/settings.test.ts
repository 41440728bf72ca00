import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient

beforeEach(async () => {
  workspace = await TestWorkspace.start()
  john = await (await workspace.john()).connect()
  await john.call('queue/create', { code: 'night' })
})

afterEach(() => workspace[Symbol.asyncDispose]())

const whole = { entity: 'workspace' } as const

async function shareOf(kind: 'volume' | 'home'): Promise<{ id: string; code: string }> {
  const { shares } = await john.call('share/list', {})
  const share = shares.find((each) => each.kind === kind)
  if (share === undefined) throw new Error(kind)
  return share
}

describe('setting/list and setting/set', () => {
  it('say what is set, what holds and where it comes from', async () => {
    expect((await john.call('setting/list', whole)).own).toEqual({})
    const set = await john.call('setting/set', { ...whole, name: 'job_max_retries', value: 5 })
    expect(set.own).toEqual({ job_max_retries: '5' })
    expect(set.settings.job_max_retries).toEqual({ value: '5', level: 'workspace' })
    expect(set.settings.transfer_mode).toEqual({ value: 'copy', level: 'default' })
    expect(await john.call('setting/list', whole)).toEqual(set)
    const reset = await john.call('setting/set', { ...whole, name: 'job_max_retries', value: null })
    expect(reset.own).toEqual({})
    expect(reset.settings.job_max_retries).toEqual({ value: '3', level: 'default' })
  })

  it('take back what is set or could be, and no slip of the pen', async () => {
    for (const name of ['transfer_speedlimit', 'transfer_conf', 'mail_conf']) {
      expect((await john.call('setting/set', { ...whole, name, value: null })).own).toEqual({})
    }
    const slip = john.call('setting/set', { ...whole, name: 'transfer_excldue', value: null })
    await expect(slip).rejects.toMatchObject({ params: { advice: 'setting-name-near', nearest: 'transfer_exclude' } })
    const elsewhere = john.call('setting/set', { entity: 'queue', id: 'night', name: 'upload_enable', value: null })
    await expect(elsewhere).rejects.toMatchObject({ params: { advice: 'setting-scope' } })
  })

  it('a share inherits from the workspace, a folder from its volume as well, a queue from the workspace', async () => {
    const { id, code } = await shareOf('volume')
    const folder = await john.call('share/create', {
      code: 'lfm',
      name: 'LFM',
      kind: 'folder',
      path: '/srv/projects/lfm',
    })
    await john.call('setting/set', { ...whole, name: 'transfer_exclude', value: '*.bak' })
    await john.call('setting/set', { entity: 'share', id: code, name: 'transfer_exclude', value: '*.old' })
    await john.call('setting/set', { entity: 'share', id: folder.id, name: 'transfer_mode', value: 'onewaysync' })
    const ofFolder = await john.call('setting/list', { entity: 'share', id: folder.id })
    expect(ofFolder.own).toEqual({ transfer_mode: 'onewaysync' })
    expect(ofFolder.settings.transfer_exclude).toEqual({
      value: '*.bak,*.old',
      level: 'share',
      alsoFrom: ['workspace'],
    })
    expect((await john.call('setting/list', { entity: 'share', id })).own).toEqual({ transfer_exclude: '*.old' })
    const ofHome = await john.call('setting/list', { entity: 'share', id: (await shareOf('home')).id })
    expect(ofHome.settings.transfer_exclude).toEqual({ value: '*.bak', level: 'workspace' })
    const ofQueue = await john.call('setting/set', { entity: 'queue', id: 'night', name: 'transfer_log', value: '' })
    expect(ofQueue.settings.transfer_log).toEqual({ value: '', level: 'queue' })
    expect(ofQueue.settings.transfer_exclude).toEqual({ value: '*.bak', level: 'workspace' })
  })

  it('refuse what the table refuses, and say what would be right', async () => {
    const set = (input: object) =>
      john.call('setting/set', { ...whole, name: 'transfer_mode', value: 'copy', ...input })
    await expect(set({ value: 'move' })).rejects.toMatchObject({
      code: 'SPEC_INVALID',
      params: { advice: 'setting-one-of', allowed: 'copy, onewaysync' },
    })
    await expect(set({ name: 'transfer_modes' })).rejects.toMatchObject({
      params: { advice: 'setting-name-near', nearest: 'transfer_mode' },
    })
    await expect(set({ entity: 'share', id: 'projects', name: 'upload_enable', value: false })).rejects.toMatchObject({
      params: { advice: 'setting-scope', allowed: 'workspace' },
    })
    await expect(set({ entity: 'share', id: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(set({ entity: 'queue' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect((await john.call('setting/list', whole)).own).toEqual({})
  })

  it('keep a timetable in the one way to write it', async () => {
    const name = 'transfer_speedlimit_timetable'
    const { own } = await john.call('setting/set', { ...whole, name, value: 'MON-fri 8:00-18:00 5.0;sun 2' })
    expect(own).toEqual({ [name]: 'mon-fri 08:00-18:00 5; sun 2' })
  })

  it('are for admins', async () => {
    const mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    await expect(mia.call('setting/list', whole)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const set = mia.call('setting/set', { ...whole, name: 'transfer_mode', value: null })
    await expect(set).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('survive a restart', async () => {
    await john.call('setting/set', { ...whole, name: 'transfer_log', value: 'files' })
    await workspace.restart()
    expect((await john.call('setting/list', whole)).own).toEqual({ transfer_log: 'files' })
  })
})

describe('transfer/get', () => {
  it('says which settings hold and where each comes from', async () => {
    await john.call('setting/set', { ...whole, name: 'transfer_exclude', value: '*.bak' })
    await john.call('setting/set', { ...whole, name: 'job_max_retries', value: '9' })
    await john.call('setting/set', { ...whole, name: 'hook_conf', value: '{"enable":false}' })
    await john.call('setting/set', { entity: 'share', id: 'projects', name: 'job_max_retries', value: '8' })
    await john.call('setting/set', { entity: 'queue', id: 'night', name: 'transfer_log', value: 'files' })
    const { jobs } = await john.call('transfer/create', {
      spec: {
        source: '/Users/john/a',
        destination: 'share=projects/a',
        queue: 'night',
        settings: { transfer_exclude: '*.tmp' },
      },
    })
    const { settings } = await john.call('transfer/get', { id: jobs[0]?.id as JobId })
    expect(settings).toEqual({
      transfer_exclude: { value: '*.bak,*.tmp', level: 'job', alsoFrom: ['workspace'] },
      job_max_retries: { value: '8', level: 'share' },
      transfer_log: { value: 'files', level: 'queue' },
      hook_conf: { value: '{"enable":false}', level: 'workspace' },
    })
  })

  it('keeps programs and addresses from people who only send or receive', async () => {
    await john.call('setting/set', { ...whole, name: 'hook_conf', value: '{"enable":false}' })
    await john.call('setting/set', { ...whole, name: 'mail_host', value: 'mail.example.com' })
    await john.call('setting/set', { ...whole, name: 'transfer_log', value: 'files' })
    const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
    const { jobs } = await john.call('transfer/create', {
      spec: { source: '/Users/john/a', destination: 'sam@example.com' },
    })
    const { settings } = await sam.call('transfer/get', { id: jobs[0]?.id as JobId })
    expect(settings).toEqual({ transfer_log: { value: 'files', level: 'workspace' } })
  })
})
