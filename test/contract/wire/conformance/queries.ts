import { describe, expect } from 'vitest'
import { proves } from './proves.ts'
import type { Setting } from './setting.ts'

export function queries(setting: Setting): void {
  describe('queries', () => {
    const made = async () => {
      const { scripts } = setting
      if (await scripts.findOne('Transfer WHERE name="Q one backup"')) return
      await setting.upload('Q one backup', { queue: 'low' })
      await setting.upload('Q Två, "B"'.replaceAll('"', "'"), { queue: 'high' })
      await setting.upload('Q 3.zip', { queue: 'high' })
      await scripts.create('Transfer', {
        name: 'Q down',
        source: 'share=projects/x',
        destination: 'mia@example.com',
        status: 'paused',
      })
    }
    /** The numbers of those that are found: 1 to 4, as they were made. */
    const order = ['Q one backup', "Q Två, 'B'", 'Q 3.zip', 'Q down']
    const finding = async (expression: string, data: Record<string, unknown> = {}): Promise<string> => {
      const found = await setting.scripts.result('GET', 'transfer/find', { data, query: expression })
      const numbers = found.map(({ name }: { name: string }) => order.indexOf(name) + 1)
      return numbers
        .filter((each: number) => each > 0)
        .sort()
        .join('')
    }
    const check = async (table: readonly (readonly [string, string])[]) => {
      await made()
      for (const [expression, expected] of table) expect(await finding(expression), expression).toBe(expected)
    }
    const hasQ = 'name="q *"'

    proves(['3.case', '3.keywords', '3.prefix', '3.and-or'], 'letters, prefixes, and what binds closer', () =>
      check([
        ['name="q två, \'b\'"', '2'],
        ['name="Q TVÅ, \'B\'"', '2'],
        ['NAME="q down" OR Name="q 3.zip"', '34'],
        ['transfer WHERE name="q down"', '4'],
        ['Transfer where name="q down"', '4'],
        ['name="q one backup" or name="q down" and status=done', '1'],
        ['(name="q one backup" or name="q down") and status=paused', '14'],
        [`((${hasQ} and queue=high) or name="q down") AND status<>failed`, '234'],
      ]),
    )

    proves(
      ['3.spaces', '3.equal', '3.unequal', '3.wildcard', '3.values'],
      'equal, unequal, and what stands there',
      () =>
        check([
          ['status = paused and name = "q down"', '4'],
          ["name='q down'", '4'],
          ['code="* backup"', '1'],
          ['code="q *" and code!="* backup"', '234'],
          [`${hasQ} and queue<>high`, '14'],
          [`${hasQ} and queue != high`, '14'],
          [`${hasQ} and destination=mia@example.com`, '4'],
          [`${hasQ} and destination=user:${setting.mia.user.id}`, '4'],
          ['name=*.zip and name="q *"', '3'],
          [`${hasQ} and uri=myworkspace/low`, '1'],
        ]),
    )

    proves(['3.order', '3.date'], 'dates and numbers in their order', () =>
      check([
        [`${hasQ} and created>2020-01-01t00:00:00`, '1234'],
        [`${hasQ} and created<2020-01-01t00:00:00`, ''],
        [`${hasQ} and created >= 2020-01-01T00:00:00 and created <= 2999-01-01`, '1234'],
        [`${hasQ} and progress<=0 and progress>=0`, '1234'],
        [`${hasQ} and progress>0`, ''],
      ]),
    )

    proves(['3.in', '3.contains', '3.matches', '3.regex'], 'lists, parts and patterns', () =>
      check([
        [`${hasQ} and queue in low,high`, '123'],
        [`${hasQ} and queue in "low,high"`, '123'],
        [`${hasQ} and queue not in low,high`, '4'],
        [`${hasQ} and status in paused,waiting`, '1234'],
        [`${hasQ} and type in 0,1`, '1234'],
        [`${hasQ} and name contains BACK`, '1'],
        [`${hasQ} and name not contains back`, '234'],
        ['name matches "q .*\\.zip"', '3'],
        [`${hasQ} and name not matches "Q .*\\.ZIP"`, '124'],
      ]),
    )

    proves(['3.reference'], 'references by id, code and workspace', async () => {
      await made()
      const [low] = await setting.scripts.find('Queue WHERE code=low')
      const [workspace] = await setting.scripts.find('Workspace')
      await check([
        [`${hasQ} and user=john@example.com`, '1234'],
        [`${hasQ} and user=${setting.john.user.id}`, '1234'],
        [`${hasQ} and user=mia@example.com`, ''],
        [`${hasQ} and source=hq`, '4'],
        [`${hasQ} and source=myworkspace`, '4'],
        [`${hasQ} and source=${workspace.id}`, '4'],
        [`${hasQ} and parent=${low.id}`, '1'],
      ])
    })

    proves(['3.boolean', '3.roles'], 'truth, and what a list holds', async () => {
      const { scripts } = setting
      expect(await scripts.find('Queue WHERE default=true')).toMatchObject([{ code: 'medium' }])
      expect(await scripts.find('Queue WHERE default=TRUE')).toMatchObject([{ code: 'medium' }])
      expect(await scripts.find('Server WHERE roles contains storage')).toMatchObject([{ code: 'hq-1' }])
      expect(await scripts.find('Server WHERE roles contains compute')).toEqual([])
      expect((await scripts.find('Client WHERE type in 0,2')).length).toBeGreaterThan(0)
      expect(await scripts.find('Client WHERE type=1')).toMatchObject([{ code: 'hq-1' }])
    })
  })

  describe('what there is', () => {
    proves(['2.entitytypes', '2.attributes'], 'types and attributes are lists of names', async () => {
      const { scripts, miaScripts } = setting
      const types = (await scripts.find('entitytypes')).map((type: string) => type.toLowerCase())
      expect(types).toEqual(
        expect.arrayContaining(['transfer', 'task', 'user', 'queue', 'site', 'volume', 'folder', 'delivery']),
      )
      const read = await scripts.find('attributes WHERE entitytype=transfer')
      expect(read).toEqual(
        expect.arrayContaining(['id', 'code', 'name', 'status', 'source', 'destination', 'progress']),
      )
      const create = await scripts.find('attributes WHERE entitytype=transfer', { create: true })
      expect(create).toEqual(expect.arrayContaining(['source', 'destination', 'tasks', 'status']))
      const update = await scripts.find('attributes WHERE entitytype=transfer', { update: true })
      expect(update).toContain('status')
      expect(update).not.toContain('source')
      expect(await scripts.find('attributes WHERE entitytype=task', { update: true })).toEqual([
        'metadata',
        'priority',
        'status',
      ])
      for (const type of types)
        expect((await scripts.find(`attributes WHERE entitytype=${type}`)).length, type).toBeGreaterThan(3)
      await expect(scripts.find('attributes WHERE entitytype=colour')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
      expect(await miaScripts.find('attributes WHERE entitytype=user', { create: true })).toEqual([])
    })

    proves(['2.report', '2.metrics'], 'a report is a text, figures are an object', async () => {
      expect(await setting.scripts.report('Transfer WHERE status=paused')).toMatch(/\w+ \w+/)
      expect(await setting.scripts.metrics('Transfer')).toMatchObject({ transfers: expect.any(Number) })
      expect(Object.keys(await setting.scripts.metrics('Transfer WHERE status=paused', ['size']))).toEqual(['size'])
    })

    proves(['2.prepublish', '2.integration'], 'what Tern has not is refused by name', async () => {
      const { scripts } = setting
      const files = { files: [{ path: 'share=projects/a', size: 1 }], size: 1 }
      await expect(scripts.result('PUT', 'workspace/publish/preprocess', { data: files })).rejects.toMatchObject({
        code: 'UNSUPPORTED',
      })
      const utility = { data: { operation: 'x', data: {} } }
      await expect(scripts.result('PUT', 'workspace/integration/tracker/utility', utility)).rejects.toMatchObject({
        code: 'UNSUPPORTED',
      })
    })

    proves(['5.find-every', '5.views'], 'find answers for each of the named entities', async () => {
      const { scripts } = setting
      const entities =
        'Transfer Job Share Volume Folder Home Collection User Site Queue Server App Client UserServer Browser Lane Engine Delivery Request Stream Workspace ACL Compute'
      for (const entity of entities.split(' ')) {
        const found = await scripts.find(entity)
        for (const each of found) {
          if (entity === 'ACL')
            expect(each, entity).toMatchObject({ id: expect.any(String), status: expect.any(String) })
          else
            expect(each, entity).toMatchObject({
              id: expect.stringMatching(/^[a-z0-9]{24}$/),
              status: expect.any(String),
              name: expect.any(String),
              code: expect.any(String),
            })
        }
      }
      const types = async (entity: string) =>
        new Set((await scripts.find(entity)).map(({ type }: { type: number }) => type))
      expect(await types('App')).toEqual(new Set([0]))
      expect(await types('Server')).toEqual(new Set([1]))
      expect(await scripts.find('Lane')).toEqual([])
      expect(await scripts.find('UserServer')).toEqual([])
    })
  })
}
