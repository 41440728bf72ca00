import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TernError } from '../../../src/shared/domain/errors.ts'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { reportTasks } from '../../../src/workspace/scheduler/report.ts'
import { ScheduleFacts } from '../../../src/workspace/scheduler/schedule-facts.ts'
import { standingOf } from '../../../src/workspace/scheduler/standing.ts'
import type { DispatchRow } from '../../../src/workspace/store/dispatches.ts'
import type { JobPartRow } from '../../../src/workspace/store/job-parts.ts'
import { ScheduledWorkspace } from './scheduled-workspace.ts'

let workspace: ScheduledWorkspace

beforeEach(() => {
  workspace = new ScheduledWorkspace()
})

afterEach(() => workspace[Symbol.dispose]())

const upload = { isUpload: true, queue: 'medium', priority: 500 }
const runsOf = (id: JobId) => workspace.running.filter((run) => run.job_id === id)

describe('a job whose tasks lie on several servers', () => {
  it('has a run on each of them, at once, and is done when all of them are', () => {
    const [desk] = workspace.machines
    if (desk === undefined) throw new Error('no machine')
    const id = workspace.create({ ...upload, machine: desk, shares: [...workspace.shares, ...workspace.shares] })
    workspace.schedule()
    const runs = runsOf(id)
    expect(new Set(runs.map((run) => run.receiver))).toEqual(new Set(workspace.servers))
    expect(new Set(runs.map((run) => run.epoch)).size).toBe(3)
    expect(runs.map((run) => tasksOf(run))).toEqual([2, 2, 2])
    for (const [index, run] of runs.entries()) {
      expect(workspace.statusOf(id)).toBe('running')
      workspace.finish(run)
      expect(runsOf(id)).toHaveLength(2 - index)
    }
    expect(workspace.statusOf(id)).toBe('done')
  })

  it('goes on where its servers are there, and with the rest when the others come', () => {
    const [desk] = workspace.machines
    const [, second] = workspace.servers
    if (desk === undefined || second === undefined) throw new Error('no machine')
    workspace.presence.setOnline(second, false)
    const id = workspace.create({ ...upload, machine: desk, shares: workspace.shares })
    workspace.schedule()
    expect(runsOf(id)).toHaveLength(2)
    for (const run of runsOf(id)) workspace.finish(run)
    workspace.schedule()
    expect([workspace.statusOf(id), runsOf(id).length]).toEqual(['waiting', 0])
    workspace.presence.setOnline(second, true)
    workspace.schedule()
    for (const run of runsOf(id)) workspace.finish(run)
    expect(workspace.statusOf(id)).toBe('done')
  })

  it('follows a share to its new server', () => {
    const [desk] = workspace.machines
    const [first, second] = workspace.servers
    const [share] = workspace.shares
    if (!desk || !first || !second || !share) throw new Error('no machine')
    workspace.presence.setOnline(first, false)
    const id = workspace.create({ ...upload, machine: desk, shares: [share] })
    workspace.schedule()
    expect(runsOf(id)).toEqual([])
    workspace.database.run('UPDATE share_servers SET client_id = ? WHERE share_id = ?', [second, share])
    workspace.schedule()
    expect(runsOf(id)).toMatchObject([{ receiver: second }])
  })

  it('a report of a run that was interrupted is refused, while the other runs of the job are heard', () => {
    const [desk] = workspace.machines
    if (desk === undefined) throw new Error('no machine')
    const id = workspace.create({ ...upload, machine: desk, shares: workspace.shares })
    workspace.schedule()
    const [old, other] = runsOf(id)
    if (!old || !other) throw new Error('no runs')
    workspace.breakOff(old, 'interrupted')
    workspace.nowMs += 60_000
    workspace.schedule()
    expect(Math.max(...runsOf(id).map((run) => run.epoch))).toBe(4)
    const late = () =>
      workspace.write((transaction) =>
        reportTasks(transaction, old.receiver, { dispatchId: old.id, epoch: old.epoch, tasks: [] }),
      )
    expect(late).toThrow(TernError)
    const guessed = () =>
      workspace.write((transaction) =>
        reportTasks(transaction, other.receiver, { dispatchId: other.id, epoch: other.epoch - 1, tasks: [] }),
      )
    expect(guessed).toThrow(TernError)
    workspace.finish(other)
    expect(workspace.statusOf(id)).toBe('running')
  })
})

describe('interruption', () => {
  it('stops the lower one, starts the higher one in its place, and goes on with the lower one without a try lost', () => {
    const [desk] = workspace.machines
    const [share] = workspace.shares
    if (!desk || !share) throw new Error('no machine')
    const low = workspace.create({ ...upload, machine: desk, shares: [share], queue: 'low' })
    workspace.schedule()
    const high = workspace.create({ ...upload, machine: desk, shares: [share], queue: 'high' })
    workspace.schedule()
    expect([workspace.statusOf(low), workspace.statusOf(high)]).toEqual(['waiting', 'running'])
    const kept = 'SELECT attempt FROM jobs WHERE id = ? AND next_at = 0 AND hold IS NULL'
    expect(workspace.database.get(kept, [low])).toEqual({ attempt: 0 })
    workspace.finish(runsOf(high)[0] as DispatchRow)
    workspace.schedule()
    expect(workspace.statusOf(low)).toBe('running')
  })
})

const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('create' as const), pick: fc.nat(1000) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('finish' as const), pick: fc.nat(1000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('interrupted', 'blocked'), pick: fc.nat(1000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('presence' as const), pick: fc.nat(1000) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('queue', 'share', 'client', 'policy', 'move'), pick: fc.nat(1000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), pick: fc.nat(60_000) }) },
)
type Step = typeof steps extends fc.Arbitrary<infer Value> ? Value : never

describe('whatever happens', () => {
  it('limits hold, nothing runs where it must not, what waits has a reason, and in the end all of it is done', () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 40, maxLength: 60 }), (list) => {
        using world = new ScheduledWorkspace()
        workspace = world
        const jobs: JobId[] = []
        for (const step of list) {
          take(world, step, jobs)
          world.nowMs += 1
          world.schedule()
          checkRuns(world)
          checkReasons(world)
        }
        comeToAnEnd(world)
        expect(jobs.map((id) => world.statusOf(id))).toEqual(jobs.map(() => 'done'))
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})

function take(world: ScheduledWorkspace, { kind, pick }: Step, jobs: JobId[]): void {
  const { database, running } = world
  const run = running[pick % Math.max(1, running.length)]
  const toggle = (table: string, id: string | undefined, [on, off]: readonly [string, string]) =>
    database.run(
      `UPDATE ${table} SET status = iif(status = ?1, ?2, ?1) WHERE ${table === 'queues' ? 'code' : 'id'} = ?3`,
      [on, off, id ?? ''],
    )
  const of = <T>(list: readonly T[]) => list[pick % list.length] as T
  switch (kind) {
    case 'create':
      jobs.push(
        world.create({
          machine: of(world.machines),
          isUpload: pick % 3 > 0,
          shares: world.shares.filter((_, index) => (pick >> index) % 2 === 1 || index === pick % 3),
          queue: of(['high', 'medium', 'low']),
          priority: of([100, 500]),
          ...(pick % 5 === 0 && { settings: { transfer_concurrent: '2' } }),
        }),
      )
      return
    case 'finish':
      if (run) world.finish(run)
      return
    case 'interrupted':
    case 'blocked':
      if (run) world.breakOff(run, kind)
      return
    case 'presence': {
      const client = of([...world.servers, ...world.machines])
      world.presence.setOnline(client, !world.presence.isOnline(client))
      return
    }
    case 'queue':
      toggle('queues', of(['high', 'medium', 'low']), ['waiting', 'paused'])
      return
    case 'share':
      toggle('shares', of(world.shares), ['enabled', 'disabled'])
      return
    case 'client':
      toggle('clients', of([...world.servers, ...world.machines]), ['enabled', 'disabled'])
      return
    case 'policy':
      database.run("INSERT OR REPLACE INTO settings VALUES ('queue', ?, 'queue_interrupt_policy', ?)", [
        of(['high', 'medium', 'low']),
        of(['order', 'priority', 'never']),
      ])
      return
    case 'move':
      database.run('UPDATE share_servers SET client_id = ? WHERE share_id = ?', [of(world.servers), of(world.shares)])
      return
    case 'time':
      world.nowMs += pick
  }
}

function checkRuns({ database, running, rules }: ScheduledWorkspace): void {
  const lines = new Map<string, DispatchRow[]>()
  for (const run of running) {
    const line = `${run.sender} > ${run.receiver}`
    lines.set(line, [...(lines.get(line) ?? []), run])
    for (const end of [run.sender, run.receiver]) {
      expect(running.filter(({ sender, receiver }) => sender === end || receiver === end).length).toBeLessThanOrEqual(
        rules.maxPerEnd,
      )
    }
  }
  for (const runs of lines.values()) {
    expect(runs.length).toBeLessThanOrEqual(2)
    expect(new Set(runs.map((run) => run.job_id)).size).toBe(runs.length)
    const alone = runs.filter((run) => !/concurrent/.test(settingsOf(database, run)))
    if (runs.length > 1) expect(alone.length).toBeLessThan(runs.length)
  }
  const disabled = database.all(
    `SELECT 1 FROM dispatches JOIN job_parts USING (job_id, part)
     WHERE is_running = 1 AND EXISTS (
       SELECT 1 FROM clients WHERE id IN (sender, receiver) AND status = 'disabled'
       UNION SELECT 1 FROM shares WHERE id IN (source_share, destination_share) AND status = 'disabled')`,
  )
  expect(disabled).toEqual([])
  const strays = database.all(
    `SELECT 1 FROM tasks LEFT JOIN dispatches ON dispatches.id = tasks.dispatch_id AND is_running = 1
     WHERE (tasks.status IN ('booting', 'executing')) <> (dispatches.id IS NOT NULL)`,
  )
  expect(strays).toEqual([])
}

/** The scheduler and what people read go by the same rules: what could start and did not is told why. */
function checkReasons({ database, presence, nowMs, rules }: ScheduledWorkspace): void {
  const facts = new ScheduleFacts(database, presence)
  const waiting = database.all<JobPartRow>('SELECT * FROM job_parts WHERE is_ready = 1 AND next_at <= ?', [nowMs])
  for (const part of waiting) expect(standingOf(database, facts, part, rules)).toBeDefined()
}

/** Everything is switched on again, and everybody does what they are told. */
function comeToAnEnd(world: ScheduledWorkspace): void {
  const { database } = world
  database.run("UPDATE queues SET status = 'waiting'")
  database.run("UPDATE shares SET status = 'enabled'")
  database.run("UPDATE clients SET status = 'enabled'")
  for (const client of [...world.servers, ...world.machines]) world.presence.setOnline(client, true)
  for (let round = 0; round < 400; round += 1) {
    world.nowMs += 60_000
    world.schedule()
    checkRuns(world)
    const [run] = world.running
    if (run === undefined) return
    world.finish(run)
  }
  throw new Error('it never ends')
}

function settingsOf(database: ScheduledWorkspace['database'], { job_id }: DispatchRow): string {
  return database.get<{ settings: string }>('SELECT settings FROM jobs WHERE id = ?', [job_id])?.settings ?? ''
}

function tasksOf({ id }: DispatchRow): number {
  return workspace.database.all('SELECT 1 FROM tasks WHERE dispatch_id = ?', [id]).length
}
