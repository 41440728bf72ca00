import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Change, ServerFrame, SubscriptionWindow } from '../../../src/shared/contract/stream.ts'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import type { JobProgress } from '../../../src/shared/domain/job.ts'
import { fenceOf, type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient

beforeEach(async () => {
  workspace = await TestWorkspace.start()
  john = await workspace.john()
})

afterEach(() => workspace[Symbol.asyncDispose]())

async function makeJob(name: string): Promise<string> {
  const spec = { name, source: 'share=projects/x', destination: 'john@example.com' }
  return (await john.call('transfer/create', { spec })).jobs[0]?.id ?? ''
}

function progressOf(jobId: string, bytesVerified: number): JobProgress {
  return {
    jobId: jobId as JobProgress['jobId'],
    phase: 'transferring',
    filesScanned: 1,
    filesCompared: 1,
    filesTotal: 1,
    filesDone: 0,
    filesAlreadyThere: 0,
    bytesVerified,
    bytesTotal: 1000,
    bytesPerSecond: 10,
  }
}

describe('revisions', () => {
  it('let a snapshot and the changes after it be put together', async () => {
    await john.connect()
    const first = await makeJob('first')
    const snapshot = await john.call('workspace/snapshot', {})
    expect(snapshot.jobs.map((job) => job.id)).toEqual([first])
    expect(snapshot).toMatchObject({ me: { email: 'john@example.com' }, clientId: john.clientId })
    const second = await makeJob('second')
    const { revision } = (await john.next(
      (frame) =>
        frame.type === 'changes' && frame.changes.some((each) => 'value' in each && each.value.name === 'second'),
    )) as Extract<ServerFrame, { type: 'changes' }>
    expect(revision.epoch).toBe(snapshot.revision.epoch)
    expect(revision.number).toBeGreaterThan(snapshot.revision.number)
    expect(second).not.toBe(first)
  })

  it('give whoever comes back what was missed, once for each entity', async () => {
    await john.connect()
    const { revision } = await john.call('workspace/snapshot', {})
    await john.drop()
    const id = await makeJob('while away')
    await john.call('transfer/update', { id: id as never, name: 'renamed' })
    await john.call('transfer/update', { id: id as never, priority: 700 })
    await john.connect(revision)
    const { changes } = await john.frame('changes')
    const jobs = changes.filter((change) => change.entity === 'job')
    expect(jobs).toMatchObject([{ value: { id, name: 'renamed', priority: 700 } }])
  })

  it('arrive in parts that each can be resumed from', async () => {
    const { revision } = await john.call('workspace/snapshot', {})
    const recipients = Array.from({ length: 520 }, (_, index) => `person${index}@example.com`)
    const { jobs } = await john.call('transfer/create', {
      spec: { source: 'share=projects/x', recipients, invite: true },
    })
    await john.connect(revision)
    const first = await john.frame('changes')
    expect(first.changes).toHaveLength(500)
    await john.drop()
    john.frames.length = 0
    await john.connect(first.revision)
    const seen = new Set(first.changes.map(idOf))
    const wanted = jobs.map((job) => job.id)
    while (wanted.some((id) => !seen.has(id)))
      for (const change of (await john.frame('changes')).changes) seen.add(idOf(change))
    // A job, a person and a home for each.
    expect(seen.size).toBeGreaterThanOrEqual(3 * recipients.length)
  })

  it('that are not known any more are answered with reset', async () => {
    const { revision } = await john.call('workspace/snapshot', {})
    await workspace.restart()
    await john.connect(revision)
    const reset = await john.frame('reset')
    expect(reset.revision.epoch).not.toBe(revision.epoch)
  })

  it('are resumed from no more often than anybody needs: then it is cheaper to start anew', async () => {
    const mia = await (await workspace.person('often@example.com', 'Mia', 'standard', john)).connect()
    const { revision } = await mia.call('workspace/snapshot', {})
    for (let count = 0; count < 100; count += 1) mia.send({ type: 'subscribe', since: revision })
    expect((await mia.frame('reset')).revision.epoch).toBe(revision.epoch)
    await john.call('user/update', { id: john.user.id, description: 'There' })
    await mia.change(({ entity, ...change }) => entity === 'user' && 'value' in change)
  })

  it('show each person their own view, and nothing of others', async () => {
    const mia = await (await workspace.person('mia@example.com', 'Mia', 'standard', john)).connect()
    await makeJob('private')
    const spec = { name: 'for mia', source: 'share=projects/x', destination: 'mia@example.com' }
    await john.call('transfer/create', { spec })
    await mia.change((change) => 'value' in change && change.value.name === 'for mia')
    expect(JSON.stringify(mia.frames)).not.toContain('private')
  })
})

function idOf(change: Change): string {
  if ('removed' in change) return change.removed
  return change.entity === 'site' ? change.value.code : change.value.id
}

async function isClientOnline(by: TestClient, id: string): Promise<boolean> {
  const { clients } = await by.call('workspace/snapshot', {})
  return clients.find((client) => client.id === id)?.online ?? false
}

describe('windows', () => {
  /** Told of the last of several changes, a stream has been told of those before it. */
  async function toldUntil(client: TestClient, id: string): Promise<string[]> {
    const told: string[] = []
    for (;;) {
      const { changes } = await client.frame('changes')
      told.push(...changes.map(idOf))
      if (told.includes(id)) return told
    }
  }

  /** A revision that nobody knows is answered, and with it the window has been taken in. */
  async function narrowed(client: TestClient, window: SubscriptionWindow): Promise<void> {
    client.send({ type: 'subscribe', since: { epoch: 'unknown', number: 0 }, window })
    await client.frame('reset')
  }

  it('narrow a stream to one’s own jobs, or to those that are named', async () => {
    const mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
    const lisa = await workspace.person('lisa@example.com', 'Lisa', 'employee', john)
    await mia.connect()
    await lisa.connect()
    await narrowed(mia, { jobs: 'own' })
    const first = await makeJob('first')
    await narrowed(lisa, { entities: ['job'], jobs: [first as JobId] })
    await makeJob('second')
    const spec = { name: 'for Mia', source: 'share=projects/x', destination: 'mia@example.com' }
    const third = (await john.call('transfer/create', { spec })).jobs[0]?.id ?? ''
    await john.call('transfer/update', { id: first as JobId, name: 'named' })
    expect(await toldUntil(mia, third)).not.toContain(first)
    expect(new Set(await toldUntil(lisa, first))).toEqual(new Set([first]))
  })

  it('hold for what was missed as well, and end with another subscription', async () => {
    await john.connect()
    const { revision } = await john.call('workspace/snapshot', {})
    await john.drop()
    john.frames.length = 0
    const [first, second] = [await makeJob('first'), await makeJob('second')]
    await john.connect()
    john.send({ type: 'subscribe', since: revision, window: { jobs: [second as JobId] } })
    expect(await toldUntil(john, second)).not.toContain(first)
    john.send({ type: 'subscribe', since: revision })
    expect(await toldUntil(john, first)).toContain(first)
  })
})

describe('presence', () => {
  it('is told when clients come and go, with since when', async () => {
    await john.connect()
    const mia = await (await workspace.person('mia@example.com', 'Mia', 'standard', john)).connect()
    await john.change(
      (each) =>
        each.entity === 'user' && 'value' in each && each.value.email === 'mia@example.com' && each.value.online,
    )
    await mia.drop()
    const gone = await john.change(
      (each) => each.entity === 'client' && 'value' in each && each.value.id === mia.clientId && !each.value.online,
    )
    expect('value' in gone && gone.entity === 'client' && gone.value.lastSeenAtMs).toBeGreaterThan(0)
  })

  it('ends with silence', async () => {
    await using short = await TestWorkspace.start({ connections: { offlineAfterMs: 150 } })
    const silent = await (await short.john()).connect()
    expect(await silent.closed()).toBe(4004)
  })

  it('belongs to the newest line of a client', async () => {
    await john.connect()
    const older = john.socket
    const closed = new Promise((resolve) => older?.once('close', resolve))
    await john.connect()
    expect(await closed).toBe(4002)
    const { clients } = await john.call('workspace/snapshot', {})
    expect(clients.find((client) => client.id === john.clientId)?.online).toBe(true)
  })
})

describe('lines that misbehave', () => {
  it('are cut for frames that make no sense', async () => {
    for (const text of ['{', '{"type":"nonsense"}', '{"type":"heartbeat"}']) {
      await john.connect()
      john.socket?.send(text)
      expect(await john.closed()).toBe(4005)
    }
    await john.connect()
    john.socket?.send(Buffer.from([1, 2, 3]))
    expect(await john.closed()).toBe(4005)
  })

  it('are cut when they do not read, and everybody else goes on', async () => {
    await using small = await TestWorkspace.start({ connections: { maxUnreadBytes: 200_000 } })
    const writer = await (await small.john('writer')).connect()
    const slow = await (await small.john('slow')).connect()
    slow.socket?.pause()
    const recipients = Array.from({ length: 200 }, (_, index) => `person${index}@example.com`)
    await writer.call('transfer/create', { spec: { source: 'share=projects/x', recipients, invite: true } })
    let isOnline = true
    for (let round = 1; round <= 100 && isOnline; round += 1) {
      // Every job of the site looks different when its server comes or goes.
      await (await small.hq()).drop()
      isOnline = await isClientOnline(writer, slow.clientId)
    }
    expect(isOnline).toBe(false)
    expect(writer.closeCode).toBeUndefined()
  })

  it('get no stream without a session, and no other door by an upgrade', async () => {
    const stranger = workspace.client('A'.repeat(43))
    await expect(stranger.connect()).rejects.toThrow('401')
  })
})

describe('progress', () => {
  it('goes to whoever may see the job, merged, the receiver’s figures first, and never to others', async () => {
    const mia = await (await workspace.person('mia@example.com', 'Mia', 'standard', john)).connect()
    const hq = await workspace.hq()
    await john.connect()
    const { jobs } = await john.call('transfer/create', { spec: { source: '/u/a', destination: 'share=projects/' } })
    const id = jobs[0]?.id ?? ''
    await john.measure()
    const send = await john.dispatch()
    const receive = await hq.dispatch()
    for (let step = 1; step <= 50; step += 1) {
      hq.send({ type: 'progress', ...fenceOf(receive), progress: progressOf(id, step) })
    }
    john.send({ type: 'progress', ...fenceOf(send), progress: progressOf(id, 999) })
    // Of another epoch, and of a client that is no part of it: neither is believed.
    hq.send({ type: 'progress', dispatchId: receive.dispatchId, epoch: 9, progress: progressOf(id, 777) })
    mia.send({ type: 'progress', ...fenceOf(receive), progress: progressOf(id, 888) })
    const { jobs: figures } = await john.next((frame): frame is Extract<ServerFrame, { type: 'progress' }> => {
      return frame.type === 'progress' && frame.jobs[0]?.bytesVerified === 50
    })
    expect(figures).toHaveLength(1)
    await hq.reportDone(receive)
    await hq.call('dispatch/end', { ...fenceOf(receive), outcome: 'done' })
    await john.job(id, (job) => job.status === 'done')
    expect(john.frames.filter((frame) => frame.type === 'progress').length).toBeLessThan(5)
    expect(mia.frames.some((frame) => frame.type === 'progress')).toBe(false)
  })
})
