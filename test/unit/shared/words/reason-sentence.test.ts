import { describe, expect, test } from 'vitest'
import type { Reason } from '../../../../src/shared/domain/reason.ts'
import { reasonSentence, type Viewpoint } from '../../../../src/shared/words/reason-sentence.ts'

function at(hours: number, minutes: number): number {
  return Date.UTC(2026, 10, 21, hours, minutes)
}

const me = 'a'.repeat(24)
const lisa = 'b'.repeat(24)
const here: Viewpoint = {
  nowMs: at(14, 32),
  timeZone: 'UTC',
  myUserId: me,
  myName: 'Mia',
  source: 'Mia',
  target: 'John',
}
const yours: Viewpoint = { ...here, isYours: true }

/** LOOK section 5, its table, row by row. */
const sentences: [row: string, reason: Reason, viewpoint: Viewpoint, text: string, label?: string][] = [
  [
    'location, yours',
    { code: 'location', params: { files: 214 }, action: 'choose-folder' },
    yours,
    'Choose where 214 files go',
    'Choose folder…',
  ],
  [
    'location, theirs',
    { code: 'location', params: { userId: lisa, userName: 'Lisa', files: 3 }, action: 'remind' },
    here,
    'Waiting for Lisa to choose a folder',
    'Remind',
  ],
  [
    'a plan',
    { code: 'planned', params: { create: 3, replace: 0, remove: 1, same: 5, bytes: 900_000 } },
    here,
    'Plan: 3 new, 1 deleted, 900 KB to send. Nothing was written',
  ],
  [
    'a plan with nothing to do',
    { code: 'planned', params: { create: 0, replace: 0, remove: 0, same: 5, bytes: 0 } },
    here,
    'Plan: everything is there already. Nothing was written',
  ],
  ['all left', { code: 'left', params: { count: 8 } }, here, 'Left as it was, 8 files'],
  ['all left, uncounted', { code: 'left' }, here, 'Left as it was'],
  ['a plan without figures', { code: 'planned' }, here, 'The plan is in the log. Nothing was written'],
  [
    'consent, yours',
    {
      code: 'consent',
      params: { clientName: 'edit-7', userName: 'Mia', requestedBy: 'John', path: 'D:/Renders', mode: 'read' },
      action: 'look',
    },
    yours,
    'John asks to read D:\\Renders',
    'Look…',
  ],
  [
    'consent, yours, writing',
    { code: 'consent', params: { requestedBy: 'John', path: '/media', mode: 'write' } },
    yours,
    'John asks to write to /media',
  ],
  [
    'consent, theirs',
    { code: 'consent', params: { userName: 'Lisa', path: '/media', mode: 'read' } },
    here,
    'Waiting for Lisa to allow reading /media',
  ],
  [
    'consent, theirs, writing',
    { code: 'consent', params: { clientName: 'edit-7', path: '/media', mode: 'write' } },
    here,
    'Waiting for edit-7 to allow writing to /media',
  ],
  [
    'signup',
    { code: 'signup', params: { userName: 'Sam', email: 'sam@example.com' }, action: 'copy-invitation' },
    here,
    'Waiting for Sam to join',
    'Copy invitation',
  ],
  [
    'signup without a name',
    { code: 'signup', params: { email: 'sam@example.com' } },
    here,
    'Waiting for sam@example.com to join',
  ],
  [
    'peer offline',
    { code: 'peer-offline', params: { name: 'berlin', sinceMs: at(14, 2) } },
    here,
    'berlin is offline since 14:02',
  ],
  ['peer never seen', { code: 'peer-offline', params: { name: 'berlin' } }, here, 'berlin is offline'],
  [
    'workspace unreachable',
    { code: 'workspace-unreachable', params: { address: 'studio.example.com', sinceMs: at(14, 2) }, action: 'try-now' },
    here,
    'Cannot reach studio.example.com since 14:02, starts by itself',
    'Try now',
  ],
  [
    'queue',
    { code: 'queue', params: { position: 3, queue: 'low_prio' }, action: 'start-now' },
    here,
    'Third in queue low_prio',
    'Start now',
  ],
  [
    'queue, far back',
    { code: 'queue', params: { position: 1204, queue: 'low_prio' } },
    here,
    'Place 1,204 in queue low_prio',
  ],
  ['uploads off', { code: 'uploads-off' }, here, 'Uploads are switched off in this workspace'],
  ['downloads off', { code: 'downloads-off' }, here, 'Downloads are switched off in this workspace'],
  ['upload first', { code: 'upload', params: { name: 'hq' } }, here, 'The files are still on their way to hq'],
  [
    'stall, retry',
    {
      code: 'retry',
      params: { error: 'STALLED', attempt: 2, maxAttempts: 3, nextAtMs: at(14, 32) + 30_000 },
      action: 'try-now',
    },
    here,
    'No data for 60 s, next try in 30 s (2 of 3)',
    'Try now',
  ],
  [
    'retry, due',
    { code: 'retry', params: { error: 'PEER_LOST', attempt: 1, maxAttempts: 3, nextAtMs: at(14, 31) } },
    { ...here, peer: 'hq' },
    'The connection to hq broke, trying again (1 of 3)',
  ],
  [
    'disk full',
    { code: 'blocked', params: { error: 'DISK_FULL', neededBytes: 12_400_000_000 }, action: 'retry' },
    here,
    "John's disk is full, 12.4 GB more needed",
    'Retry',
  ],
  [
    'drive gone',
    { code: 'blocked', params: { error: 'DRIVE_GONE', drive: 'Field' } },
    here,
    'The drive Field is not connected',
  ],
  [
    'permission',
    { code: 'blocked', params: { error: 'TARGET_NOT_WRITABLE', path: 'projects/lfm' }, action: 'retry' },
    { ...here, target: 'hq' },
    'hq may not write to projects/lfm',
    'Retry',
  ],
  [
    'lock',
    { code: 'blocked', params: { error: 'TARGET_LOCKED' }, action: 'retry' },
    here,
    'Locked by another program',
    'Retry',
  ],
  [
    'key changed',
    { code: 'blocked', params: { error: 'PEER_KEY_MISMATCH' }, action: 'compare-keys' },
    { ...here, peer: 'hq' },
    'hq has a new key. Check it before sending',
    'Compare keys…',
  ],
  [
    'paused by you',
    { code: 'paused', params: { userId: me, userName: 'Mia', atMs: at(13, 20) }, action: 'resume' },
    here,
    'Paused by you at 13:20',
    'Resume',
  ],
  [
    'paused by another',
    { code: 'paused', params: { userId: lisa, userName: 'Lisa', atMs: at(13, 20) }, action: 'resume' },
    here,
    'Paused by Lisa',
    'Resume',
  ],
  [
    'paused by another of the same name',
    { code: 'paused', params: { userId: lisa, userName: 'Mia', atMs: at(13, 20) } },
    here,
    'Paused by Mia',
  ],
  [
    'paused, by name only',
    { code: 'paused', params: { userName: 'Mia', atMs: at(13, 20) } },
    here,
    'Paused by you at 13:20',
  ],
  ['paused by nobody', { code: 'paused' }, here, 'Paused'],
  [
    'failed in part',
    { code: 'failed-in-part', params: { done: 498, total: 500, failed: 2 }, action: 'see-and-retry' },
    here,
    '498 of 500, 2 failed',
    'See and retry 2',
  ],
  [
    'failed',
    { code: 'failed', params: { error: 'SOURCE_CHANGED' }, action: 'retry' },
    here,
    'Source was changed while reading',
    'Retry',
  ],
  [
    'failed by somebody’s word',
    { code: 'failed', params: {}, action: 'retry' },
    here,
    'Failed. The log says why',
    'Retry',
  ],
  [
    'failed, unreadable source',
    { code: 'failed', params: { error: 'SOURCE_UNREADABLE', path: 'a' } },
    { ...here, source: 'hq' },
    'hq may not read a',
  ],
  [
    'aborted by you',
    { code: 'aborted', params: { userId: me, userName: 'Mia', atMs: at(11, 52) } },
    here,
    'Aborted by you at 11:52',
  ],
  [
    'aborted by another',
    { code: 'aborted', params: { userId: lisa, userName: 'Lisa', atMs: at(11, 52) } },
    here,
    'Aborted by Lisa at 11:52',
  ],
  [
    'declined',
    { code: 'declined', params: { userId: lisa, userName: 'Lisa', text: 'wrong version' } },
    here,
    'Declined by Lisa: wrong version',
  ],
  ['declined without a word', { code: 'declined', params: { userName: 'Lisa' } }, here, 'Declined by Lisa'],
  ['declined by you', { code: 'declined', params: { userId: me, userName: 'Mia' } }, here, 'Declined by you'],
  [
    'a code of a newer version',
    { code: 'failed', params: { error: 'FROM_THE_FUTURE' } },
    here,
    'Something in Tern went wrong. Its log says what',
  ],
]

describe('reasons that this version does not know, and hostile ones', () => {
  test('a reason of a newer version is plain waiting, without its action', () => {
    const reason = { code: 'moon-phase', action: 'wait-for-dark' } as unknown as Reason
    expect(reasonSentence(reason, here)).toEqual({ text: 'Waiting to start' })
  })

  test('what another person wrote stays one line', () => {
    const reason: Reason = { code: 'declined', params: { userName: 'Lisa', text: 'no\nDone at 14:02' } }
    expect(reasonSentence(reason, here).text).toBe('Declined by Lisa: no Done at 14:02')
  })
})

describe('LOOK section 5', () => {
  test.each(sentences)('%s', (_row, reason, viewpoint, text, label) => {
    const sentence = reasonSentence(reason, viewpoint)
    expect(sentence.text).toBe(text)
    expect(sentence.action?.label).toBe(label)
  })

  test('times of another day have their date', () => {
    const reason: Reason = { code: 'peer-offline', params: { name: 'berlin', sinceMs: Date.UTC(2026, 10, 20, 14, 2) } }
    expect(reasonSentence(reason, here).text).toBe('berlin is offline since 20 Nov 14:02')
  })
})
