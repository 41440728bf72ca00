import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { admin } from '../../helpers/client/studio.ts'
import { TestHost } from '../../helpers/client/test-host.ts'
import { openTwoSites } from '../../helpers/client/two-sites.ts'
import { readTree, writeRandomFile } from '../../helpers/tree.ts'

it('a share is mirrored from one site to another, and back', async () => {
  const { studio, mia, joinServer, create } = await openTwoSites()
  const { volume: projects } = await joinServer('berlin-1', 'projects')
  writeRandomFile(join(studio.projects, 'lfm/114'), { path: 'a/plate.0001.exr', sizeBytes: 3_000_000 })
  writeRandomFile(join(studio.projects, 'lfm/114'), { path: 'empty.txt', sizeBytes: 0 })
  const there = await create({ source: 'hq:share=projects/lfm/114', destination: 'berlin' })
  const row = await mia.untilStatus(there, 'done')
  expect(row).toMatchObject({ from: { name: 'hq' }, to: { name: 'berlin' }, direction: 'between', fileCount: 2 })
  expect(readTree(join(projects, 'lfm/114'))).toEqual(readTree(join(studio.projects, 'lfm/114')))

  writeRandomFile(join(projects, 'lfm/115'), { path: 'comp.mov', sizeBytes: 1_000_000 })
  const back = await create({ source: 'berlin:share=projects/lfm/115', destination: 'hq' })
  await mia.untilStatus(back, 'done')
  expect(readTree(join(studio.projects, 'lfm/115'))).toEqual(readTree(join(projects, 'lfm/115')))
})

it('a job whose shares lie on different servers of a site runs on both at once', async () => {
  const { studio, mia, connection, joinServer, create } = await openTwoSites()
  const rushes = join(studio.homes, 'rushes')
  await connection.call('share/create', { code: 'rushes', name: 'Rushes', kind: 'volume', path: rushes })
  const first = await joinServer('berlin-1', 'projects')
  const second = await joinServer('berlin-2', 'rushes')
  const sizeBytes = 4_000_000
  writeRandomFile(studio.projects, { path: 'out/a.mov', sizeBytes })
  writeRandomFile(rushes, { path: 'day 1/b.mov', sizeBytes })
  await studio.storage.call('setLimit', { bytesPerSecond: 400_000 })
  const key = await create({
    tasks: [
      { source: 'hq:share=projects/out/a.mov', destination: 'berlin' },
      { source: 'hq:share=rushes/day 1/b.mov', destination: 'berlin' },
    ],
  })
  const jobId = key.split('/')[1] as JobId
  const statuses = async () => (await connection.call('task/list', { jobId })).tasks.map(({ status }) => status)
  await expect.poll(statuses, { timeout: 10_000 }).toEqual(['executing', 'executing'])
  // The sum of both: each of them has only half of it.
  await mia.until(() => mia.row(key).progress?.filesTotal === 2)
  await studio.storage.call('setLimit', {})
  expect((await mia.untilStatus(key, 'done')).result).toMatchObject({ filesDone: 2, bytesVerified: 2 * sizeBytes })
  for (const [here, there] of [
    [join(studio.projects, 'out/a.mov'), join(first.volume, 'out/a.mov')],
    [join(rushes, 'day 1/b.mov'), join(second.volume, 'day 1/b.mov')],
  ] as const) {
    expect(readFileSync(there).equals(readFileSync(here))).toBe(true)
  }
})

it('an invitation of a server makes one server, and no person', async () => {
  const { studio, connection, invite } = await openTwoSites()
  const again = await TestHost.start({ folder: join(studio.folder, 'again'), kind: 'server', computerName: 'again' })
  const used = await invite()
  await again.call('joinServer', { invitation: used })
  await expect(again.call('joinServer', { invitation: used })).rejects.toMatchObject({ code: 'INVITATION_USED' })
  const guest = await studio.guest()
  const person = { invitation: await invite(), name: 'Sam', email: 'sam@example.com', password: admin.password }
  await expect(guest.call('join', person)).rejects.toMatchObject({ code: 'INVITATION_MALFORMED' })
  const { invitation: personal } = await connection.call('invitation/create', { email: 'sam@example.com' })
  await expect(again.call('joinServer', { invitation: personal })).rejects.toMatchObject({
    code: 'INVITATION_MALFORMED',
  })
  await expect(connection.call('invitation/create-server', { site: 'nowhere' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})
