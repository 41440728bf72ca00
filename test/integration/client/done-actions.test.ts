import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { openTwoSites } from '../../helpers/client/two-sites.ts'
import { writeRandomFile } from '../../helpers/tree.ts'

const settings = { job_done_actions: 'delete_excluded' }

it('what a job leaves out is deleted at its destination once it is done, and nothing else is', async () => {
  const { studio, mia, connection, joinServer, create } = await openTwoSites()
  const { volume } = await joinServer('berlin-1', 'projects')
  for (const path of ['lfm/keep.mov', 'lfm/gone.mov', 'lfm/reel/a.mov', 'lfm/reel/tmp/b.mov']) {
    writeRandomFile(studio.projects, { path, sizeBytes: 1000 })
  }
  for (const path of ['lfm/gone.mov', 'lfm/old/c.mov', 'lfm/reel/tmp/d.mov', 'lfm/never.mov']) {
    writeRandomFile(volume, { path, sizeBytes: 10 })
  }
  const task = (path: string, status?: 'excluded') => ({
    source: `hq:share=projects/lfm/${path}`,
    destination: 'berlin',
    ...(status && { status }),
  })
  const tasks = [
    task('keep.mov'),
    task('gone.mov', 'excluded'),
    task('old', 'excluded'),
    task('not-there.mov', 'excluded'),
    task('reel'),
    task('reel/tmp', 'excluded'),
    task('KEEP.mov', 'excluded'),
  ]
  const key = await create({ tasks, settings })
  await mia.untilStatus(key, 'done')
  await expect
    .poll(() => [existsSync(join(volume, 'lfm/gone.mov')), existsSync(join(volume, 'lfm/old'))])
    .toEqual([false, false])
  const here = (path: string) => readFileSync(join(studio.projects, path))
  expect(readFileSync(join(volume, 'lfm/keep.mov')).equals(here('lfm/keep.mov'))).toBe(true)
  for (const path of ['lfm/reel/a.mov', 'lfm/reel/tmp/b.mov', 'lfm/reel/tmp/d.mov', 'lfm/never.mov']) {
    expect(existsSync(join(volume, path)), path).toBe(true)
  }
  for (const path of ['lfm/gone.mov', 'lfm/reel/tmp/b.mov']) expect(here(path)).toHaveLength(1000)
  const id = key.split('/')[1] as JobId
  const deleted = async () =>
    (await connection.call('transfer/log', { jobId: id, order: 'oldest' })).entries
      .filter(({ code }) => code === 'done-actions.deleted')
      .map(({ params }) => params?.path)
  await expect.poll(deleted).toEqual(['lfm/gone.mov', 'lfm/old'])
})

it('a job that transferred nothing deletes nothing, nor does one without the setting', async () => {
  const { studio, mia, joinServer, create } = await openTwoSites()
  const { volume } = await joinServer('berlin-1', 'projects')
  writeRandomFile(studio.projects, { path: 'a.mov', sizeBytes: 1000 })
  writeRandomFile(volume, { path: 'b.mov', sizeBytes: 10 })
  const excluded = { source: 'hq:share=projects/b.mov', destination: 'berlin', status: 'excluded' as const }
  const placeholder = await create({ tasks: [excluded], settings })
  await mia.untilStatus(placeholder, 'done')
  const plain = await create({ tasks: [{ source: 'hq:share=projects/a.mov', destination: 'berlin' }, excluded] })
  await mia.untilStatus(plain, 'done')
  // Whatever the first two had asked for would have been done before this.
  writeRandomFile(volume, { path: 'c.mov', sizeBytes: 10 })
  const third = { source: 'hq:share=projects/c.mov', destination: 'berlin', status: 'excluded' as const }
  await create({ tasks: [{ source: 'hq:share=projects/a.mov', destination: 'berlin' }, third], settings })
  await expect.poll(() => existsSync(join(volume, 'c.mov'))).toBe(false)
  expect(existsSync(join(volume, 'b.mov'))).toBe(true)
})
