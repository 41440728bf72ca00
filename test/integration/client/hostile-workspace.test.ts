import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSqlite } from '../../../src/platform/sqlite.ts'
import { databaseFile } from '../../../src/workspace/store/data-folder.ts'
import { Studio } from '../../helpers/client/studio.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeRandomFile } from '../../helpers/tree.ts'

/** What a workspace that went over to the other side says from now on. */
async function rewrite(studio: Studio, sql: string, value: string): Promise<void> {
  await studio.close()
  {
    using database = openSqlite(join(studio.folder, 'workspace', databaseFile))
    database.run(sql, [value])
  }
  await studio.reopen()
}

it('a stranger that says it is a workspace we know gets neither its place nor its session', async () => {
  const [own, hostile] = [await Studio.open(), await Studio.open()]
  const lisa = await own.person('Lisa')
  const before = lisa.workspace()
  const invitation = await hostile.server.invite({ email: 'lisa@example.com', role: 'standard' })
  await rewrite(hostile, "UPDATE meta SET value = ? WHERE key = 'workspaceId'", own.workspaceId)
  const person = { name: 'Lisa', email: 'lisa@example.com', password: 'correct horse battery' }
  await expect(lisa.call('join', { invitation, ...person })).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  expect(lisa.workspace()).toEqual(before)
  await lisa.stop()
  await lisa.start()
  await lisa.untilOnline()
  expect(lisa.workspace().address).toBe(own.server.address)
})

it('a workspace that names another place as the one where a delivery lies shows nobody the way there', async () => {
  const studio = await Studio.open()
  const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
  const root = tempFolder()
  writeRandomFile(root, { path: 'cut.mov', sizeBytes: 10 })
  const [key] = await mia.send({
    items: [{ path: join(root, 'cut.mov'), kind: 'file' }],
    target: { kind: 'user', workspaceId: studio.workspaceId, email: 'lisa@example.com' },
  })
  if (!key) throw new Error('no key')
  const { revision } = await lisa.untilRow((one) => one.waitsOnYou === 'location' && one.status === 'waiting')
  const location = { rootPath: lisa.downloads, subPath: 'Mia' }
  await lisa.call('incomingAccept', { key, revision, location, exclude: [], remember: false })
  await lisa.untilStatus(key, 'done')
  const path = join(lisa.downloads, 'Mia/cut.mov')
  expect(await lisa.call('transferLocalPath', { key })).toEqual({ path })
  for (const named of ['//files.example.com/share/x', '/etc/passwd', join(lisa.downloads, 'Mia/../../engine')]) {
    await rewrite(studio, 'UPDATE tasks SET path_abs_final = ?', named)
    await lisa.untilOnline()
    await expect(lisa.call('transferLocalPath', { key })).rejects.toThrow(/NOT_FOUND|PATH_INVALID/)
  }
})
