import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TransferKey, TransferRow } from '../../../src/shared/contract/view.ts'
import { Studio } from '../../helpers/client/studio.ts'
import type { TestHost } from '../../helpers/client/test-host.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

const fileBytes = 40_000_000
const bytesPerSecond = 16_000_000
/** Of the file, when the process dies. */
const cuts = [0.2, 0.6]

function rushes(): string {
  const root = join(tempFolder(), 'rushes')
  writeRandomFile(root, { path: 'a.mov', sizeBytes: fileBytes })
  for (let number = 0; number < 20; number += 1) writeRandomFile(root, { path: `small/${number}`, sizeBytes: 1000 })
  setFolderTimes(root)
  return root
}

async function start(from: TestHost, target: Parameters<TestHost['send']>[0]['target']) {
  const root = rushes()
  const [key] = (await from.send({ items: [{ path: root, kind: 'folder' }], target })) as [TransferKey]
  return { root, key }
}

const untilAt = (host: TestHost, key: TransferKey, share: number) =>
  host.untilRow((row) => row.key === key && (row.progress?.bytesVerified ?? 0) > share * fileBytes, 30_000)

/** Under way again; on a slow machine all may have arrived by then. How much was sent again is counted with real apps. */
const untilOnItsWay = (host: TestHost, key: TransferKey) => {
  const bytes = (row: TransferRow) => (row.status === 'done' ? row.bytesDone : (row.progress?.bytesVerified ?? 0))
  return host.untilRow((row) => row.key === key && bytes(row) > 0, 30_000)
}

describe('kill -9 in the middle of a large file', () => {
  it('of the sending engine process: it goes on inside the file by itself', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin({ isForked: true, limitBytesPerSecond: bytesPerSecond })
    const target = { kind: 'share' as const, workspaceId: studio.workspaceId, code: 'projects', path: '' }
    const { root, key } = await start(mia, target)
    for (const cut of cuts) {
      await untilAt(mia, key, cut)
      await mia.kill()
      await mia.start()
      await untilOnItsWay(mia, key)
    }
    await mia.untilStatus(key, 'done', 30_000)
    expect(readTree(join(studio.projects, 'rushes'))).toEqual(readTree(root))
  })

  it('of the storage process: it goes on inside the file by itself', async () => {
    const studio = await Studio.open({ isStorageForked: true })
    const mia = await studio.admin()
    await mia.call('setLimit', { bytesPerSecond })
    const target = { kind: 'share' as const, workspaceId: studio.workspaceId, code: 'projects', path: '' }
    const { root, key } = await start(mia, target)
    for (const cut of cuts) {
      await untilAt(mia, key, cut)
      await studio.storage.kill()
      await mia.untilRow((row) => row.key === key && row.status === 'waiting')
      await studio.storage.start()
      await untilOnItsWay(mia, key)
    }
    await mia.untilStatus(key, 'done', 30_000)
    expect(readTree(join(studio.projects, 'rushes'))).toEqual(readTree(root))
  })

  it('of the receiving engine process: the delivery goes on where it was put', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const lisa = await studio.person('Lisa', { isForked: true })
    await mia.call('setLimit', { bytesPerSecond })
    const target = { kind: 'user' as const, workspaceId: studio.workspaceId, email: 'lisa@example.com' }
    const { root, key } = await start(mia, target)
    await lisa.untilRow((row) => row.waitsOnYou === 'location' && row.status === 'waiting')
    const { revision, location } = await lisa.call('incomingDetails', { key })
    const { rootPath, subPath } = location
    await lisa.call('incomingAccept', { key, revision, location: { rootPath, subPath }, exclude: [], remember: false })
    await untilAt(lisa, key, 0.4)
    await lisa.kill()
    await lisa.start()
    await Promise.all([lisa.untilStatus(key, 'done', 30_000), mia.untilStatus(key, 'done', 30_000)])
    expect(readTree(join(rootPath, subPath, 'rushes'))).toEqual(readTree(root))
    await lisa.until(() => lisa.notices.find((notice) => notice.kind === 'done'))
    expect(lisa.notices.map(({ kind }) => kind)).toEqual(['delivery', 'done'])
  })

  it('ends by itself when its parent is gone', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin({ isForked: true })
    await mia.disconnect()
  })
}, 60_000)
