import { describe, expect } from 'vitest'
import { ScriptError } from '../../../helpers/wire/read-reply.ts'
import { ScriptSession } from '../../../helpers/wire/script-session.ts'
import { StoredWorkspace } from '../../../helpers/wire/stored-workspace.ts'
import { proves } from './proves.ts'
import { names, type Setting } from './setting.ts'

export function shares(setting: Setting): void {
  const projects = () => setting.scripts.findOne('Volume WHERE code=projects')
  const folder = async (code: string) =>
    setting.scripts.create('Folder', {
      name: `Folder ${code}`,
      code,
      parent: (await projects()).id,
      path: `of/${code}`,
    })

  describe('shares and grants', () => {
    proves(['5.create-share', '5.folder-reply'], 'volumes, folders, homes and collections are created', async () => {
      const { scripts } = setting
      const made = await folder('made')
      const demanded =
        'code created creator description email id metadata modified modifier name parent path queue status_hr status'
      expect(names(made)).toEqual(expect.arrayContaining(demanded.split(' ')))
      expect(made).toMatchObject({ code: 'made', parent: (await projects()).id, path: 'of/made' })
      const [server] = await scripts.find('Server')
      const volume = await scripts.create('Volume', {
        name: 'Archive',
        code: 'archive',
        paths: { linux: '/srv/archive' },
        server: server.id,
      })
      expect(volume).toMatchObject({ code: 'archive', default: false, type: 'volume' })
      expect(await scripts.create('Collection', { name: 'Picks', files: ['share=projects/a.mov'] })).toMatchObject({
        name: 'Picks',
      })
      expect(await scripts.findOne('Volume WHERE default=True')).toMatchObject({ code: 'projects' })
      const code = 'home@example.com'
      await scripts.create('User', { code, role: 'standard', mail: false, create_home_share: false })
      const home = await scripts.create('Home', { code, description: 'for tests' })
      expect(home).toMatchObject({ code, type: 'home', description: 'for tests' })
      expect(await scripts.findOne(`Home WHERE code=${code}`)).toMatchObject({ id: home.id })
      expect(await scripts.deleteOne('Home', home.id)).toBe(true)
      expect(await scripts.findOne(`Home WHERE code=${code}`)).toBeNull()
      expect(await scripts.update('Folder', made.id, { name: 'Renamed' })).toMatchObject({ name: 'Renamed' })
      expect(await scripts.update('Folder', made.id, { status: 'disabled' })).toMatchObject({ status: 'disabled' })
      await scripts.grant('guest@example.com', 'Folder', made.id, { path: 'in', write: false })
      expect(await scripts.findOne("User WHERE code='guest@example.com'")).toMatchObject({ role: 'standard' })
      expect(await scripts.deactivateOne('Folder', made.id)).toBe(true)
      expect(await scripts.find('Folder WHERE code=made')).toEqual([])
      expect(await scripts.findOne('Folder WHERE code=made')).toBeNull()
      expect(await scripts.find('Folder WHERE code=made', { inactive: true })).toHaveLength(1)
      expect(await scripts.activateOne('Folder', 'made')).toBe(true)
      expect(await scripts.find('Share WHERE code=made')).toHaveLength(1)
      expect(await scripts.access('Folder', made.id)).toHaveLength(1)
      expect(await scripts.deleteOne('Folder', made.id)).toBe(true)
    })

    proves(['3.one-inactive'], 'one that is asked for is not one that was deactivated', async () => {
      const made = await folder('away')
      await setting.scripts.deactivateOne('Folder', made.id)
      expect(await setting.scripts.findOne('Folder WHERE code=away')).toBeNull()
      expect(await setting.scripts.getEntity('Folder', made.id)).toMatchObject({ code: 'away' })
    })

    proves(
      ['2.assign-server', '2.assignments', '2.deassign', '8.assign'],
      'a volume is served by servers',
      async () => {
        const { scripts } = setting
        const [volume, [server]] = await Promise.all([projects(), scripts.find('Server')])
        const serving = async () => (await scripts.assignments('Volume', volume.id)).map(({ id }: { id: string }) => id)
        expect(await serving()).toEqual([server.id])
        expect(await scripts.assign(volume.id, server.id)).toBeTruthy()
        expect(await scripts.assignments('Share', volume.id)).toHaveLength(1)
        expect(await scripts.deassign('volume', volume.id, server.id)).toBeTruthy()
        expect(await serving()).toEqual([])
        expect(await scripts.assign(volume.id, server.id)).toBeTruthy()
        expect(await scripts.deassign('share', volume.id, server.id)).toBeTruthy()
        expect(await scripts.assign(volume.id, server.id)).toBeTruthy()
        expect(await serving()).toEqual([server.id])
      },
    )

    proves(
      [
        '2.grant-share',
        '2.access-share',
        '2.revoke-share',
        '5.acl-reply',
        '8.second-grant',
        '2.acl-passes',
        '2.assign-acl',
      ],
      'rights on a folder are given, told and taken',
      async () => {
        const { scripts } = setting
        const made = await folder('granted')
        const mia = setting.mia.user.id
        const acl = await scripts.grant('mia@example.com', 'Folder', 'granted', { path: 'A/b', write: false })
        expect(acl).toMatchObject({ entity: `user:${mia}`, target: `share:${made.id}`, read: true, write: false })
        const demanded = 'acknowledged created creator description entity id path read role status target token write'
        expect(names(acl)).toEqual(expect.arrayContaining(demanded.split(' ')))
        const again = await scripts.grant(mia, 'Folder', made.id, { path: 'C' })
        expect(again).toMatchObject({ id: expect.not.stringMatching(`^${acl.id}$`), write: true })
        const told = await scripts.access('Folder', made.id)
        expect(told).toHaveLength(2)
        expect(told[0]).toMatchObject({
          entity_hr: expect.stringMatching('mia@example.com'),
          target_hr: expect.stringMatching('granted'),
          acknowledged: expect.any(Boolean),
          path: expect.any(String),
        })
        expect((await scripts.access('Folder', made.id, true)).length).toBeGreaterThanOrEqual(2)
        expect(await scripts.find(`ACL WHERE target=share:${made.id}`)).toHaveLength(2)
        expect(await scripts.revoke('mia@example.com', 'Folder', made.id)).toBe(true)
        expect(await scripts.revoke(mia, 'Folder', made.id, true)).toBe(true)
        expect(await scripts.access('Folder', made.id)).toEqual([])
        expect(await scripts.revoke(mia, 'Folder', made.id, true)).toBe(false)
        const passed = await scripts.create('acl', {
          entity: `user:${mia}`,
          target: `share:${made.id}`,
          read: true,
          write: true,
          notify: true,
          message: '',
        })
        expect(passed).toMatchObject({ read: true, write: true })
        await expect(scripts.grant(mia, 'Folder', made.id, { read: false, write: false })).rejects.toBeInstanceOf(
          ScriptError,
        )
      },
    )

    proves(['5.files', '2.delete-many'], 'files are added to a collection, found and removed', async () => {
      const { scripts } = setting
      const collection = await scripts.create('Collection', { name: 'Selects' })
      const added = await scripts.create(
        'File',
        { files: ['share=projects/a.mov', 'volume=projects/b.mov'] },
        collection.id,
      )
      expect(added).toHaveLength(2)
      const files = await scripts.find('File', { entityid: collection.id })
      expect(files).toHaveLength(2)
      expect(await scripts.deleteMany('Collection', collection.id, { files: [files[0].id] })).toBe(true)
      expect(await scripts.find('File', { entityid: collection.id })).toMatchObject([{ id: files[1].id }])
    })
  })

  describe('files', () => {
    proves(
      [
        '2.ls',
        '2.ls-list',
        '2.getsize',
        '2.exists',
        '2.mkdir',
        '2.rename',
        '2.mv',
        '2.delete',
        '5.exists',
        '5.file-paths',
      ],
      'are listed, measured, made, renamed, moved and deleted',
      async () => {
        const stored = await StoredWorkspace.open()
        const scripts = await ScriptSession.open(await stored.wire())
        stored.write('a/pitch.mov', 'abc')
        const path = 'share=films/a'
        const [entry] = await scripts.ls(path)
        expect(entry).toMatchObject({ type: 1, filename: 'pitch.mov', size: 3, modified: expect.any(Date) })
        expect(await scripts.ls('share=films', { recursive: true, getsize: true, maxdepth: 3 })).toMatchObject([
          { type: 0, filename: 'a', files: [{ filename: 'pitch.mov' }] },
        ])
        expect(await scripts.ls('share=films', { directories_only: true })).toMatchObject([{ type: 0 }])
        expect(await scripts.ls(path, { files_only: true, include: '*.tmp' })).toEqual([])
        expect(await scripts.ls(path, { exclude: '*.mov' })).toEqual([])
        expect(await scripts.ls([path])).toMatchObject([{ path, result: [{ filename: 'pitch.mov' }] }])
        expect(await scripts.ls({ volume: 'films', path: 'a' })).toHaveLength(1)
        expect(await scripts.file('GET', 'getsize', path)).toBe(3)
        expect(await scripts.file('GET', 'getsize', [path])).toMatchObject([{ path, result: 3 }])
        expect(await scripts.file('GET', 'exists', `${path}/pitch.mov`)).toBe(true)
        expect(await scripts.file('POST', 'mkdir', 'share=films/b')).toBe(true)
        await expect(scripts.file('POST', 'mkdir', 'share=films/no/parent')).rejects.toBeInstanceOf(ScriptError)
        expect(await scripts.file('PUT', 'rename', 'share=films/b', { path_to: 'share=films/c' })).toBe(true)
        expect(await scripts.file('PUT', 'move', `${path}/pitch.mov`, { path_to: 'share=films/c/pitch.mov' })).toBe(
          true,
        )
        await expect(scripts.file('POST', 'delete', 'share=films/c', { force: false })).rejects.toBeInstanceOf(
          ScriptError,
        )
        expect(await scripts.file('POST', 'delete', 'share=films/c', { force: true })).toBe(true)
        expect(await scripts.file('GET', 'exists', 'share=films/c')).toBe(false)
        await expect(scripts.ls('no/such')).rejects.toMatchObject({ message: expect.stringMatching(/\w+ \w+/) })
      },
    )

    proves(['5.granted-paths'], 'as far as a person’s grants go', async () => {
      const stored = await StoredWorkspace.open()
      const scripts = await ScriptSession.open(await stored.wire())
      for (const path of [
        'shared/DOWNLOAD/get.png',
        'shared/UPLOAD/put.png',
        'shared/ADMIN/own.png',
        'shared/root.png',
      ]) {
        stored.write(path)
      }
      const volume = await scripts.findOne('Volume WHERE code=films')
      const shared = await scripts.create('Folder', { name: 'Shared Folder', parent: volume.id, path: 'shared' })
      await scripts.create('Folder', { name: 'Not shared', parent: volume.id, path: 'other' })
      const mia = await stored.workspace.person('mia@example.com', 'Mia', 'standard', stored.john)
      await scripts.grant('mia@example.com', 'Folder', shared.id, { path: 'DOWNLOAD', read: true, write: false })
      await scripts.grant('mia@example.com', 'Folder', shared.id, { path: 'UPLOAD', read: false, write: true })
      const hers = await ScriptSession.open(await stored.wire(mia))
      const at = (path: string) => `folder=${shared.code}/${path}`
      const filenames = (entries: readonly { filename: string }[]) => entries.map(({ filename }) => filename).sort()
      expect(await hers.find('Folder')).toMatchObject([{ name: 'Shared Folder' }])
      const names = filenames(await hers.ls(`folder=${shared.code}`))
      expect(names).toContain('DOWNLOAD')
      for (const hidden of ['ADMIN', 'root.png']) expect(names).not.toContain(hidden)
      expect(filenames(await hers.ls(at('DOWNLOAD')))).toEqual(['get.png'])
      const refused = async (call: Promise<unknown>) => expect(call).rejects.toBeInstanceOf(ScriptError)
      await refused(hers.ls(at('UPLOAD')))
      await refused(hers.ls(at('ADMIN')))
      await refused(hers.file('PUT', 'move', at('UPLOAD/put.png'), { path_to: at('put.png') }))
      expect(await hers.file('PUT', 'rename', at('UPLOAD/put.png'), { path_to: at('UPLOAD/renamed.png') })).toBe(true)
      expect(await hers.file('POST', 'mkdir', at('UPLOAD/below'))).toBe(true)
      expect(await hers.file('PUT', 'move', at('UPLOAD/renamed.png'), { path_to: at('UPLOAD/below/it.png') })).toBe(
        true,
      )
      expect(await hers.file('POST', 'delete', at('UPLOAD/below/it.png'), { force: false })).toBe(true)
      await refused(hers.file('PUT', 'rename', at('DOWNLOAD/get.png'), { path_to: at('DOWNLOAD/got.png') }))
      await refused(hers.file('POST', 'mkdir', at('DOWNLOAD/below')))
      await refused(hers.file('POST', 'delete', at('DOWNLOAD/get.png'), { force: false }))
      const transfer = (source: string, destination: string) =>
        hers.create('Transfer', { source, destination, status: 'paused' })
      await refused(transfer('/home/mia/x.png', at('DOWNLOAD/x.png')))
      await refused(transfer(at('UPLOAD/put.png'), '/home/mia/'))
      expect(await transfer('/home/mia/x.png', at('UPLOAD/x.png'))).toMatchObject({ status: 'paused' })
      expect(await transfer(at('DOWNLOAD/get.png'), '/home/mia/')).toMatchObject({ status: 'paused' })
    })
  })
}
