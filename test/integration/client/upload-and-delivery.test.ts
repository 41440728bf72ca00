import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Studio } from '../../helpers/client/studio.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

/** Folders, Unicode, an empty folder, an empty file. */
function makeTree(folder: string): string {
  const root = join(folder, 'Café 東京')
  writeRandomFile(root, { path: 'a.mov', sizeBytes: 3_000_000 })
  writeRandomFile(root, { path: 'deep/er/b c.txt', sizeBytes: 10 })
  writeRandomFile(root, { path: 'empty.txt', sizeBytes: 0 })
  mkdirSync(join(root, 'nothing in here'))
  setFolderTimes(root)
  return root
}

it('uploads a dropped folder to a share, and shows it from the first moment to the last', async () => {
  const studio = await Studio.open()
  const mia = await studio.admin()
  const root = makeTree(tempFolder())
  const [key] = await mia.send({
    items: [{ path: root, kind: 'folder' }],
    target: { kind: 'share', workspaceId: studio.workspaceId, code: 'projects', path: 'lfm/114' },
  })
  if (!key) throw new Error('no key')
  const row = await mia.untilStatus(key, 'done')
  expect(readTree(join(studio.projects, 'lfm/114/Café 東京'))).toEqual(readTree(root))
  expect(row).toMatchObject({ direction: 'out', from: { kind: 'here' }, to: { name: 'hq' }, fileCount: 3 })
  expect(row.result).toMatchObject({ filesDone: 3, filesFailed: 0, bytesVerified: 3_000_010 })
  expect(mia.statuses.get(key)?.filter((status) => status !== 'waiting')).toEqual(['init', 'running', 'done'])
  await mia.until(() => mia.notices.find((notice) => notice.kind === 'done'))
})

it('delivers to a person who chooses where it lands', async () => {
  const studio = await Studio.open()
  const mia = await studio.admin()
  const lisa = await studio.person('Lisa', { computerName: 'laptop' })
  const root = makeTree(tempFolder())
  const [key] = await mia.send({
    items: [{ path: root, kind: 'folder' }],
    target: { kind: 'user', workspaceId: studio.workspaceId, email: 'lisa@example.com' },
    note: 'The new cut',
  })
  if (!key) throw new Error('no key')
  expect((await mia.untilRow((one) => one.reason?.code === 'location')).reason?.params?.userName).toBe('Lisa')
  const waiting = await lisa.untilRow((one) => one.waitsOnYou === 'location' && one.status === 'waiting')
  expect(waiting).toMatchObject({
    key,
    direction: 'in',
    from: { name: 'Mia' },
    to: { kind: 'here' },
    note: 'The new cut',
  })
  await lisa.until(() => lisa.notices.find((notice) => notice.kind === 'delivery'))

  const details = await lisa.call('incomingDetails', { key })
  expect(details).toMatchObject({
    from: { name: 'Mia', online: true },
    files: 3,
    isComplete: true,
    location: { rootPath: lisa.downloads, subPath: 'Mia', sameFiles: 0 },
  })
  expect(details.entries.map((entry) => entry.path)).toContain('Café 東京/deep/er/b c.txt')
  expect(details.entries.every((entry) => entry.taskId === details.tasks[0]?.id)).toBe(true)
  const { rootPath, subPath } = details.location
  await lisa.call('incomingAccept', {
    key,
    revision: details.revision,
    location: { rootPath, subPath },
    exclude: [],
    remember: false,
  })
  await Promise.all([lisa.untilStatus(key, 'done'), mia.untilStatus(key, 'done')])
  expect(readTree(join(lisa.downloads, 'Mia/Café 東京'))).toEqual(readTree(root))
  expect(await lisa.call('transferLocalPath', { key })).toEqual({ path: join(lisa.downloads, 'Mia/Café 東京') })
  expect(await mia.call('transferLocalPath', { key })).toEqual({ path: root })
})
