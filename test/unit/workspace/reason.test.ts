import { expect, it } from 'vitest'
import { type ReasonFacts, reasonOf } from '../../../src/workspace/jobs/reason.ts'

const none = { pending: 0, queued: 0, booting: 0, executing: 0, done: 0, failed: 0, onhold: 0, excluded: 0 }
const online = { name: 'hq', online: true }
const offline = { name: 'berlin', online: false, lastSeenAtMs: 50 }
const lisa = { id: 'lisa', name: 'Lisa', email: 'lisa@example.com', isInvited: false }

const base: ReasonFacts = {
  status: 'waiting',
  hold: undefined,
  counts: { ...none, queued: 1 },
  fileCount: 214,
  queue: 'medium',
  viewerId: 'john',
  receiver: undefined,
  source: online,
  destination: online,
  waitsForUpload: undefined,
  switchedOff: () => undefined,
  position: () => 0,
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
  ['upload, for the sender', { counts: pending, receiver: lisa, waitsForUpload: online }, { code: 'upload' }],
  [
    'the receiver chooses meanwhile',
    { counts: pending, receiver: lisa, viewerId: 'lisa', waitsForUpload: online },
    { code: 'location' },
  ],
  ['upload, once chosen', { waitsForUpload: online }, { code: 'upload', params: { name: 'hq' } }],
  ['switched off', { switchedOff: () => 'upload', source: offline }, { code: 'uploads-off' }],
  ['switched off', { switchedOff: () => 'download' }, { code: 'downloads-off' }],
  ['source offline', { source: offline }, { code: 'peer-offline', params: { name: 'berlin', sinceMs: 50 } }],
  ['destination offline', { destination: offline }, { code: 'peer-offline', params: { name: 'berlin', sinceMs: 50 } }],
  ['cannot be measured: offline', { status: 'init', source: offline }, { code: 'peer-offline' }],
  ['queue', { position: () => 3 }, { code: 'queue', params: { position: 3, queue: 'medium' }, action: 'start-now' }],
  [
    'blocked',
    { hold: { code: 'blocked', params: { error: 'DISK_FULL' } } },
    { code: 'blocked', params: { error: 'DISK_FULL' }, action: 'retry' },
  ],
  ['offline before blocked', { source: offline, hold: { code: 'blocked', params: {} } }, { code: 'peer-offline' }],
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
