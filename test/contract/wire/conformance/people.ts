import { describe, expect } from 'vitest'
import { ScriptError } from '../../../helpers/wire/read-reply.ts'
import { ScriptSession } from '../../../helpers/wire/script-session.ts'
import { WireClient } from '../../../helpers/wire/wire-client.ts'
import { proves } from './proves.ts'
import type { Setting } from './setting.ts'

export function people(setting: Setting): void {
  describe('people, queues, sites and machines', () => {
    proves(
      ['5.create-user', '2.deactivate', '2.activate', '3.inactive', '8.inactive-query'],
      'a user is made, put away and brought back',
      async () => {
        const { scripts } = setting
        const sam = await scripts.create('User', { code: 'sam@example.com', role: 'standard', mail: false })
        expect(sam).toMatchObject({
          code: 'sam@example.com',
          role: 'standard',
          id: expect.stringMatching(/^[a-z0-9]{24}$/),
        })
        const codes = async (query: string, options: object = {}) =>
          (await scripts.find(query, options)).map(({ code }: { code: string }) => code)
        expect(await codes('User')).toContain('sam@example.com')
        expect(await scripts.deactivateOne('User', sam.id)).toBe(true)
        expect(await codes('User')).not.toContain('sam@example.com')
        expect(await codes('User', { inactive: true })).toEqual(['sam@example.com'])
        expect(await scripts.result('GET', 'user/find', { data: { offline: true } })).toHaveLength(1)
        expect(await codes('User WHERE code=sam@example.com AND inactive=false')).toEqual([])
        expect(await codes('User WHERE code=sam@example.com AND inactive=true')).toEqual(['sam@example.com'])
        expect(await scripts.getEntity('User', sam.id)).toMatchObject({ id: sam.id })
        expect(await scripts.activateOne('User', 'Sam@Example.com')).toBe(true)
        expect(await codes('User')).toContain('sam@example.com')
        await scripts.deactivateOne('User', sam.id)
        expect(await scripts.activateOne('User', sam.id)).toBe(true)
        expect(await scripts.update('User', sam.id, { description: 'edits' })).toMatchObject({ description: 'edits' })
        expect(await scripts.deleteOne('User', sam.id)).toBe(true)
        expect(await scripts.getEntity('User', sam.id)).toBeNull()
      },
    )

    proves(['5.create-code'], 'a queue’s and a site’s code comes of the name', async () => {
      const { scripts } = setting
      for (const entity of ['Queue', 'Site']) {
        const made = await scripts.create(entity, { name: 'Night Shift 2' })
        expect(made).toMatchObject({ name: 'Night Shift 2', code: expect.stringMatching(/^[a-z0-9_.-]+$/) })
        expect(await scripts.findOne(`${entity} WHERE code=${made.code}`)).toMatchObject({ id: made.id })
        expect(await scripts.update(entity, made.id, { description: 'late' })).toMatchObject({ description: 'late' })
        await expect(scripts.create(entity, { name: 'Other', code: made.code })).rejects.toBeInstanceOf(ScriptError)
        expect(await scripts.deleteOne(entity, made.id)).toBe(true)
      }
    })

    proves(['2.app-is-running', '2.daemon-is-running'], 'whether an app or a daemon runs', async () => {
      const { scripts, john } = setting
      expect(await scripts.isRunning('type=0')).toBe(false)
      await john.connect()
      expect(await scripts.isRunning('type=0')).toBe(true)
      await john.drop()
      expect(await scripts.isRunning('(type=1 OR type=2)')).toBeNull()
      expect(await scripts.isRunning('type=0', 'elsewhere')).toBeNull()
    })

    proves(['2.api-key'], 'a key is given under api_key, and opens the same', async () => {
      const key = await setting.scripts.apiKey()
      const other = await ScriptSession.open(new WireClient(setting.workspace.server, setting.wire.email, key))
      expect(other.userId).toBe(setting.scripts.userId)
    })

    proves(
      ['2.get-setting', '2.get-settings', '2.set-setting', '2.delete-setting'],
      'settings are read, written and removed',
      async () => {
        const { scripts } = setting
        const name = 'task_bucketsize'
        const [queue] = await scripts.find('Queue WHERE code=low')
        for (const [entity, id] of [
          ['workspace', undefined],
          ['queue', queue.id],
        ] as const) {
          expect(await scripts.setting('PUT', entity, { name, value: '7' }, id)).toBeTruthy()
          expect(await scripts.setting('GET', entity, { name, data: null }, id)).toBe('7')
          const all = { recursive: false, upstream: false, omit_defaults: true }
          expect(await scripts.setting('GET', entity, all, id)).toMatchObject({ [name]: '7' })
          expect(
            Object.values(await scripts.setting('GET', entity, all, id)).every((each) => typeof each === 'string'),
          ).toBe(true)
          expect(await scripts.setting('DELETE', entity, { name }, id)).toBeTruthy()
          expect(await scripts.setting('GET', entity, all, id)).not.toHaveProperty(name)
        }
        const defaults = await scripts.setting('GET', 'workspace', {
          recursive: true,
          upstream: true,
          omit_defaults: false,
        })
        expect(Object.keys(defaults).length).toBeGreaterThan(20)
        await expect(scripts.setting('PUT', 'workspace', { name: 'no_such', value: '1' })).rejects.toBeInstanceOf(
          ScriptError,
        )
      },
    )
  })
}
