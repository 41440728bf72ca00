import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { WorkspaceId } from '../../../src/shared/domain/ids.ts'
import { TestHost } from '../../helpers/client/test-host.ts'
import { admin, ServedWorkspace } from '../../helpers/served-workspace.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { runTern } from '../../helpers/tern.ts'

vi.setConfig({ testTimeout: 60_000 })

it('a served workspace keeps its storage to a limit, says what holds a transfer up, and takes another one in flight', async () => {
  const folder = tempFolder()
  const workspace = await ServedWorkspace.make()
  const { address, fingerprint, workspaceId } = await workspace.serve(['--backup-hours', '0', '--limit', '2.5'])
  const sender = await TestHost.start({ folder: join(folder, 'sender'), listens: true })
  await sender.call('signInTo', { address, keyHash: fingerprint, ...admin, isHostedHere: false, isDemo: false })
  await sender.untilOnline()
  const path = join(folder, 'film.bin')
  writeFileSync(path, Buffer.alloc(40_000_000, 'film '))
  const [key] = await sender.send({
    items: [{ path, kind: 'file' }],
    target: { kind: 'share', workspaceId: workspaceId as WorkspaceId, code: 'projects', path: '' },
  })
  if (key === undefined) throw new Error('nothing was sent')
  const id = key.split('/').at(-1)
  await vi.waitFor(
    async () => {
      const { stdout, exitCode } = await workspace.tern(['job', 'running'])
      expect(exitCode).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({
        transfers: [{ id, to: 'hq', bottleneck: 'limit', says: 'Limited to 2.5 MB/s' }],
      })
    },
    { timeout: 20_000, interval: 100 },
  )
  // The job's own is lower: the sender keeps it from the next moment on.
  const token = await workspace.signIn()
  await workspace.call('transfer/update', { id: id as never, settings: { transfer_speedlimit: 1 } }, token)
  await sender.untilRow((row) => row.key === key && row.progress?.limitBytesPerSecond === 1_000_000, 20_000)
  await sender.call('transfersUpdate', { keys: [key], status: 'aborted' })
  await vi.waitFor(async () => {
    const { stdout } = await workspace.tern(['job', 'running'])
    expect(JSON.parse(stdout)).toEqual({ transfers: [] })
  }, 10_000)
})

it.each([
  ['--limit', '0', 'above 0'],
  ['--limit', 'fast', 'above 0'],
  ['--limit-times', 'someday 5', 'someday 5 is not like that'],
])('%s %s is refused', async (option, value, words) => {
  const call = await runTern(['serve', '--data', tempFolder(), option, value])
  expect(call).toMatchObject({ exitCode: 2, stdout: '' })
  expect(call.stderr).toContain(words)
})
