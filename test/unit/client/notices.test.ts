import { expect, it } from 'vitest'
import { type NoticeSubject, Notices } from '../../../src/client/notices.ts'
import { transferRow } from '../../../src/client/rows/transfer-row.ts'
import { StateFolder } from '../../../src/client/state-folder.ts'
import type { TransferNotice } from '../../../src/shared/contract/engine-process.ts'
import type { Job } from '../../../src/shared/domain/job.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { lisa, me, sampleJob, thisClient, workspaceId } from './job-samples.ts'

async function open(folder = tempFolder()) {
  const told: TransferNotice[] = []
  const state = new StateFolder(folder)
  const notices = await Notices.open(state, (notice) => told.push(notice))
  const consider = (changes: Partial<Job>, more: Partial<NoticeSubject> = {}) => {
    const job = sampleJob(changes)
    const row = transferRow(job, {
      workspaceId,
      me: { userId: me, clientId: thisClient },
      mirror: { clients: new Map(), users: new Map(), sites: new Map() },
      progress: undefined,
      keptBytes: undefined,
      unreachable: undefined,
    })
    const isMine = job.userId === me
    notices.consider({ job, row, isMine, from: 'Lisa', isStep: () => false, joinedAtMs: 0, ...more })
    return told.map(({ kind }) => kind)
  }
  return { folder, state, notices, told, consider }
}

const delivery = {
  status: 'waiting',
  source: { kind: 'user', userId: lisa },
  destination: { kind: 'user', userId: me },
  userId: lisa,
  reason: { code: 'location' },
} as const satisfies Partial<Job>

it('tells each event once, a restart included', async () => {
  const { folder, state, consider } = await open()
  consider(delivery)
  expect(consider(delivery)).toEqual(['delivery'])
  await state[Symbol.asyncDispose]()
  const again = await open(folder)
  expect(again.consider(delivery)).toEqual([])
  // Sent again: the place is to be chosen anew.
  expect(again.consider({ ...delivery, revision: 1 })).toEqual(['delivery'])
})

it('reminds at most once a minute, whatever the workspace says', async () => {
  const { notices, told } = await open()
  const row = { key: `${workspaceId}/${'3'.repeat(24)}`, name: 'cut' } as Parameters<Notices['remind']>[0]
  for (const atMs of [60_000, 60_001, 119_999, 120_000]) notices.remind(row, 'Lisa', atMs)
  expect(told.map(({ kind }) => kind)).toEqual(['reminder', 'reminder'])
})

it('waits with a delivery until its size is known', async () => {
  const { consider } = await open()
  expect(consider({ ...delivery, status: 'init' })).toEqual([])
  expect(consider(delivery)).toEqual(['delivery'])
})

it.each([
  ['done', { status: 'done', finishedAtMs: 5 }, {}, ['done']],
  ['done before this host came', { status: 'done', finishedAtMs: 5 }, { joinedAtMs: 6 }, []],
  ['done, but only a step on the way', { status: 'done', finishedAtMs: 5 }, { isStep: () => true }, []],
  ['done with nothing in it', { status: 'done', finishedAtMs: 5, fileCount: 0 }, {}, []],
  ['planned, and nothing sent', { status: 'done', finishedAtMs: 5, reason: { code: 'planned' } }, {}, []],
  ['failed for good', { status: 'failed', reason: { code: 'failed', params: { error: 'IO_ERROR' } } }, {}, ['failed']],
  ['failed, tried again by itself', { status: 'failed', reason: { code: 'retry' } }, {}, []],
  ['declined', { status: 'aborted', reason: { code: 'declined', params: { userName: 'Lisa' } } }, {}, ['declined']],
  ['aborted by a person', { status: 'aborted', reason: { code: 'aborted' } }, {}, []],
  [
    'somebody else’s, between others',
    { status: 'done', finishedAtMs: 5, userId: lisa, source: { kind: 'user', userId: lisa } },
    {},
    [],
  ],
] as const)('%s', async (_name, job, more, kinds) => {
  const { consider } = await open()
  expect(consider(job as Partial<Job>, more as Partial<NoticeSubject>)).toEqual(kinds)
})
