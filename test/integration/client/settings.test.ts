import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { TransferKey } from '../../../src/shared/contract/view.ts'
import { logSentence, statusSentence } from '../../../src/shared/words/index.ts'
import { Studio } from '../../helpers/client/studio.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const clock = { nowMs: 0, timeZone: 'UTC' }

it('a filter of the workspace and one of the job both hold, for what is measured and for what is sent', async () => {
  const studio = await Studio.open()
  const mia = await studio.admin()
  const { workspaceId } = studio
  await mia.call('settingsSet', { workspaceId, name: 'transfer_exclude', value: '*.bak' })
  const root = join(tempFolder(), 'cut')
  mkdirSync(root)
  for (const name of ['a.mov', 'a.bak', 'a.tmp']) writeFileSync(join(root, name), name)
  const [key] = await mia.send({
    items: [{ path: root, kind: 'folder' }],
    target: { kind: 'share', workspaceId, code: 'projects', path: '' },
    settings: { transfer_exclude: '*.tmp' },
  })
  if (!key) throw new Error('no key')
  const row = await mia.untilStatus(key, 'done')
  expect(readdirSync(join(studio.projects, 'cut'))).toEqual(['a.mov'])
  expect(row).toMatchObject({ fileCount: 1, bytesTotal: 5 })
  expect((await mia.call('transferDetails', { key })).settings.transfer_exclude).toMatchObject({
    value: '*.bak,*.tmp',
    level: 'job',
  })
})

it('a task leaves alone what is there, while the job replaces it', async () => {
  const studio = await Studio.open()
  const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
  const names = ['kept.txt', 'replaced.txt']
  for (const name of names) writeFileSync(join(studio.projects, name), 'the new one')
  const { keys } = await mia.call('submit', {
    items: [],
    target: { kind: 'user', workspaceId: studio.workspaceId, email: 'lisa@example.com' },
    onConflict: 'replace',
    startPaused: false,
    deliverFrom: 'source',
    specification: JSON.stringify({
      tasks: names.map((name) => ({
        source: `share=projects/${name}`,
        destination: 'lisa@example.com:',
        ...(name === 'kept.txt' && { settings: { transfer_ignore_existing: 'file' } }),
      })),
    }),
  })
  const key = keys[0] as TransferKey
  await lisa.untilRow((row) => row.key === key && row.waitsOnYou === 'location')
  const { revision, location } = await lisa.call('incomingDetails', { key })
  const { rootPath, subPath } = location
  const folder = join(rootPath, subPath)
  mkdirSync(folder, { recursive: true })
  for (const name of names) writeFileSync(join(folder, name), 'the old one')
  for (const name of names) utimesSync(join(folder, name), 1, 1)
  await lisa.call('incomingAccept', { key, revision, location: { rootPath, subPath }, exclude: [], remember: false })
  await mia.untilStatus(key, 'done')
  expect(names.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['the old one', 'the new one'])
})

it('rules of transfers reach the engine: a dry run tells its plan and writes nothing, a mirror removes what is extra', async () => {
  const studio = await Studio.open()
  const mia = await studio.admin()
  const { workspaceId } = studio
  const root = join(tempFolder(), 'site')
  const there = join(studio.projects, 'site')
  mkdirSync(join(root, 'in'), { recursive: true })
  mkdirSync(join(there, 'old'), { recursive: true })
  for (const name of ['same', 'in/new']) writeFileSync(join(root, name), name)
  symlinkSync('same', join(root, 'link'))
  for (const name of ['same', 'old/extra', 'kept.tmp']) writeFileSync(join(there, name), name)
  for (const folder of [root, there]) utimesSync(join(folder, 'same'), 1, 1)
  const send = async (settings: Record<string, string>) => {
    const [key] = await mia.send({
      items: [{ path: root, kind: 'folder' }],
      target: { kind: 'share', workspaceId, code: 'projects', path: '' },
      settings: { transfer_mode: 'onewaysync', transfer_exclude: '*.tmp', transfer_links: 'keep', ...settings },
    })
    if (!key) throw new Error('no key')
    const row = await mia.untilStatus(key, 'done')
    const { rows } = await mia.call('transferLog', { key })
    return [...rows.map((line) => logSentence(line, clock)), statusSentence(row, clock).text]
  }
  const treeOf = () => (readdirSync(there, { recursive: true }) as string[]).sort()
  const before = treeOf()
  const planned = await send({ transfer_dry_run: 'true' })
  expect(treeOf()).toEqual(before)
  const plan = 'Task 0, nothing was written: new 2, replaced 0, deleted 2, the same 1; 6 bytes to send'
  expect(planned).toEqual(expect.arrayContaining([plan, 'Task 0, old/extra: would be deleted']))
  expect(planned).toContain('The plan is ready, nothing was written')
  expect(planned.at(-1)).toBe('Plan: 2 new, 2 deleted, 6 B to send. Nothing was written')
  const done = await send({ transfer_attributes: 'permissions', transfer_conf: '{"umask":"027","sockets":1}' })
  expect(treeOf()).toEqual(['in', 'in/new', 'kept.tmp', 'link', 'same'])
  expect(readlinkSync(join(there, 'link'))).toBe('same')
  expect(done).toContain('The run ended, everything arrived')
  expect(done.at(-1)).toMatch(/^Done at .*, 2 deleted$/)
  expect(done).toEqual(
    expect.arrayContaining([
      'Task 0, in/new: new',
      'Task 0, old: deleted, since the source does not have it',
      'Task 0: files 3, of them left as they were 1, replaced 0; deleted 2',
    ]),
  )
  expect((await send({})).at(-1)).toBe('Already there, 3 files')
  expect((await send({ transfer_ignore_existing: 'file' })).at(-1)).toBe('Left as it was, 3 files')
  expect((await send({ transfer_ignore_existing: 'file+directory' })).at(-1)).toBe('Left as it was')
  const quiet = await send({ transfer_log: 'warning' })
  expect(quiet.filter((line) => line.startsWith('Task 0'))).toEqual([])
})

it('a mirror of an empty folder is stopped, and says how much would go', async () => {
  const studio = await Studio.open()
  const mia = await studio.admin()
  const { workspaceId } = studio
  const root = join(tempFolder(), 'site')
  mkdirSync(root)
  mkdirSync(join(studio.projects, 'site'))
  writeFileSync(join(studio.projects, 'site', 'precious'), '')
  const [key] = await mia.send({
    items: [{ path: root, kind: 'folder' }],
    target: { kind: 'share', workspaceId, code: 'projects', path: '' },
    settings: { transfer_mode: 'onewaysync' },
  })
  if (!key) throw new Error('no key')
  const row = await mia.untilStatus(key, 'failed')
  expect(row.reason).toMatchObject({ code: 'failed', params: { error: 'SYNC_GUARD' } })
  const { rows } = await mia.call('transferLog', { key })
  const told = '1 of 1 files and folders at the destination would be deleted'
  expect(rows.map((line) => logSentence(line, clock)).join('\n')).toContain(told)
  expect(readdirSync(join(studio.projects, 'site'))).toEqual(['precious'])
})
