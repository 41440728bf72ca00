import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TransferKey } from '../../../src/shared/contract/view.ts'
import { Studio } from '../../helpers/client/studio.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

/** Real file systems need mounting: root on Linux, and not in every container. */
const canMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const at = mkdtempSync(join(tmpdir(), 'tern-mount-'))
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tern-test', at]).status === 0
  if (isMounted) execFileSync('umount', [at])
  rmdirSync(at)
  return isMounted
})()

describe.skipIf(!canMount)('a full disk (needs root and mount)', () => {
  it('stops the job with the reason, and it goes on once there is room', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const lisa = await studio.person('Lisa')
    const small = join(lisa.downloads, 'small')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tern-test', small])
    onTestFinished(() => void spawnSync('umount', ['-l', small]))
    writeFileSync(join(small, 'ballast'), Buffer.alloc(8_000_000, 1))

    const root = join(tempFolder(), 'rushes')
    writeRandomFile(root, { path: 'a.mov', sizeBytes: 6_000_000 })
    setFolderTimes(root)
    const [key] = (await mia.send({
      items: [{ path: root, kind: 'folder' }],
      target: { kind: 'user', workspaceId: studio.workspaceId, email: 'lisa@example.com' },
      settings: { transfer_reserved_space: '1000000' },
    })) as [TransferKey]
    await lisa.untilRow((row) => row.waitsOnYou === 'location' && row.status === 'waiting')
    const location = { rootPath: lisa.downloads, subPath: 'small' }
    const { revision, location: offered } = await lisa.call('incomingDetails', { key, location })
    expect(offered.freeBytes).toBeLessThan(6_000_000)
    await lisa.call('incomingAccept', { key, revision, location, exclude: [], remember: false })
    const blocked = await mia.untilRow((row) => row.reason?.code === 'blocked')
    expect(blocked).toMatchObject({ status: 'waiting', reason: { params: { error: 'DISK_FULL', userName: 'Lisa' } } })
    rmSync(join(small, 'ballast'))
    await lisa.call('transfersUpdate', { keys: [key], status: 'waiting' })
    await mia.untilStatus(key, 'done')
    expect(readTree(join(small, 'rushes'))).toEqual(readTree(root))
  })
})
