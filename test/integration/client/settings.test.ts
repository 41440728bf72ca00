import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { TransferKey } from '../../../src/shared/contract/view.ts'
import { Studio } from '../../helpers/client/studio.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

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
