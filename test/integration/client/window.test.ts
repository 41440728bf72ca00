import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TransferKey } from '../../../src/shared/contract/view.ts'
import { Studio } from '../../helpers/client/studio.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

function folderWith(name: string, files: number): string {
  const root = join(tempFolder(), name)
  mkdirSync(root)
  for (let number = 0; number < files; number += 1) writeRandomFile(root, { path: `${number}.txt`, sizeBytes: 10 })
  setFolderTimes(root)
  return root
}

describe('what the window asks', () => {
  it('who and where: people, sites, shares, folders of a share', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    await studio.person('Lisa')
    await mia.until(() => mia.presences.people.find((person) => person.name === 'Lisa' && person.online))
    expect(mia.presences.people.find((person) => person.isMe)).toMatchObject({ name: 'Mia', role: 'admin' })
    expect(mia.presences.sites).toMatchObject([{ code: 'hq', online: true }])
    expect(mia.presences.shares.find((share) => share.isMine)).toMatchObject({ kind: 'home', code: 'mia@example.com' })
    expect(mia.workspace()).toMatchObject({ name: 'Studio', connection: 'online', isHostedHere: true })

    mkdirSync(join(studio.projects, 'lfm/114'), { recursive: true })
    writeFileSync(join(studio.projects, 'lfm/readme.txt'), 'x')
    const list = (path: string) => mia.call('shareFolder', { workspaceId: studio.workspaceId, code: 'projects', path })
    expect((await list('')).entries).toEqual([{ name: 'lfm', kind: 'folder' }])
    expect(await list('lfm')).toEqual({
      entries: [
        { name: '114', kind: 'folder' },
        { name: 'readme.txt', kind: 'file' },
      ],
      isComplete: true,
    })
    await expect(list('nowhere')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
    await expect(list('../homes')).rejects.toMatchObject({ code: 'PATH_INVALID' })
  })

  it('how much was picked, and nothing of what was not', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const [picked, other] = [folderWith('picked', 3), folderWith('other', 1)]
    await mia.call('grant', { paths: [picked], mode: 'read', origin: 'dialog' })
    const measured = await mia.call('measure', { paths: [picked, other, join(picked, 'gone.txt')] })
    expect(measured).toMatchObject({
      files: 3,
      bytes: 30,
      items: [
        { files: 3, bytes: 30 },
        { error: { code: 'PATH_NOT_GRANTED' } },
        { error: { code: 'SOURCE_NOT_FOUND' } },
      ],
    })
    const items = [{ path: other, kind: 'folder' as const }]
    const target = { kind: 'share' as const, workspaceId: studio.workspaceId, code: 'projects', path: '' }
    const request = {
      items,
      target,
      onConflict: 'replace' as const,
      startPaused: false,
      deliverFrom: 'source' as const,
    }
    await expect(mia.call('submit', request)).rejects.toMatchObject({ code: 'PATH_NOT_GRANTED' })
    expect(JSON.parse((await mia.call('specification', request)).json)).toEqual({
      tasks: [{ source: other, destination: 'share=projects/' }],
    })
  })

  it('tasks, log, details and the finished ones by windows', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const target = { kind: 'share' as const, workspaceId: studio.workspaceId, code: 'projects', path: 'in' }
    const items = ['one', 'two', 'three'].map((name) => ({ path: folderWith(name, 2), kind: 'folder' as const }))
    const keys: TransferKey[] = []
    for (const name of ['first', 'second', 'third']) {
      const [key] = (await mia.send({ items, target, name })) as [TransferKey]
      keys.unshift(key)
      await mia.untilStatus(key, 'done')
    }
    const [key] = keys as [TransferKey]
    const tasks = await mia.call('transferTasks', { key, offset: 1, limit: 5 })
    expect(tasks).toMatchObject({ total: 3, rows: [{ uri: '1', status: 'done', bytesVerified: 20 }, { uri: '2' }] })
    expect(tasks.rows[0]?.path).toBe(items[1]?.path)
    expect(await mia.call('transferDetails', { key })).toMatchObject({
      specification: { code: 'third' },
      sourceText: items[0]?.path,
      destinationText: expect.stringContaining('projects/in'),
    })
    expect((await mia.call('transferLog', { key })).rows.map(({ code }) => code)).toContain('job.created')
    const finished = await mia.call('transfersFinished', { offset: 1, limit: 2 })
    expect(finished).toMatchObject({ total: 3, rows: [{ key: keys[1] }, { key: keys[2] }] })
    expect(await mia.call('transfersFinished', { offset: 0, limit: 9, search: 'sec' })).toMatchObject({ total: 1 })
    const query = 'name="SEC*" and status in done,aborted and created>2020-01-01'
    expect(await mia.call('transfersFinished', { offset: 0, limit: 9, search: query })).toMatchObject({ total: 1 })
    expect((await mia.call('transfersSnapshot', {})).totals).toMatchObject({ finishedTotal: 3, running: 0, failed: 0 })
    const third = mia.row(key).result
    expect(third).toMatchObject({ filesDone: 6, filesAlreadyThere: 6 })
  })

  it('an invitation for somebody new, who then finds what was sent before', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const root = folderWith('welcome', 1)
    await mia.call('grant', { paths: [root], mode: 'read', origin: 'drop' })
    const { keys, invitations } = await mia.call('submit', {
      items: [{ path: root, kind: 'folder' }],
      target: { kind: 'invite', workspaceId: studio.workspaceId, email: 'sam@example.com' },
      onConflict: 'replace',
      startPaused: false,
      deliverFrom: 'source',
    })
    const [key] = keys as [TransferKey]
    expect((await mia.untilRow((row) => row.reason?.code === 'signup')).key).toBe(key)
    const invitation = invitations[0]?.invitation ?? ''
    const sam = await studio.guest()
    expect(await sam.call('checkInvitation', { invitation })).toMatchObject({
      workspaceName: 'Studio',
      invitedBy: 'Mia',
      email: 'sam@example.com',
    })
    const who = { name: 'Sam', email: 'sam@example.com', password: 'correct horse battery staple' }
    await sam.call('join', { invitation, ...who })
    await sam.untilRow((row) => row.key === key && row.waitsOnYou === 'location')
    await expect(sam.call('join', { invitation, ...who })).rejects.toMatchObject({ code: 'INVITATION_USED' })
    await expect(sam.call('checkInvitation', { invitation: 'tern://join/x' })).rejects.toMatchObject({
      code: 'INVITATION_MALFORMED',
    })
  })
})

describe('a source that is gone when its turn comes', () => {
  it('fails that item with the reason, and leaves the others in place', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const [good, gone] = [folderWith('good', 2), folderWith('gone', 2)]
    const [key] = (await mia.send({
      items: [
        { path: good, kind: 'folder' },
        { path: gone, kind: 'folder' },
      ],
      target: { kind: 'share', workspaceId: studio.workspaceId, code: 'projects', path: '' },
      startPaused: true,
    })) as [TransferKey]
    await mia.untilRow((row) => row.key === key && row.status === 'paused' && row.fileCount === 4)
    rmSync(gone, { recursive: true })
    await mia.call('transfersUpdate', { keys: [key], status: 'waiting' })
    const row = await mia.untilStatus(key, 'failed')
    expect(row.taskCounts).toMatchObject({ done: 1, failed: 1 })
    expect(row.reason?.params).toMatchObject({ error: 'SOURCE_NOT_FOUND' })
    const { rows } = await mia.call('transferTasks', { key, offset: 0, limit: 10 })
    expect(rows.map(({ status, error }) => [status, error?.code])).toEqual([
      ['done', undefined],
      ['failed', 'SOURCE_NOT_FOUND'],
    ])
  })
})
