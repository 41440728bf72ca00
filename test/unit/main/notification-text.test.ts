import { describe, expect, it } from 'vitest'
import { notificationText, systemBody } from '../../../src/main/notifications/notification-text.ts'
import type { TransferNotice } from '../../../src/shared/contract/engine-process.ts'
import type { TransferKey, TransferRow } from '../../../src/shared/contract/view.ts'

const key: TransferKey = `${'a'.repeat(24)}/${'b'.repeat(24)}`
const base = { key, name: 'Episode 3 conform' }
const failedRow = {
  status: 'failed',
  reason: { code: 'failed-in-part', params: { done: 498, total: 500, failed: 2 } },
} as unknown as TransferRow

describe('words of a notification', () => {
  it.each<[TransferNotice, string, string]>([
    [
      { ...base, kind: 'delivery', from: 'Lisa', files: 214, bytes: 86_400_000_000 },
      'Lisa sends Episode 3 conform',
      '214 files, 86.4 GB. Choose where they go.',
    ],
    [
      { ...base, kind: 'delivery', from: 'Lisa', files: 1, bytes: 2_000_000 },
      'Lisa sends Episode 3 conform',
      '1 file, 2.00 MB. Choose where it goes.',
    ],
    [
      { ...base, kind: 'consent', from: 'John', path: '/renders', mode: 'read' },
      'John asks to read a folder of this computer',
      '/renders. Nothing happens until you decide.',
    ],
    [
      { ...base, kind: 'done', direction: 'in', to: 'here', files: 2, bytes: 1000 },
      'Episode 3 conform has arrived',
      '2 files, 1.00 KB, verified.',
    ],
    [
      { ...base, kind: 'done', direction: 'out', to: 'Lisa', files: 2, bytes: 1000 },
      'Episode 3 conform is with Lisa',
      '2 files, 1.00 KB, verified.',
    ],
    [{ ...base, kind: 'failed', row: failedRow }, 'Episode 3 conform stopped', '498 of 500, 2 failed'],
    [
      { ...base, kind: 'declined', by: 'Lisa', reason: 'wrong version' },
      'Lisa declined Episode 3 conform',
      'wrong version',
    ],
    [{ ...base, kind: 'declined', by: 'Lisa' }, 'Lisa declined Episode 3 conform', 'No reason was given.'],
    [{ ...base, kind: 'reminder', from: 'Lisa' }, 'Lisa waits for you', 'Episode 3 conform: choose where it goes.'],
  ])('%j', (notice, title, body) => {
    expect(notificationText(notice, 0)).toMatchObject({ title, body })
  })

  it('offers the one action of a delivery', () => {
    const notice: TransferNotice = { ...base, kind: 'delivery', from: 'Lisa', files: 1, bytes: 1 }
    expect(notificationText(notice, 0).action).toBe('Download here')
  })
})

it('markup in somebody else’s words stays words on desktops that read markup', () => {
  expect(systemBody('<img src="file:///x"> & <b>Lisa</b>', 'linux')).toBe(
    '&lt;img src="file:///x"&gt; &amp; &lt;b&gt;Lisa&lt;/b&gt;',
  )
  expect(systemBody('a < b', 'win32')).toBe('a < b')
})
