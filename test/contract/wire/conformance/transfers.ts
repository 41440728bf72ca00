import { describe, expect } from 'vitest'
import { ScriptError } from '../../../helpers/wire/read-reply.ts'
import { ScriptSession } from '../../../helpers/wire/script-session.ts'
import { wireClientOf } from '../../../helpers/wire/wire-client.ts'
import { TestWorkspace } from '../../workspace/support.ts'
import { proves } from './proves.ts'
import { names, type Setting } from './setting.ts'

const destination = 'share=projects/in/'
const force = { force: true }
const uris = (tasks: readonly { uri: string }[]) => tasks.map(({ uri }) => uri)

export function transfers(setting: Setting): void {
  describe('transfers', () => {
    proves(
      ['2.create', '2.find', '2.get-entity', '2.update', '2.delete-one', '2.delete-force'],
      'one is made, found, changed and deleted',
      async () => {
        const { scripts } = setting
        const made = await setting.upload('one')
        expect(Array.isArray(made)).toBe(false)
        expect(made).toMatchObject({ name: 'one', code: 'one', status: 'paused' })
        expect((await scripts.find('Transfer')).some(({ id }: { id: string }) => id === made.id)).toBe(true)
        expect(await scripts.getEntity('Transfer', made.id)).toMatchObject({ id: made.id })
        expect(await scripts.update('Transfer', made.id, { status: 'waiting' })).toMatchObject({ id: made.id })
        await expect(scripts.deleteOne('Transfer', made.id)).rejects.toBeInstanceOf(ScriptError)
        expect(await scripts.deleteOne('Transfer', made.id, force)).toBe(true)
        expect(await scripts.getEntity('Transfer', made.id)).toBeNull()
        const done = await setting.upload('two')
        await scripts.update('Transfer', done.id, { status: 'aborted' })
        expect(await scripts.deleteOne('Transfer', done.id)).toBe(true)
      },
    )

    proves(['5.transfer', '5.ids', '5.common', '2.constants'], 'a transfer has all its attributes', async () => {
      const made = await setting.upload('attributes', { metadata: { shot: 7 } })
      const demanded =
        'id code name status created finished modified modifier source source_hr destination destination_hr user user_hr progress size speed etr uri metadata parent parent_hr'
      expect(names(made)).toEqual(expect.arrayContaining(demanded.split(' ')))
      const { id } = setting.john.user
      expect(made).toMatchObject({
        id: expect.stringMatching(/^[a-z0-9]{24}$/),
        type: 1,
        source: `user:${id}`,
        source_hr: `user:john@example.com[admin](${id})`,
        destination: expect.stringMatching(/^workspace:[a-z0-9]{24}$/),
        user: id,
        progress: 0,
        speed: -1,
        etr: '',
        uri: 'myworkspace/medium',
        parent: expect.stringMatching(/^[a-z0-9]{24}$/),
        metadata: { shot: 7 },
        modifier: id,
      })
    })

    proves(['5.statuses'], 'the statuses that scripts may write are those of the document', async () => {
      const job = await setting.upload('statuses')
      for (const status of ['waiting', 'paused', 'aborted', 'done']) {
        const changed = await setting.scripts.update('Transfer', job.id, { status })
        expect(changed.status).toBe(status)
      }
      for (const status of ['init', 'running', 'failed', 'green']) {
        await expect(setting.scripts.update('Transfer', job.id, { status })).rejects.toBeInstanceOf(ScriptError)
      }
    })

    proves(
      [
        '3.default-scope',
        '3.finished',
        '3.false-flags',
        '3.one-finished',
        '3.entity-anywhere',
        '3.entity-unreadable',
        '2.find-one',
      ],
      'what is found where',
      async () => {
        const { scripts, miaScripts } = setting
        const job = await setting.upload('scope')
        await scripts.update('Transfer', job.id, { status: 'aborted' })
        expect(await scripts.find('Transfer WHERE name=scope')).toEqual([])
        expect(
          await scripts.find('Transfer WHERE name=scope', { finished: false, archived: false, inactive: false }),
        ).toEqual([])
        expect(await scripts.find('Transfer WHERE status=aborted and name=scope', { finished: true })).toHaveLength(1)
        expect(await scripts.findOne('Transfer WHERE name=scope')).toMatchObject({ id: job.id })
        expect(await scripts.findOne('Transfer WHERE name="no such"')).toBeNull()
        expect(await scripts.getEntity('Transfer', job.id)).toMatchObject({ status: 'aborted' })
        expect(await miaScripts.getEntity('Transfer', job.id)).toBeNull()
        expect(await scripts.getEntity('Transfer', 'f'.repeat(24))).toBeNull()
      },
    )

    proves(
      ['3.archived', '8.one-archived'],
      'what was purged is found in the archive, and by one that is asked for',
      async () => {
        let nowMs = Date.UTC(2026, 0, 22)
        const clock = { clockMs: () => nowMs, maintenance: { intervalMs: 5, pauseMs: 1 } }
        await using workspace = await TestWorkspace.start(clock)
        const scripts = await ScriptSession.open(await wireClientOf(workspace, await workspace.john('desk')))
        const purged = { name: 'purged', source: '/home/john/a', destination, status: 'paused' }
        const { id } = await scripts.create('Transfer', purged)
        await scripts.update('Transfer', id, { status: 'done' })
        expect(await scripts.find('Transfer WHERE status=done', { archived: true })).toEqual([])
        nowMs += 15 * 24 * 3_600_000
        await expect.poll(() => scripts.find('Transfer WHERE status=done', { archived: true })).toHaveLength(1)
        expect(await scripts.find('Transfer WHERE name=purged', { finished: true })).toEqual([])
        expect(await scripts.findOne('Transfer WHERE name=purged')).toMatchObject({ id })
        expect(await scripts.getEntity('Transfer', id)).toMatchObject({ id, finished: expect.any(Date) })
      },
    )

    proves(
      ['3.limit-skip', '3.attributes', '3.parent'],
      'a part of a list, of some attributes, of one queue',
      async () => {
        const { scripts } = setting
        for (const name of ['part 1', 'part 2', 'part 3']) await setting.upload(name, { queue: 'low' })
        const find = (options: object) => scripts.find('Transfer WHERE name="part *"', options)
        const all = (await find({})).map(({ name }: { name: string }) => name)
        expect([...all].sort()).toEqual(['part 1', 'part 2', 'part 3'])
        expect(await find({ limit: 2, attributes: ['name'] })).toEqual(
          all.slice(0, 2).map((name: string) => ({ name })),
        )
        expect(await find({ limit: 2, skip: 2, attributes: ['name'] })).toEqual([{ name: all[2] }])
        const low = await scripts.findOne('Queue WHERE code=low')
        expect(await find({ entityid: low.id })).toHaveLength(3)
        const high = await scripts.findOne('Queue WHERE code=high')
        expect(await find({ entityid: high.id })).toEqual([])
      },
    )

    proves(['5.alias'], 'Job means transfers too, and Share any share', async () => {
      const { scripts } = setting
      const job = await scripts.create('Job', { name: 'alias', status: 'paused', source: '/home/john/a', destination })
      expect(await scripts.getEntity('Job', job.id)).toMatchObject({ id: job.id })
      expect(await scripts.find('Job WHERE name=alias')).toHaveLength(1)
      expect(await scripts.update('Job', job.id, { status: 'aborted' })).toMatchObject({ status: 'aborted' })
      expect(await scripts.deleteOne('Job', job.id)).toBe(true)
      const [share] = await scripts.find('Share WHERE code=projects')
      expect(share).toMatchObject({ code: 'projects' })
    })
  })

  describe('payloads', () => {
    proves(
      ['5.A', '5.B', '5.C', '8.replace', '2.create-duplicates'],
      'one file, a list of tasks, tasks by name',
      async () => {
        const { scripts } = setting
        const common = { status: 'paused', settings: { task_bucketsize: '1' }, metadata: { a: 'b' } }
        const single = await scripts.create('Transfer', {
          source: '/home/john/TRAILER.mov',
          destination,
          queue: 'high',
          priority: 600,
          ...common,
        })
        expect(single).toMatchObject({ name: 'TRAILER.mov', uri: 'myworkspace/high', metadata: { a: 'b' } })
        expect(
          await scripts.create('Transfer', { source: '/home/john/b', destination, code: 'by code', ...common }),
        ).toMatchObject({ name: 'by code' })
        const task = { source: '/home/john/a', destination }
        const list = await scripts.create(
          'Transfer',
          { tasks: [{ ...task, priority: 3, settings: {}, metadata: {}, status: 'onhold', id: 'x' }], ...common },
          undefined,
          { allow_duplicates: false },
        )
        expect(await scripts.find('Task', { entityid: list.id })).toMatchObject([
          { uri: 'x', status: 'onhold', priority: 3 },
        ])
        const named = await scripts.create(
          'Transfer',
          { tasks: { '0': task, '1': { ...task, source: '/home/john/b' } }, ...common },
          undefined,
          { replace_duplicates: true },
        )
        expect(uris(await scripts.find('Task', { entityid: named.id }))).toEqual(['0', '1'])
      },
    )

    proves(['5.E'], 'append comes back with the same job, alive again', async () => {
      const payload = { name: 'daily', source: '/home/john/1', destination, append: true }
      const first = await setting.scripts.create('Transfer', payload)
      await setting.scripts.update('Transfer', first.id, { status: 'done' })
      const again = await setting.scripts.create('Transfer', { ...payload, source: '/home/john/2' })
      expect(again.id).toBe(first.id)
      expect(again.status).not.toBe('done')
      await setting.scripts.update('Transfer', first.id, { status: 'done' })
      // Where nothing names a job, it is the newest one between the same ends, whatever that was called.
      const nameless = { source: '/home/john/3', destination, append: true }
      expect(await setting.scripts.create('Job', nameless)).toMatchObject({ id: first.id, name: 'daily' })
      const other = await setting.scripts.create('Job', { ...nameless, name: 'another' })
      expect(other.id).not.toBe(first.id)
      await setting.scripts.deleteOne('Transfer', first.id, force)
    })

    proves(
      ['5.F'],
      'mirrored paths, a placeholder, and a trial that makes nothing; hooks are refused by name',
      async () => {
        const { scripts } = setting
        const mirrored = await scripts.create('Transfer', {
          name: 'mirrored',
          source: '/home/john/a',
          mirror: true,
          status: 'paused',
        })
        expect(await scripts.find('Task', { entityid: mirrored.id })).toHaveLength(1)
        const tasks = [{ source: 'site=hq:null', destination: 'mia@example.com', status: 'excluded' }]
        expect(await scripts.create('Transfer', { name: 'placeholder', tasks, status: 'paused' })).toMatchObject({
          name: 'placeholder',
        })
        const trial = { name: 'a test', source: '/home/john/a', destination, test: true }
        expect(await scripts.create('Transfer', trial)).toEqual({ success: true })
        await expect(scripts.create('Transfer', { ...trial, destination: 'nobody@example.com' })).rejects.toMatchObject(
          {
            code: 'PARTY_UNKNOWN',
          },
        )
        await expect(setting.miaScripts.create('Transfer', trial)).rejects.toBeInstanceOf(ScriptError)
        expect(await scripts.findOne('Transfer WHERE name="a test"')).toBeNull()
        expect(await scripts.findOne('Transfer WHERE name="a test"')).toBeNull()
        const hooks = { source: '/home/john/a', destination, hooks: [{ when: 'done', data: 'x' }] }
        await expect(scripts.create('Transfer', hooks)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
      },
    )

    proves(['5.G'], 'a computation is refused by name', async () => {
      const compute = { engine: 'nuke', input: 'share=projects/a.nk', range: '1-10', output: 'share=projects/out' }
      await expect(setting.scripts.create('Compute', compute)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
      await expect(setting.scripts.create('Transfer', compute)).rejects.toBeInstanceOf(ScriptError)
    })

    proves(['5.party'], 'each way to name a party', async () => {
      const { scripts, workspace, john } = setting
      const { id, code } = workspace.server.workspace as { id: string; code: string }
      const mia = setting.mia.user.id
      const down = (to: string) => ({ source: 'share=projects/x', destination: to })
      const parties: [object, string, string][] = [
        [down('mia@example.com'), 'workspace', `user:${mia}`],
        [down(mia), 'workspace', `user:${mia}`],
        [down(`client=${john.clientId}:/home/john`), 'workspace', `user:${john.user.id}`],
        [down('john@example.com@desk:/home/john'), 'workspace', `user:${john.user.id}`],
        [{ source: '/home/john/a', destination: `${code}:volume=projects/in` }, `user:${john.user.id}`, 'workspace'],
        [{ source: '/home/john/a', destination: `${id}:volume=projects/in` }, `user:${john.user.id}`, 'workspace'],
        [{ source: '/home/john/a', destination: 'site=hq:volume=projects/in' }, `user:${john.user.id}`, 'workspace'],
        [{ source: '/home/john/a', destination: 'volume=projects/in' }, `user:${john.user.id}`, 'workspace'],
      ]
      for (const [payload, source, to] of parties) {
        const made = await scripts.create('Transfer', { status: 'paused', ...payload })
        expect(made, JSON.stringify(payload)).toMatchObject({
          source: expect.stringMatching(`^${source}`),
          destination: expect.stringMatching(`^${to}`),
        })
      }
    })

    proves(['5.path', '8.home', '8.parties'], 'each way to name a path', async () => {
      const { scripts } = setting
      const [volume] = await scripts.find('Volume WHERE code=projects')
      const folder = await scripts.create('Folder', { name: 'Paths', code: 'paths', parent: volume.id, path: 'paths' })
      const at = async (to: string) => {
        const made = await scripts.create('Transfer', { source: '/home/john/a', destination: to, status: 'paused' })
        const [task] = await scripts.find('Task', { entityid: made.id })
        return task.destination
      }
      for (const path of [
        'volume=projects/in',
        `volume=${volume.id}/in`,
        'volume=(default)/in',
        'share=projects/in',
        'in',
      ]) {
        expect(await at(path), path).toMatchObject({ v: volume.id, volume: volume.id, path: 'in' })
      }
      for (const path of ['folder=paths/in', `folder=${folder.id}/in`, 'share=paths/in']) {
        expect(await at(path), path).toMatchObject({ s: folder.id, share: folder.id, path: 'in' })
      }
      for (const path of ['~/in', 'home=john@example.com/in'])
        expect(await at(path), path).toMatchObject({ path: 'in', s: expect.any(String) })
      for (const path of ['C:\\Users\\John', '/Users/john']) {
        const made = await scripts.create('Transfer', {
          source: 'volume=projects/a',
          destination: path,
          status: 'paused',
        })
        const [task] = await scripts.find('Task', { entityid: made.id })
        expect(task.destination, path).toMatchObject({ path, client: setting.john.clientId })
      }
    })
  })

  describe('tasks', () => {
    proves(['5.task', '3.dotted'], 'a task has all its attributes, and is found by its job alone', async () => {
      const job = await setting.upload('tasks')
      const [task] = await setting.scripts.find('Task', { entityid: job.id })
      const demanded = 'id uri status priority size time created finished job job_hr source destination'
      expect(names(task)).toEqual(expect.arrayContaining(demanded.split(' ')))
      expect(task).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        uri: '0',
        job: job.id,
        status: 'queued',
        created: expect.any(Date),
        source: { client: setting.john.clientId, path: '/home/john/a.mov', user: setting.john.user.id },
        destination: { client: expect.any(String), path: expect.any(String), v: expect.any(String) },
      })
      expect(uris(await setting.scripts.find(`Task WHERE job.id=${job.id}`))).toEqual(['0', '1'])
      expect(await setting.scripts.find('Task WHERE status=onhold', { entityid: job.id })).toEqual([])
    })

    proves(
      ['5.task-create', '5.three', '5.task-duplicate'],
      'tasks are added in each shape, and twice only where that is wanted',
      async () => {
        const { scripts } = setting
        const job = await setting.upload('adding')
        const add = (tasks: unknown, more: object = {}, id = job.id) =>
          scripts.create('Task', { tasks }, id, { ...more })
        const one = { source: '/home/john/c', destination }
        expect(await add(one)).toMatchObject({ uri: '2', status: 'queued', job: job.id })
        expect(await scripts.find('Task', { entityid: job.id })).toHaveLength(3)
        expect(await scripts.create('Task', { ...one, source: '/home/john/d' }, job.id)).toMatchObject({ uri: '3' })
        expect(
          uris(
            await add([
              { ...one, source: '/home/john/e' },
              { ...one, source: '/home/john/f' },
            ]),
          ),
        ).toEqual(['4', '5'])
        expect(await add({ '9': { ...one, source: '/home/john/g' } })).toMatchObject({ uri: '9' })
        expect(await add(one)).toMatchObject({ uri: '2' })
        await expect(add(one, { allow_duplicates: false })).rejects.toBeInstanceOf(ScriptError)
        const mirrored = await scripts.create('Transfer', { source: '/home/john/a', mirror: true, status: 'paused' })
        expect(await add(['/home/john/showreel.mov'], {}, mirrored.id)).toMatchObject({ job: mirrored.id })
        await expect(add(['/home/john/showreel.mov'])).rejects.toBeInstanceOf(ScriptError)
      },
    )

    proves(['2.update-many', '5.task-by-uri'], 'tasks change as a list, by id or uri', async () => {
      const job = await setting.upload('changing')
      const [first] = await setting.scripts.find('Task', { entityid: job.id })
      const changes = [
        { id: first.id, status: 'onhold' },
        { uri: '1', status: 'excluded', priority: 7, metadata: { a: 1 } },
      ]
      expect(await setting.scripts.updateMany('Task', job.id, changes)).toMatchObject([
        { id: first.id, status: 'onhold' },
        { uri: '1', status: 'excluded', priority: 7, metadata: { a: 1 } },
      ])
      expect(uris(await setting.scripts.find('Task WHERE status=onhold', { entityid: job.id }))).toEqual(['0'])
      await expect(setting.scripts.updateMany('Task', job.id, [{ uri: '0', source: '/x' }])).rejects.toBeInstanceOf(
        ScriptError,
      )
    })
  })
}
