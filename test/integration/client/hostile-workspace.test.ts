import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSqlite } from '../../../src/platform/sqlite.ts'
import { databaseFile } from '../../../src/workspace/server.ts'
import { Studio } from '../../helpers/client/studio.ts'

it('a stranger that says it is a workspace we know gets neither its place nor its session', async () => {
  const [own, hostile] = [await Studio.open(), await Studio.open()]
  const lisa = await own.person('Lisa')
  const before = lisa.workspace()
  const invitation = await hostile.server.invite({ email: 'lisa@example.com', role: 'standard' })
  await hostile.close()
  {
    using database = openSqlite(join(hostile.folder, 'workspace', databaseFile))
    database.run("UPDATE meta SET value = ? WHERE key = 'workspaceId'", [own.workspaceId])
  }
  await hostile.reopen()
  const person = { name: 'Lisa', email: 'lisa@example.com', password: 'correct horse battery' }
  await expect(lisa.call('join', { invitation, ...person })).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  expect(lisa.workspace()).toEqual(before)
  await lisa.stop()
  await lisa.start()
  await lisa.untilOnline()
  expect(lisa.workspace().address).toBe(own.server.address)
})
