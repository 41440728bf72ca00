import { describe, expect, test } from 'vitest'
import { emptyForm, joinSpecifications, requestFor } from '../../../src/renderer/features/send/send-form.ts'
import type { Recipient } from '../../../src/renderer/features/send/targets.ts'
import { commandInputs } from '../../../src/shared/contract/ipc-schemas.ts'
import type { WorkspaceId } from '../../../src/shared/domain/ids.ts'

const workspaceId = 'a'.repeat(24) as WorkspaceId
const items = [{ token: 'one', name: 'reel', kind: 'folder', displayPath: '/work/reel' }] as const
const lisa = (isOnline: boolean): Recipient => ({
  id: 'lisa',
  target: { kind: 'user', workspaceId, email: 'lisa@example.com' },
  label: 'Lisa',
  isOnline,
})

describe('what the sheet asks for', () => {
  test('empty fields are left to the workspace', () => {
    expect(requestFor(emptyForm, items, lisa(true))).toEqual({
      tokens: ['one'],
      target: lisa(true).target,
      onConflict: 'replace',
      startPaused: false,
      deliverFrom: 'source',
    })
  })

  test('for somebody who is offline it goes by way of the workspace, unless told otherwise', () => {
    expect(requestFor(emptyForm, items, lisa(false)).deliverFrom).toBe('workspace')
    expect(requestFor({ ...emptyForm, deliverFrom: 'source' }, items, lisa(false)).deliverFrom).toBe('source')
  })

  test('priorities stay between 1 and 1000', () => {
    expect(requestFor({ ...emptyForm, priority: '9999' }, items, lisa(true)).priority).toBe(1000)
    expect(requestFor({ ...emptyForm, priority: '0' }, items, lisa(true)).priority).toBe(1)
    expect(requestFor({ ...emptyForm, priority: '' }, items, lisa(true)).priority).toBeUndefined()
  })

  test('further settings go along, those left empty do not', () => {
    const settings = { job_max_retries: '5', transfer_speedlimit: '' }
    expect(requestFor({ ...emptyForm, settings }, items, lisa(true)).settings).toEqual({ job_max_retries: '5' })
    expect(requestFor(emptyForm, items, lisa(true))).not.toHaveProperty('settings')
  })

  test('what it asks for is what main accepts', () => {
    const full = {
      ...emptyForm,
      name: ' Reel 2 ',
      priority: '700',
      exclude: '*.tmp',
      note: 'for you',
      startPaused: true,
      settings: { transfer_mode: 'copy' },
    }
    expect(commandInputs['send.submit'].parse(requestFor(full, items, lisa(false)))).toMatchObject({ name: 'Reel 2' })
  })

  test('several specifications make one list to edit', () => {
    expect(JSON.parse(joinSpecifications(['{"code": "a"}', '{"code": "b"}']))).toEqual([{ code: 'a' }, { code: 'b' }])
    expect(joinSpecifications(['{"code": "a"}'])).toBe('{"code": "a"}')
  })
})
