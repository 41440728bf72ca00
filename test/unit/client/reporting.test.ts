import { expect, it, vi } from 'vitest'
import { backoffMs } from '../../../src/client/connection/backoff.ts'
import type { WorkspaceConnection } from '../../../src/client/connection/workspace-connection.ts'
import { ProgressMeter } from '../../../src/client/dispatches/progress-meter.ts'
import { Reporter } from '../../../src/client/dispatches/reporter.ts'
import { PeerKeys } from '../../../src/client/presence/peer-keys.ts'
import { StateFolder } from '../../../src/client/state-folder.ts'
import type { TransferProgress } from '../../../src/engine/index.ts'
import { type Logger, silentLogger } from '../../../src/platform/logger.ts'
import { operationSchemas } from '../../../src/shared/contract/operation-schemas.ts'
import { type ErrorCode, TernError } from '../../../src/shared/domain/errors.ts'
import type { DispatchId } from '../../../src/shared/domain/ids.ts'
import { maxBodyBytes } from '../../../src/workspace/api/operation-table.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { jobId, otherClient, otherWorkspaceId, workspaceId } from './job-samples.ts'

const fence = { dispatchId: '9'.repeat(24) as DispatchId, epoch: 3 }

/** Answers calls in order; a code fails that call. */
function reporterWith(answers: (ErrorCode | 'ok')[], logger = silentLogger) {
  const calls: { name: string; uris: string[]; epoch: number }[] = []
  const connection = {
    call: async (name: string, input: { epoch: number; tasks?: { uri: string }[] }) => {
      calls.push({ name, uris: input.tasks?.map(({ uri }) => uri) ?? [], epoch: input.epoch })
      const answer = answers.shift() ?? 'ok'
      if (answer !== 'ok') throw new TernError(answer)
      return {}
    },
  } as unknown as WorkspaceConnection
  return { calls, reporter: new Reporter(connection, fence, new AbortController().signal, logger) }
}

const done = (uri: string) => ({ uri, status: 'done' as const })

it('reports in order, in batches, the end after everything, each until it is acknowledged', async () => {
  const { calls, reporter } = reporterWith(['WORKSPACE_UNREACHABLE', 'ok', 'ok'])
  for (let number = 0; number < 1500; number += 1) reporter.task(done(String(number)))
  await reporter.end({ outcome: 'done' })
  expect(calls.map(({ name, uris, epoch }) => [name, uris.length, uris[0], epoch])).toEqual([
    ['dispatch/report', 1000, '0', 3],
    ['dispatch/report', 1000, '0', 3],
    ['dispatch/report', 500, '1000', 3],
    ['dispatch/end', 0, undefined, 3],
  ])
})

it('tells what a workspace takes, whatever a peer has said', async () => {
  const inputs: [string, unknown][] = []
  const call = async (name: string, input: unknown) => {
    inputs.push([name, input])
    return {}
  }
  const connection = { call } as unknown as WorkspaceConnection
  const reporter = new Reporter(connection, fence, new AbortController().signal, silentLogger)
  const path = '\u0001'.repeat(20_000)
  const many = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`p${at}`, path]))
  const error = { code: 'SPECIAL_FILE' as const, params: { path, [path]: 1, isLast: true, ...many } }
  const told = Array.from({ length: 200 }, () => ({ path, error }))
  const names = { count: 1, told }
  const report = { ...done('0'), error, failures: told, names, pathAbsFinal: path }
  for (let each = 0; each < 5; each += 1) reporter.task({ ...report, notes: [{ kind: 'placed', path }] })
  await reporter.end({ outcome: 'failed', error })
  expect(inputs.filter(([name]) => name === 'dispatch/report').length).toBeGreaterThan(1)
  expect(inputs.flatMap(([, input]) => (input as { tasks?: unknown[] }).tasks ?? [])).toHaveLength(5)
  for (const [name, input] of inputs) {
    const { input: schema } = operationSchemas[name as 'dispatch/report' | 'dispatch/end']
    expect(schema.safeParse(input).error).toBeUndefined()
    expect(Buffer.byteLength(JSON.stringify(input))).toBeLessThan(maxBodyBytes(name as 'dispatch/report'))
  }
  expect(inputs.at(-1)).toMatchObject([
    'dispatch/end',
    { error: { params: { path: `${'\u0001'.repeat(4095)}…`, isLast: true } } },
  ])
})

it('says nothing more once it is fenced off', async () => {
  const { calls, reporter } = reporterWith(['FENCED'])
  reporter.task(done('0'))
  await reporter.end({ outcome: 'done' })
  reporter.task(done('1'))
  await reporter.end(undefined)
  expect(calls).toHaveLength(1)
})

it.each<[ErrorCode, string]>([
  ['FENCED', 'debug'],
  ['BAD_REQUEST', 'warn'],
])('a report refused with %s is told at %s: every run that is ended by others has such a one', async (code, level) => {
  const told: string[] = []
  const logger = { debug: () => told.push('debug'), warn: () => told.push('warn') } as unknown as Logger
  const { reporter } = reporterWith([code], logger)
  reporter.task(done('0'))
  await reporter.end({ outcome: 'done' })
  expect(told).toEqual([level])
})

it('waits longer each time, up to ten seconds, and never in step with others', () => {
  const middle = () => 0.5
  expect([0, 1, 2, 3, 4, 5, 20].map((attempt) => backoffMs(attempt, middle))).toEqual([
    500, 1000, 2000, 4000, 8000, 10_000, 10_000,
  ])
  expect(backoffMs(0, () => 0)).toBeLessThan(backoffMs(0, () => 1))
})

it('remembers the key of each peer, per workspace, and trusts no other from then on', async () => {
  const folder = tempFolder()
  const keys = await PeerKeys.open(new StateFolder(folder))
  expect(await keys.isTrusted(workspaceId, otherClient, 'aa')).toBe(true)
  const again = await PeerKeys.open(new StateFolder(folder))
  expect(await again.isTrusted(workspaceId, otherClient, 'bb')).toBe(false)
  expect(await again.isTrusted(otherWorkspaceId, otherClient, 'bb')).toBe(true)
  await again.forget(workspaceId)
  expect(await again.isTrusted(workspaceId, otherClient, 'bb')).toBe(true)
})

const figures = (changes: Partial<TransferProgress>): TransferProgress => ({
  phase: 'transferring',
  filesScanned: 2,
  filesCompared: 2,
  filesTotal: 2,
  filesDone: 1,
  filesAlreadyThere: 1,
  bytesVerified: 900_000_000,
  bytesTotal: 1_000_000_000,
  bytesReceived: 0,
  isScanComplete: true,
  items: [{ itemId: '0', bytesVerified: 1, bytesTotal: 2 }],
  lanes: 2,
  route: 'direct',
  ...changes,
})
it('measures the speed of what moves, not of what was there already', () => {
  const meter = new ProgressMeter(jobId)
  const first = meter.measure(figures({}))
  expect(first).toMatchObject({ bytesPerSecond: 0, bytesVerified: 900_000_000, tasks: [{ uri: '0' }], route: 'direct' })
  expect(first.etrSeconds).toBeUndefined()
})

it('says that it looks at what is there until content comes and nothing more is found', () => {
  const clock = vi.spyOn(performance, 'now')
  const meter = new ProgressMeter(jobId)
  const at = (atMs: number, bytesVerified: number, bytesReceived: number, changes: Partial<TransferProgress> = {}) => {
    clock.mockReturnValue(atMs)
    return meter.measure(figures({ bytesVerified, bytesReceived, ...changes })).isChecking === true
  }
  const listing = { isScanComplete: false }
  expect([at(0, 0, 0, listing), at(9900, 90, 90, listing), at(10_000, 100, 100)]).toEqual([true, true, true])
  // Found beside what comes.
  expect([at(11_500, 300, 150), at(13_000, 500, 200), at(14_500, 800, 300)]).toEqual([true, true, true])
  // Nothing moves: nothing is known.
  expect([at(60_000, 800, 300), at(60_100, 850, 350), at(62_000, 900, 400)]).toEqual([true, true, false])
  clock.mockRestore()
})
