import { expect, it } from 'vitest'
import { type ReasonFacts, reasonOf } from '../../../src/workspace/jobs/reason.ts'

const none = { pending: 0, queued: 0, booting: 0, executing: 0, done: 0, failed: 0, onhold: 0, excluded: 0 }
const workspace = { name: 'hq' }
const offline = { kind: 'offline', key: 'site:berlin' } as const
const lisa = { id: 'lisa', name: 'Lisa', email: 'lisa@example.com', isInvited: false }

const base: ReasonFacts = {
  status: 'waiting',
  hold: undefined,
  counts: { ...none, queued: 1 },
  fileCount: 214,
  viewerId: 'john',
  receiver: undefined,
  waitsForUpload: undefined,
  queue: 'medium',
  end: (key) => ({ name: key.split(':')[1] ?? '', online: false, lastSeenAtMs: 50 }),
  standing: () => undefined,
}
const pending = { ...none, pending: 1 }

it.each<[string, Partial<ReasonFacts>, unknown]>([
  ['running needs none', { status: 'running' }, undefined],
  ['done needs none', { status: 'done' }, undefined],
  ['about to start', {}, undefined],
  ['location, theirs', { counts: pending, receiver: lisa }, { code: 'location', action: 'remind' }],
  [
    'location, yours',
    { counts: pending, receiver: lisa, viewerId: 'lisa' },
    { code: 'location', action: 'choose-folder' },
  ],
  [
    'signup',
    { counts: pending, receiver: { ...lisa, isInvited: true } },
    { code: 'signup', action: 'copy-invitation' },
  ],
  ['upload, for the sender', { counts: pending, receiver: lisa, waitsForUpload: workspace }, { code: 'upload' }],
  [
    'the receiver chooses meanwhile',
    { counts: pending, receiver: lisa, viewerId: 'lisa', waitsForUpload: workspace },
    { code: 'location' },
  ],
  ['upload, once chosen', { waitsForUpload: workspace }, { code: 'upload', params: { name: 'hq' } }],
  ['switched off', { standing: () => ({ kind: 'switched-off', direction: 'upload' }) }, { code: 'uploads-off' }],
  ['switched off', { standing: () => ({ kind: 'switched-off', direction: 'download' }) }, { code: 'downloads-off' }],
  ['offline', { standing: () => offline }, { code: 'peer-offline', params: { name: 'berlin', sinceMs: 50 } }],
  ['cannot be measured: offline', { status: 'init', standing: () => offline }, { code: 'peer-offline' }],
  [
    'a queue that is paused',
    { standing: () => ({ kind: 'queue-paused', queue: 'Night' }) },
    { code: 'queue-paused', params: { queue: 'Night' } },
  ],
  [
    'a share that is disabled',
    { standing: () => ({ kind: 'disabled', what: 'share', name: 'Films' }) },
    { code: 'disabled', params: { what: 'share', name: 'Films' } },
  ],
  [
    'an end that has enough to do',
    { standing: () => ({ kind: 'end-busy', key: 'site:hq', count: 16 }) },
    { code: 'busy', params: { name: 'hq', count: 16 } },
  ],
  [
    'queue',
    { standing: () => ({ kind: 'behind', position: 3 }) },
    { code: 'queue', params: { position: 3, queue: 'medium' }, action: 'start-now' },
  ],
  [
    'what its last run broke off with',
    { standing: () => ({ kind: 'held', hold: { code: 'blocked', params: { error: 'DISK_FULL' } } }) },
    { code: 'blocked', params: { error: 'DISK_FULL' }, action: 'retry' },
  ],
  [
    'blocked before its turn',
    { standing: () => ({ kind: 'behind', position: 3 }), hold: { code: 'blocked', params: { error: 'DRIVE_GONE' } } },
    { code: 'blocked', params: { error: 'DRIVE_GONE' } },
  ],
  [
    'blocked',
    { hold: { code: 'blocked', params: { error: 'DISK_FULL' } } },
    { code: 'blocked', params: { error: 'DISK_FULL' }, action: 'retry' },
  ],
  [
    'offline before blocked',
    { standing: () => offline, hold: { code: 'blocked', params: {} } },
    { code: 'peer-offline' },
  ],
  ['consent, yours', { hold: { code: 'consent', params: { userId: 'john' } } }, { code: 'consent', action: 'look' }],
  ['paused', { status: 'paused', hold: { code: 'paused', params: { atMs: 1 } } }, { code: 'paused', action: 'resume' }],
  ['paused by tasks on hold', { status: 'paused' }, { code: 'paused', params: {} }],
  [
    'retry',
    { status: 'failed', hold: { code: 'retry', params: { attempt: 1 } } },
    { code: 'retry', action: 'try-now' },
  ],
  [
    'failed in part',
    { status: 'failed', counts: { ...none, done: 498, failed: 2 } },
    { code: 'failed-in-part', params: { done: 498, total: 500, failed: 2 }, action: 'see-and-retry' },
  ],
  [
    'failed',
    { status: 'failed', hold: { code: 'failed', params: { error: 'SOURCE_NOT_FOUND' } } },
    { code: 'failed', params: { error: 'SOURCE_NOT_FOUND' }, action: 'retry' },
  ],
  ['done', { status: 'done' }, undefined],
  [
    'planned',
    { status: 'done', hold: { code: 'planned', params: { create: 3 } } },
    { code: 'planned', params: { create: 3 } },
  ],
  ['declined', { status: 'aborted', hold: { code: 'declined', params: { userName: 'Lisa' } } }, { code: 'declined' }],
  ['aborted', { status: 'aborted', hold: { code: 'aborted', params: { userName: 'Lisa' } } }, { code: 'aborted' }],
])('%s', (_name, facts, wanted) => {
  const reason = reasonOf({ ...base, ...facts })
  if (wanted === undefined) expect(reason).toBeUndefined()
  else expect(reason).toMatchObject(wanted as object)
})

it('leaves consent to its owner: others get no action', () => {
  const reason = reasonOf({ ...base, hold: { code: 'consent', params: { userId: 'lisa' } } })
  expect(reason).toEqual({ code: 'consent', params: { userId: 'lisa' } })
})
