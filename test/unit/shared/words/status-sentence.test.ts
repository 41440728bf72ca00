import { describe, expect, test } from 'vitest'
import type { TransferRow } from '../../../../src/shared/contract/view.ts'
import { type PresentedTransfer, presentTransfer } from '../../../../src/shared/domain/presentation.ts'
import { formatPercent } from '../../../../src/shared/domain/units/units.ts'
import { type StatusContext, statusSentence } from '../../../../src/shared/words/status-sentence.ts'

const at = (hours: number, minutes: number) => Date.UTC(2026, 10, 21, hours, minutes)
const here: StatusContext = { nowMs: at(14, 32), timeZone: 'UTC', myUserId: 'me', target: 'John' }

const result = { filesDone: 0, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 0 }
const resting: PresentedTransfer = { status: 'waiting', bytesDone: 0, bytesTotal: 1000, result }
const progress = {
  phase: 'transferring',
  filesScanned: 10,
  filesCompared: 10,
  filesTotal: 10,
  bytesVerified: 620,
  bytesTotal: 1000,
} as const
const running: PresentedTransfer = { ...resting, status: 'running', progress }

interface Expected {
  readonly text: string
  readonly shape: string
  readonly tone: string
  readonly line: string
  readonly section?: string
  readonly percent?: string
  readonly lead?: string
  readonly label?: string
}

/** The rows of picture 01, and the states it has no room for. */
const rows: [string, PresentedTransfer, Expected, Partial<StatusContext>?][] = [
  [
    'waits on you',
    {
      ...resting,
      waitsOnYou: 'location',
      reason: { code: 'location', params: { files: 214 }, action: 'choose-folder' },
    },
    {
      text: 'Choose where 214 files go',
      shape: 'beak',
      tone: 'yours',
      line: 'none',
      section: 'waiting-on-you',
      label: 'Choose folder…',
    },
  ],
  ['transferring', running, { text: 'Transferring', shape: 'running', tone: 'strong', line: 'moving', percent: '62%' }],
  [
    'limited',
    running,
    { text: 'Limited to 20 MB/s until 18:00', shape: 'running', tone: 'strong', line: 'moving', percent: '62%' },
    { limit: { bytesPerSecond: 20_000_000, untilMs: at(18, 0) } },
  ],
  [
    'limited for good',
    running,
    { text: 'Limited to 20 MB/s', shape: 'running', tone: 'strong', line: 'moving', percent: '62%' },
    { limit: { bytesPerSecond: 20_000_000 } },
  ],
  [
    'scanning',
    { ...running, progress: { ...progress, phase: 'scanning', filesScanned: 12_403 } },
    { text: 'Scanning 12,403 files', lead: 'Scanning', shape: 'scanning', tone: 'strong', line: 'unknown-length' },
  ],
  [
    'comparing',
    { ...running, progress: { ...progress, phase: 'comparing', filesCompared: 3180, filesTotal: 8412 } },
    {
      text: 'Comparing 3,180 of 8,412 files',
      lead: 'Comparing',
      shape: 'comparing',
      tone: 'strong',
      line: 'held',
      percent: '37%',
    },
  ],
  [
    'looking again at what is there',
    { ...running, progress: { ...progress, isChecking: true } },
    { text: 'Checking what is there', shape: 'comparing', tone: 'strong', line: 'held', percent: '62%' },
  ],
  [
    'listing again what is there',
    { ...running, progress: { ...progress, phase: 'comparing', isChecking: true, filesCompared: 1, filesTotal: 8412 } },
    {
      text: 'Comparing 1 of 8,412 files',
      lead: 'Comparing',
      shape: 'comparing',
      tone: 'strong',
      line: 'held',
      percent: '62%',
    },
  ],
  [
    'verifying',
    { ...running, progress: { ...progress, phase: 'verifying', bytesVerified: 999 } },
    { text: 'Verifying', shape: 'verifying', tone: 'strong', line: 'moving', percent: '99%' },
  ],
  [
    'connecting',
    { ...running, progress: { ...progress, phase: 'connecting' } },
    { text: 'Connecting', shape: 'running', tone: 'strong', line: 'moving', percent: '0%' },
  ],
  [
    'running, no figures yet',
    { ...resting, status: 'running' },
    { text: 'Starting', shape: 'running', tone: 'strong', line: 'moving', percent: '0%' },
  ],
  [
    'theirs to choose',
    { ...resting, reason: { code: 'location', params: { userName: 'Lisa' }, action: 'remind' } },
    { text: 'Waiting for Lisa to choose a folder', shape: 'waiting', tone: 'plain', line: 'none', label: 'Remind' },
  ],
  [
    'peer offline in mid-transfer',
    { ...resting, bytesDone: 480, reason: { code: 'peer-offline', params: { name: 'berlin', sinceMs: at(14, 2) } } },
    { text: 'berlin is offline since 14:02', shape: 'offline', tone: 'plain', line: 'held' },
  ],
  [
    'disk full',
    {
      ...resting,
      bytesDone: 300,
      reason: { code: 'blocked', params: { error: 'DISK_FULL', neededBytes: 12.4e9 }, action: 'retry' },
    },
    { text: "John's disk is full, 12.4 GB more needed", shape: 'waiting', tone: 'plain', line: 'held', label: 'Retry' },
  ],
  [
    'queued',
    { ...resting, reason: { code: 'queue', params: { position: 3, queue: 'low_prio' } } },
    { text: 'Third in queue low_prio', shape: 'queued', tone: 'plain', line: 'none' },
  ],
  [
    'paused',
    {
      ...resting,
      status: 'paused',
      bytesDone: 450,
      reason: { code: 'paused', params: { userId: 'me', atMs: at(13, 20) }, action: 'resume' },
    },
    { text: 'Paused by you at 13:20', shape: 'paused', tone: 'plain', line: 'held', label: 'Resume' },
  ],
  [
    'paused by nobody known',
    { ...resting, status: 'paused' },
    { text: 'Paused', shape: 'paused', tone: 'plain', line: 'none' },
  ],
  [
    'failed in part',
    {
      ...resting,
      status: 'failed',
      bytesDone: 990,
      reason: { code: 'failed-in-part', params: { done: 498, total: 500, failed: 2 }, action: 'see-and-retry' },
    },
    { text: '498 of 500, 2 failed', shape: 'failed', tone: 'failed', line: 'failed-in-part', label: 'See and retry 2' },
  ],
  [
    'failed, reason unknown',
    { ...resting, status: 'failed' },
    { text: 'Failed. The log says why', shape: 'failed', tone: 'failed', line: 'none' },
  ],
  [
    'failed, tried again by itself',
    {
      ...resting,
      status: 'failed',
      reason: {
        code: 'retry',
        params: { error: 'STALLED', attempt: 2, maxAttempts: 3, nextAtMs: at(14, 32) + 30_000 },
        action: 'try-now',
      },
    },
    {
      text: 'No data for 60 s, next try in 30 s (2 of 3)',
      shape: 'waiting',
      tone: 'plain',
      line: 'none',
      label: 'Try now',
    },
  ],
  [
    'workspace unreachable while it goes on',
    { ...running, reason: { code: 'workspace-unreachable', params: { address: 'studio.example.com' } } },
    { text: 'Transferring', shape: 'running', tone: 'strong', line: 'moving', percent: '62%' },
  ],
  [
    'measuring',
    { ...resting, status: 'init', bytesTotal: 0 },
    { text: 'Measuring', shape: 'scanning', tone: 'strong', line: 'unknown-length' },
  ],
  ['waiting, about to start', resting, { text: 'Waiting to start', shape: 'waiting', tone: 'plain', line: 'none' }],
  [
    'done',
    { ...resting, status: 'done', finishedAtMs: at(13, 41), result: { ...result, filesDone: 5 } },
    { text: 'Done at 13:41', shape: 'done', tone: 'quiet', line: 'none', section: 'finished' },
  ],
  [
    'done, replaced',
    { ...resting, status: 'done', finishedAtMs: at(12, 10), result: { ...result, filesDone: 5, filesReplaced: 3 } },
    { text: 'Done at 12:10, 3 replaced', shape: 'done', tone: 'quiet', line: 'none', section: 'finished' },
  ],
  [
    'done, deleted what is extra, with nothing to send',
    {
      ...resting,
      status: 'done',
      finishedAtMs: at(12, 10),
      result: { ...result, filesDone: 4, filesAlreadyThere: 4, filesRemoved: 41 },
    },
    { text: 'Done at 12:10, 41 deleted', shape: 'done', tone: 'quiet', line: 'none', section: 'finished' },
  ],
  [
    'done, replaced and deleted',
    {
      ...resting,
      status: 'done',
      finishedAtMs: at(12, 10),
      result: { ...result, filesDone: 5, filesReplaced: 3, filesRemoved: 2 },
    },
    { text: 'Done at 12:10, 3 replaced, 2 deleted', shape: 'done', tone: 'quiet', line: 'none', section: 'finished' },
  ],
  [
    'already there',
    {
      ...resting,
      status: 'done',
      finishedAtMs: at(12, 10),
      result: { ...result, filesDone: 1204, filesAlreadyThere: 1204 },
    },
    { text: 'Already there, 1,204 files', shape: 'done', tone: 'quiet', line: 'none', section: 'finished' },
  ],
  [
    'done, long ago',
    { ...resting, status: 'done' },
    { text: 'Done', shape: 'done', tone: 'quiet', line: 'none', section: 'finished' },
  ],
  [
    'declined',
    {
      ...resting,
      status: 'aborted',
      reason: { code: 'declined', params: { userName: 'Lisa', text: 'wrong version' } },
    },
    { text: 'Declined by Lisa: wrong version', shape: 'stopped', tone: 'quiet', line: 'none', section: 'finished' },
  ],
  [
    'aborted',
    { ...resting, status: 'aborted' },
    { text: 'Aborted', shape: 'stopped', tone: 'quiet', line: 'none', section: 'finished' },
  ],
]

describe('rows', () => {
  test.each(rows)('%s', (_row, transfer, expected, context) => {
    const sentence = statusSentence(transfer, { ...here, ...context })
    const look = presentTransfer(transfer)
    expect({
      text: sentence.text,
      shape: look.shape,
      tone: look.tone,
      line: look.line,
      section: look.section,
      percent: look.showsPercent ? formatPercent(look.ratio ?? 0) : undefined,
      lead: sentence.lead,
      label: sentence.action?.label,
    }).toEqual({ section: 'active', percent: undefined, lead: undefined, label: undefined, ...expected })
  })

  test.each([
    ['here', 'This computer', "This computer's disk is full"],
    ['user', 'John', "John's disk is full"],
    ['site', 'hq', "hq's disk is full"],
  ] as const)('whose disk it is follows from the row: %s', (kind, name, text) => {
    const reason = { code: 'blocked', params: { error: 'DISK_FULL' } } as const
    const transfer: PresentedTransfer = { ...resting, reason, from: { kind: 'user', name: 'Mia' }, to: { kind, name } }
    expect(statusSentence(transfer, { nowMs: 0 }).text).toBe(text)
  })

  test('who the other side is follows from the row', () => {
    const reason = { code: 'blocked', params: { error: 'PEER_REFUSED' } } as const
    const [from, to] = [{ kind: 'site', name: 'hq' } as const, { kind: 'here', name: 'here' } as const]
    expect(statusSentence({ ...resting, reason, from, to }, { nowMs: 0 }).text).toBe('hq refused the connection')
    expect(statusSentence({ ...resting, reason, from: to, to: from }, { nowMs: 0 }).text).toBe(
      'hq refused the connection',
    )
  })

  test('the window’s row is enough', () => {
    const present = (row: TransferRow) => presentTransfer(row)
    expect(present).toBeTypeOf('function')
  })
})
