import { describe, expect, it, vi } from 'vitest'
import type { HostParts } from '../../../src/client/host-parts.ts'
import { JobRows } from '../../../src/client/presence/job-rows.ts'
import { Mirror } from '../../../src/client/presence/mirror.ts'
import type { PresenceRecord } from '../../../src/client/presence/presence-store.ts'
import { CursorWindow } from '../../../src/client/rows/cursor-window.ts'
import { RowPublisher } from '../../../src/client/rows/row-publisher.ts'
import { type RowContext, transferRow } from '../../../src/client/rows/transfer-row.ts'
import type { TransferRow, TransfersDelta } from '../../../src/shared/contract/view.ts'
import type { Client, Site, User } from '../../../src/shared/domain/entities.ts'
import type { DispatchId } from '../../../src/shared/domain/ids.ts'
import type { Job, JobProgress } from '../../../src/shared/domain/job.ts'
import { jobId, lisa, me, otherClient, sampleJob, thisClient, workspaceId } from './job-samples.ts'

const user = (id: typeof me, name: string): User => ({
  id,
  name,
  email: `${name.toLowerCase()}@example.com`,
  role: 'standard',
  status: 'enabled',
  online: true,
})
const client = (id: typeof thisClient, name: string): Client => ({
  id,
  name,
  kind: 'app',
  userId: me,
  keyHash: '',
  online: true,
})

function context(changes: Partial<RowContext> = {}): RowContext {
  return {
    workspaceId,
    me: { userId: me, clientId: thisClient },
    mirror: {
      clients: new Map([client(thisClient, 'studio-3'), client(otherClient, 'laptop')].map((one) => [one.id, one])),
      users: new Map([user(me, 'Mia'), user(lisa, 'Lisa')].map((one) => [one.id, one])),
      sites: new Map<string, Site>([['hq', { code: 'hq', name: 'Main', online: true }]]),
    },
    progress: undefined,
    keptBytes: undefined,
    unreachable: undefined,
    ...changes,
  }
}

const progress = (changes: Partial<JobProgress>): JobProgress => ({
  jobId,
  phase: 'transferring',
  filesScanned: 10,
  filesCompared: 10,
  filesTotal: 10,
  filesDone: 0,
  filesAlreadyThere: 0,
  bytesVerified: 0,
  bytesTotal: 1000,
  bytesPerSecond: 100,
  ...changes,
})

describe('what queries call the parties of a row', () => {
  it('is what the workspace calls them', () => {
    const workspace = { id: workspaceId, code: 'seagull', name: 'Seagull' }
    const mirror = { ...context().mirror, workspace }
    expect(transferRow(sampleJob(), context({ mirror })).parties).toEqual({
      user: { type: 'user', id: me, code: 'mia@example.com' },
      source: [
        { type: 'user', id: me, code: 'mia@example.com' },
        { type: 'client', id: thisClient },
      ],
      destination: [
        {
          type: 'site',
          code: 'hq',
          aliases: [workspaceId, `workspace:${workspaceId}`, 'seagull', 'workspace:seagull'],
        },
      ],
    })
    const elsewhere = sampleJob({
      source: { kind: 'site', siteCode: 'stockholm' },
      destination: { kind: 'user', userId: '9'.repeat(24) as typeof me },
    })
    expect(transferRow(elsewhere, context()).parties).toMatchObject({
      source: [{ type: 'site', code: 'stockholm' }],
      destination: [{ type: 'user', id: '9'.repeat(24) }],
    })
  })
})

describe('a row seen from this machine', () => {
  const site = { kind: 'site', siteCode: 'hq' } as const
  const here = { kind: 'user', userId: me, clientId: thisClient } as const
  const laptop = { kind: 'user', userId: me, clientId: otherClient } as const
  const unchosen = { kind: 'user', userId: me } as const
  const toLisa = { kind: 'user', userId: lisa } as const

  it.each([
    ['an upload from here', here, site, 'out', 'here', 'hq'],
    ['a download to here', site, here, 'in', 'hq', 'here'],
    ['a delivery that I have not placed', toLisa, unchosen, 'in', 'Lisa', 'here'],
    ['a delivery of mine', here, toLisa, 'out', 'here', 'Lisa'],
    ['an upload from my other machine', laptop, site, 'between', 'Mia', 'hq'],
    ['a delivery from the workspace', site, toLisa, 'between', 'hq', 'Lisa'],
  ] as const)('%s', (_name, source, destination, direction, from, to) => {
    const row = transferRow(sampleJob({ source, destination }), context())
    expect([row.direction, row.from.name, row.to.name]).toEqual([direction, from, to])
  })

  it('names the computer of another machine of mine', () => {
    const row = transferRow(sampleJob({ source: laptop }), context())
    expect(row.from).toEqual({ kind: 'user', name: 'Mia', detail: 'laptop' })
  })

  it('waits on this person for a place, or on this machine for consent, and on nobody else', () => {
    const waiting = { status: 'waiting', destination: unchosen, reason: { code: 'location' } } as const
    expect(transferRow(sampleJob(waiting), context()).waitsOnYou).toBe('location')
    expect(transferRow(sampleJob({ ...waiting, destination: toLisa }), context()).waitsOnYou).toBeUndefined()
    const consent = (clientId: string) =>
      sampleJob({ status: 'init', reason: { code: 'consent', params: { clientId } } })
    expect(transferRow(consent(thisClient), context()).waitsOnYou).toBe('consent')
    expect(transferRow(consent(otherClient), context()).waitsOnYou).toBeUndefined()
  })

  it('says that the workspace is out of reach, unless it runs here all the same', () => {
    const unreachable = { address: 'example.com:1', sinceMs: 5 }
    const reason = (changes: Partial<RowContext>) =>
      transferRow(sampleJob(), context({ unreachable, ...changes })).reason?.code
    expect(reason({})).toBe('workspace-unreachable')
    expect(reason({ progress: progress({}) })).toBeUndefined()
    expect(transferRow(sampleJob({ status: 'done' }), context({ unreachable })).reason).toBeUndefined()
  })

  const result = { filesDone: 6, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 600 }

  it('goes on from what an earlier dispatch verified, and never counts twice', () => {
    const second = transferRow(
      sampleJob({ result }),
      context({ progress: progress({ bytesVerified: 100, bytesTotal: 400 }) }),
    )
    expect(second.bytesDone).toBe(600)
    expect([second.progress?.bytesVerified, second.progress?.bytesTotal]).toEqual([700, 1000])
    const reportedAlready = transferRow(
      sampleJob({ result }),
      context({ progress: progress({ bytesVerified: 700, bytesTotal: 1000 }) }),
    )
    expect([reportedAlready.progress?.bytesVerified, reportedAlready.progress?.bytesTotal]).toEqual([700, 1000])
  })

  it('keeps what is verified while it is held', () => {
    const paused = transferRow(sampleJob({ status: 'paused', result }), context({ keptBytes: 700 }))
    expect(paused.bytesDone).toBe(700)
    expect(transferRow(sampleJob({ status: 'paused', result }), context()).bytesDone).toBe(600)
  })

  it.each([
    ['running', undefined, { pause: true, resume: false, abort: true, retry: false }],
    ['paused', 'paused', { pause: false, resume: true, abort: true, retry: false }],
    ['failed', 'failed', { pause: false, resume: false, abort: true, retry: true }],
    ['waiting', 'blocked', { pause: true, resume: false, abort: true, retry: true }],
    ['aborted', 'aborted', { pause: false, resume: false, abort: false, retry: true }],
    ['done', undefined, { pause: false, resume: false, abort: false, retry: false }],
  ] as const)('what one can do when it is %s', (status, code, can) => {
    expect(transferRow(sampleJob({ status, ...(code && { reason: { code } }) }), context()).can).toMatchObject(can)
  })
})

describe('the figures of a job that goes on', () => {
  const running = sampleJob({ sizeBytes: 240_000 })
  const paused = { ...running, status: 'paused' } as const
  const run = '9'.repeat(24) as DispatchId
  const figures = (bytesVerified: number, changes: Partial<JobProgress> = {}) =>
    progress({ bytesVerified, bytesTotal: 240_000, ...changes })
  const checking = (bytesVerified: number, changes: Partial<JobProgress> = {}) =>
    figures(bytesVerified, { isChecking: true, ...changes })

  function jobRows() {
    const shown: number[] = []
    const mirror = new Mirror({
      onJob: () => undefined,
      onJobRemoved: () => undefined,
      onSurroundings: () => undefined,
    })
    const publish = (_key: string, row: TransferRow | undefined) => {
      if (row) shown.push((row.progress?.bytesVerified ?? row.bytesDone) / 1000)
    }
    const parts = { rows: { put: publish }, setup: { kind: 'server' } } as unknown as HostParts
    const record = () => ({ workspaceId, me: { userId: me }, clientId: thisClient }) as unknown as PresenceRecord
    const rows = new JobRows({ parts, mirror, record, offlineSinceMs: () => undefined })
    const put = (job: Job) => {
      mirror.putJob(job)
      return rows.put(job)
    }
    return { rows, shown, put }
  }

  it.each(['its own run', 'a run elsewhere'] as const)('of %s never fall while it only looks again', (whose) => {
    const { rows, shown, put } = jobRows()
    const tell = (each: JobProgress) =>
      whose === 'its own run' ? rows.ownProgress(jobId, run, each) : rows.progress(each)
    put(running)
    tell(figures(77_600))
    rows.ownProgress(jobId, run, undefined)
    put(paused)
    put(running)
    for (const each of [checking(0, { phase: 'connecting' }), checking(4190), checking(6290), checking(75_500)])
      tell(each)
    tell(checking(90_000))
    expect([...new Set(shown)]).toEqual([0, 77.6, 90])
    tell(figures(12_600))
    expect(shown.at(-1)).toBe(12.6)
  })

  it('are those of its tasks as well, and forgotten when it is done', () => {
    const { rows, put } = jobRows()
    const task = (bytesVerified: number) => ({ tasks: [{ uri: '0', bytesVerified, bytesTotal: 240_000 }] })
    put(running)
    rows.ownProgress(jobId, run, figures(77_600, task(77_600)))
    rows.ownProgress(jobId, run, checking(10, task(10)))
    expect(rows.progressOf(jobId)?.tasks?.[0]?.bytesVerified).toBe(77_600)
    expect(put(running).progress).toMatchObject({ isChecking: true, bytesVerified: 77_600 })
    put({ ...running, status: 'done' })
    expect(put(running).progress).toMatchObject({ bytesVerified: 10 })
  })
})

describe('publishing', () => {
  const row = (changes: Partial<TransferRow> = {}): TransferRow => ({
    ...transferRow(sampleJob(), context()),
    ...changes,
  })
  const key = row().key

  it('gathers changes, sends a status at once, and deltas lead from the snapshot to now', () => {
    vi.useFakeTimers()
    const deltas: TransfersDelta[] = []
    const rows = new RowPublisher(
      (delta) => deltas.push(delta),
      () => 0,
    )
    rows.put(key, row())
    expect(deltas).toHaveLength(1)
    const snapshot = rows.snapshot()
    for (let bytesDone = 1; bytesDone <= 50; bytesDone += 1) rows.put(key, row({ bytesDone }))
    expect(deltas).toHaveLength(1)
    vi.advanceTimersByTime(100)
    expect(deltas).toHaveLength(2)
    expect(deltas[1]).toMatchObject({ from: snapshot.revision, upserts: [{ bytesDone: 50 }], removed: [] })
    rows.put(key, row({ bytesDone: 50 }))
    vi.advanceTimersByTime(1000)
    expect(deltas).toHaveLength(2)
    rows.put(key, row({ status: 'done', finishedAtMs: 1 }))
    rows.put(key, undefined)
    expect(deltas[3]).toMatchObject({ from: deltas[2]?.to, removed: [key], totals: { running: 0 } })
    vi.useRealTimers()
  })

  it('counts speeds by direction and what waits on the person apart', () => {
    const rows = new RowPublisher(
      () => undefined,
      () => 7,
    )
    const figures = transferRow(sampleJob(), context({ progress: progress({ bytesPerSecond: 5 }) })).progress
    rows.put(`${workspaceId}/1`, row({ ...(figures && { progress: figures }) }))
    rows.put(`${workspaceId}/2`, row({ status: 'waiting', waitsOnYou: 'location', direction: 'in' }))
    rows.put(`${workspaceId}/3`, row({ status: 'waiting' }))
    expect(rows.snapshot().totals).toEqual({
      bytesPerSecondOut: 5,
      bytesPerSecondIn: 0,
      running: 1,
      waiting: 1,
      failed: 0,
      waitingOnYou: 1,
      finishedTotal: 7,
    })
    rows[Symbol.dispose]()
  })
})

it('reads a list by offset with one call a page', async () => {
  const calls: (string | undefined)[] = []
  const window = new CursorWindow<number>(async (cursor, limit) => {
    calls.push(cursor)
    const first = Number(cursor ?? 0)
    const items = Array.from({ length: Math.min(limit, 1200 - first) }, (_, index) => first + index)
    const next = first + items.length
    return { items, nextCursor: next < 1200 ? String(next) : undefined, total: 1200 }
  })
  const [one, other] = await Promise.all([window.slice(490, 20), window.slice(0, 2)])
  expect(one.rows).toEqual(Array.from({ length: 20 }, (_, index) => 490 + index))
  expect(other).toEqual({ rows: [0, 1], total: 1200 })
  expect(calls).toEqual([undefined, '500'])
  expect(await window.at(1199)).toBe(1199)
  expect(await window.at(1200)).toBeUndefined()
  expect(calls).toHaveLength(3)
})
