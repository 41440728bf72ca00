import { describe, expect } from 'vitest'
import { ScriptError } from '../../../helpers/wire/read-reply.ts'
import { fenceOf } from '../../workspace/support.ts'
import { proves } from './proves.ts'
import { names, type Setting } from './setting.ts'

export function deliveries(setting: Setting): void {
  describe('deliveries and requests', () => {
    proves(
      ['5.H', '5.create-delivery', '5.delivery-reply', '5.D'],
      'one is made, filled, addressed and submitted',
      async () => {
        const { scripts, miaScripts } = setting
        const made = await scripts.create('Delivery', { name: 'Dailies' })
        expect(made).toMatchObject({
          name: 'Dailies',
          status: 'init',
          public: expect.any(Boolean),
          user: setting.john.user.id,
          type: 7,
        })
        for (const hidden of ['data', 'config', 'tasks']) expect(names(made)).not.toContain(hidden)
        await expect(scripts.update('Delivery', made.id, { status: 'pending' })).rejects.toBeInstanceOf(ScriptError)
        const upload = await scripts.create('Transfer', {
          parent: made.id,
          source: '/home/john/dailies.mov',
          name: 'Upload',
        })
        expect(upload).toMatchObject({ name: 'Upload', id: expect.stringMatching(/^[a-z0-9]{24}$/) })
        await expect(scripts.update('Delivery', made.id, { status: 'pending' })).rejects.toBeInstanceOf(ScriptError)
        expect(await scripts.grant('mia@example.com', 'Delivery', made.id)).toBe(true)
        expect(['pending', 'waiting']).toContain(
          (await scripts.update('Delivery', made.id, { status: 'pending' })).status,
        )
        expect(await miaScripts.getEntity('Delivery', made.id)).toMatchObject({ name: 'Dailies' })
        const request = await scripts.create('Request', {
          name: 'Plates',
          destination: 'share=(default)/plates',
          recipients: ['mia@example.com'],
          status: 'init',
        })
        expect(request).toMatchObject({ name: 'Plates', status: 'init', type: 8 })
        const ready = await scripts.create('Delivery', {
          name: 'Ready',
          tasks: ['share=projects/a.mov'],
          recipients: ['mia@example.com'],
        })
        expect(['pending', 'waiting']).toContain(ready.status)
        const download = await miaScripts.create('Transfer', {
          parent: ready.id,
          destination: '/home/mia/in',
          name: 'Download',
        })
        expect(download).toMatchObject({ destination: `user:${setting.mia.user.id}`, parent: ready.id })
      },
    )

    proves(
      [
        '2.grant-delivery',
        '2.access-delivery',
        '2.revoke-delivery',
        '2.assign-recipient',
        '8.grant-invite',
        '8.revoke-email',
      ],
      'people are added, told and taken away',
      async () => {
        const { scripts } = setting
        const { id } = await scripts.create('Delivery', { name: 'People' })
        const mia = setting.mia.user.id
        expect(await scripts.grant('mia@example.com', 'Delivery', id, { invite: true })).toBe(true)
        expect(await scripts.grant(mia, 'Delivery', id)).toBe(false)
        expect(await scripts.access('Delivery', id)).toEqual([
          { user: mia, user_hr: 'mia@example.com', actioned: false },
        ])
        expect(await scripts.revoke('mia@example.com', 'Delivery', id)).toBe(true)
        expect(await scripts.access('Delivery', id)).toEqual([])
        expect(await scripts.result('PUT', 'job/recipient/add', { data: { recipient: mia }, id })).toBe(true)
        expect(await scripts.revoke('mia@example.com', 'Delivery', id, true)).toBe(true)
        expect(await scripts.revoke('mia@example.com', 'Delivery', id, true)).toBe(false)
        expect(await scripts.grant('new@example.com', 'Delivery', id)).toBe(true)
        expect(await scripts.access('Delivery', id)).toMatchObject([{ user_hr: 'new@example.com' }])
        await expect(scripts.grant('newer@example.com', 'Delivery', id, { invite: false })).rejects.toBeInstanceOf(
          ScriptError,
        )
      },
    )

    proves(['5.roles'], 'what an employee without a volume and a standard user may not', async () => {
      const { scripts, lisaScripts, miaScripts } = setting
      const { id } = await scripts.create('Delivery', { name: 'Not theirs' })
      expect(await miaScripts.getEntity('Delivery', id)).toBeNull()
      await expect(miaScripts.update('Delivery', id, { name: 'Mine' })).rejects.toBeInstanceOf(ScriptError)
      await expect(miaScripts.grant('sam@example.com', 'Delivery', id)).rejects.toBeInstanceOf(ScriptError)
      await expect(miaScripts.create('Delivery', { name: 'Mine' })).rejects.toBeInstanceOf(ScriptError)
      const employees = (value: string) =>
        setting.john.call('setting/set', { entity: 'workspace', name: 'share_employee_access', value })
      await employees('granted')
      await expect(lisaScripts.create('Delivery', { name: 'Mine' })).rejects.toBeInstanceOf(ScriptError)
      await employees('all')
      expect(await lisaScripts.create('Delivery', { name: 'Mine' })).toMatchObject({ name: 'Mine' })
      await expect(lisaScripts.update('Delivery', id, { name: 'Mine' })).rejects.toBeInstanceOf(ScriptError)
      await expect(miaScripts.create('Folder', { name: 'Mine' })).rejects.toBeInstanceOf(ScriptError)
      await expect(miaScripts.create('Queue', { name: 'Mine' })).rejects.toBeInstanceOf(ScriptError)
      expect(await miaScripts.find('Folder')).toEqual([])
    })

    proves(['8.access-more'], 'a request has recipients too', async () => {
      const { scripts } = setting
      const { id } = await scripts.create('Request', { name: 'More', recipients: ['mia@example.com'], status: 'init' })
      expect(await scripts.access('Request', id)).toMatchObject([{ user: setting.mia.user.id }])
      const [share] = await scripts.find('Share WHERE code=projects')
      expect(await scripts.access('Share', share.id)).toEqual(expect.any(Array))
    })

    proves(['8.logs'], 'what a job has been through, in an order and in pages', async () => {
      const { scripts } = setting
      const { id } = await setting.upload('logged')
      await scripts.update('Transfer', id, { status: 'aborted' })
      const logs = (more: object) =>
        scripts.result('GET', 'log/find', {
          data: { entitytype: 'transfer', sort: 'date', sort_reverse: false, ...more },
          id,
        })
      const all = await logs({})
      expect(all.length).toBeGreaterThan(1)
      expect(all[0]).toMatchObject({ date: expect.any(Date), message: expect.stringMatching(/\w/) })
      expect(await logs({ sort_reverse: true })).toEqual([...all].reverse())
      expect(await logs({ pagination: { page: 2, limit: 1, skip: 0 } })).toEqual([all[1]])
      expect(await logs({ search: 'no such text' })).toEqual([])
      const ofWorkspace = { entitytype: 'workspace', sort: 'date', sort_reverse: true }
      const done = await scripts.result('GET', 'log/find', { data: ofWorkspace })
      expect(done[0]).toMatchObject({ date: expect.any(Date), message: expect.stringMatching(/\w/) })
      const paged = { ...ofWorkspace, sort_reverse: false, pagination: { page: 1, limit: 2, skip: 1 } }
      expect(await scripts.result('GET', 'log/find', { data: paged })).toHaveLength(2)
      const { miaScripts } = setting
      await expect(miaScripts.result('GET', 'log/find', { data: ofWorkspace })).rejects.toBeInstanceOf(ScriptError)
    })
  })

  describe('a transfer’s life, as its two ends drive it', () => {
    proves(['5.measured', '5.resumed'], 'a paused job gets its size, and reaches done once it is resumed', async () => {
      const { scripts, hq, john } = setting
      const source = 'share=projects/delivery/TRAILER_screening_v003.mov'
      const made = await scripts.create('Transfer', {
        source,
        destination: '/Volumes/EDIT/from_client',
        status: 'paused',
      })
      expect(made).toMatchObject({ name: 'TRAILER_screening_v003.mov', status: 'paused' })
      await hq
        .next((frame) => frame.type === 'transfer.measure' && frame.jobId === made.id)
        .then(async (frame) => {
          if (frame.type !== 'transfer.measure') return
          const tasks = frame.tasks.map(({ uri }) => ({ uri, kind: 'file' as const, sizeBytes: 100, fileCount: 1 }))
          await hq.call('transfer/measured', {
            jobId: frame.jobId,
            tasks,
            isComplete: true,
            preview: [],
            isPreviewComplete: true,
          })
        })
      expect(await scripts.getEntity('Transfer', made.id)).toMatchObject({ status: 'paused', size: 100 })
      await john.connect()
      await scripts.update('Transfer', made.id, { status: 'waiting' })
      const [atSource, atTarget] = await Promise.all([hq.dispatch(made.id), john.dispatch(made.id)])
      expect(await scripts.getEntity('Transfer', made.id)).toMatchObject({ status: 'running' })
      expect(atSource.dispatchId).toBe(atTarget.dispatchId)
      await john.reportDone(atTarget)
      await john.call('dispatch/end', { ...fenceOf(atTarget), outcome: 'done' })
      await expect.poll(async () => (await scripts.getEntity('Transfer', made.id)).status).toBe('done')
      expect(await scripts.getEntity('Transfer', made.id)).toMatchObject({ progress: 100, finished: expect.any(Date) })
      await john.drop()
    })

    proves(
      ['5.missing', '5.onhold'],
      'a missing source fails the job, and the failed task on hold pauses it',
      async () => {
        const { scripts, hq, john } = setting
        const made = await scripts.create('Transfer', { source: 'share=projects/gone.mov', destination: '/home/john' })
        await john.connect()
        await hq.next((frame) => frame.type === 'transfer.measure' && frame.jobId === made.id)
        await hq.call('transfer/measured', {
          jobId: made.id,
          tasks: [{ uri: '0', error: { code: 'SOURCE_NOT_FOUND', params: { path: 'gone.mov' }, retry: 'never' } }],
          isComplete: true,
          preview: [],
          isPreviewComplete: true,
        } as never)
        await expect.poll(async () => (await scripts.getEntity('Transfer', made.id)).status).toBe('failed')
        expect(await scripts.find('Task WHERE status=failed', { entityid: made.id })).toHaveLength(1)
        await scripts.updateMany('Task', made.id, [{ uri: '0', status: 'onhold' }])
        expect(await scripts.getEntity('Transfer', made.id)).toMatchObject({ status: 'paused' })
        await john.drop()
      },
    )
  })
}
