import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EngineCommands } from '../../../src/shared/contract/engine-process.ts'
import type { TransferKey } from '../../../src/shared/contract/view.ts'
import { Studio } from '../../helpers/client/studio.ts'
import type { TestHost } from '../../helpers/client/test-host.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

function rushes(): string {
  const root = join(tempFolder(), 'rushes')
  writeRandomFile(root, { path: 'a.mov', sizeBytes: 200_000 })
  writeRandomFile(root, { path: 'notes/readme.txt', sizeBytes: 100 })
  writeRandomFile(root, { path: 'play.sh', sizeBytes: 5 })
  setFolderTimes(root)
  return root
}

async function deliver(studio: Studio, from: TestHost, changes: Partial<Parameters<TestHost['send']>[0]> = {}) {
  const root = rushes()
  const keys = await from.send({
    items: [{ path: root, kind: 'folder' }],
    target: { kind: 'user', workspaceId: studio.workspaceId, email: 'lisa@example.com' },
    ...changes,
  })
  return { root, keys, key: keys.at(-1) as TransferKey }
}

const untilOffered = (host: TestHost, key: TransferKey) =>
  host.untilRow((row) => row.key === key && row.waitsOnYou === 'location' && row.status === 'waiting')

async function accept(
  host: TestHost,
  key: TransferKey,
  changes: Partial<Parameters<EngineCommands['incomingAccept']>[0]> = {},
) {
  const details = await host.call('incomingDetails', { key })
  const { rootPath, subPath } = details.location
  const location = { rootPath, subPath }
  const { revision } = details
  await host.call('incomingAccept', { key, revision, location, exclude: [], remember: false, ...changes })
  return join(rootPath, subPath)
}

describe('a delivery', () => {
  it('that is declined tells the sender who and why', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const { key } = await deliver(studio, mia)
    await untilOffered(lisa, key)
    await lisa.call('incomingDecline', { key, reason: 'wrong cut' })
    const row = await mia.untilStatus(key, 'aborted')
    expect(row.reason).toMatchObject({ code: 'declined', params: { userName: 'Lisa', text: 'wrong cut' } })
    const notice = await mia.until(() => mia.notices.find((one) => one.kind === 'declined'))
    expect(notice).toMatchObject({ by: 'Lisa', reason: 'wrong cut' })
    expect(readTree(lisa.downloads).size).toBe(1)
  })

  it('from the workspace arrives although the sender has gone', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    await lisa.stop()
    const { key, keys, root } = await deliver(studio, mia, { deliverFrom: 'workspace' })
    expect(keys).toHaveLength(2)
    await mia.untilStatus(keys[0] as TransferKey, 'done')
    await mia.stop()
    await lisa.start()
    await untilOffered(lisa, key)
    const folder = await accept(lisa, key)
    const row = await lisa.untilStatus(key, 'done')
    expect(row).toMatchObject({ direction: 'in', from: { kind: 'site', name: 'hq' } })
    expect(readTree(join(folder, 'rushes'))).toEqual(readTree(root))
  })

  it('is placed once: the second device of a person is too late', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const laptop = await studio.signIn('Lisa', { computerName: 'laptop' })
    const { key } = await deliver(studio, mia)
    await Promise.all([untilOffered(lisa, key), untilOffered(laptop, key)])
    const { revision, location } = await laptop.call('incomingDetails', { key })
    await accept(lisa, key)
    const { rootPath, subPath } = location
    const late = { key, revision, location: { rootPath, subPath }, exclude: [], remember: false }
    await expect(laptop.call('incomingAccept', late)).rejects.toMatchObject({ code: 'CONFLICT' })
    await laptop.untilRow((row) => row.key === key && row.waitsOnYou === undefined)
    await laptop.untilStatus(key, 'done')
    expect(laptop.row(key)).toMatchObject({ to: { kind: 'user', name: 'Lisa', detail: 'studio-3' } })
    expect(readTree(laptop.downloads).size).toBe(1)
  })

  it('shows what is there already, what would be replaced and what is a program', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const { key, root } = await deliver(studio, mia)
    await untilOffered(lisa, key)
    const there = join(lisa.downloads, 'Mia/rushes')
    mkdirSync(there, { recursive: true })
    writeFileSync(join(there, 'a.mov'), readFileSync(join(root, 'a.mov')))
    utimesSync(join(there, 'a.mov'), 1_700_000_000, 1_700_000_000)
    mkdirSync(join(there, 'notes'))
    writeFileSync(join(there, 'notes/readme.txt'), 'old')
    const details = await lisa.call('incomingDetails', { key })
    const looks = Object.fromEntries(details.entries.map((entry) => [entry.path, entry.look]))
    expect(looks).toMatchObject({
      'rushes/a.mov': 'same',
      'rushes/notes/readme.txt': 'replaces',
      'rushes/play.sh': 'program',
    })
    expect(details.location).toMatchObject({ sameFiles: 1, sameBytes: 200_000, replacedFiles: 1 })
    expect(details.location.freeBytes).toBeGreaterThan(0)
    await accept(lisa, key)
    const { result } = await lisa.untilStatus(key, 'done')
    expect(result).toMatchObject({ filesDone: 3, filesAlreadyThere: 1, filesReplaced: 1 })
    const contents = (folder: string) => [...readTree(folder)].map(([path, entry]) => [path, entry.sha256])
    expect(contents(there)).toEqual(contents(root))
  })

  it('goes where the sender was remembered, and leaves out what was excluded', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const chosen = tempFolder()
    const first = await deliver(studio, mia)
    await untilOffered(lisa, first.key)
    const location = { rootPath: chosen, subPath: 'from mia' }
    const { revision } = await lisa.call('incomingDetails', { key: first.key })
    const choice = { key: first.key, revision, location, exclude: [], remember: true }
    await expect(lisa.call('incomingAccept', choice)).rejects.toMatchObject({ code: 'PATH_NOT_GRANTED' })
    expect(existsSync(join(chosen, 'from mia'))).toBe(false)
    await lisa.call('grant', { paths: [chosen], mode: 'write', origin: 'dialog' })
    await lisa.call('incomingAccept', choice)
    await lisa.untilStatus(first.key, 'done')
    expect(existsSync(join(chosen, 'from mia/rushes/a.mov'))).toBe(true)

    const extra = join(tempFolder(), 'extra.txt')
    writeFileSync(extra, 'x')
    const root = rushes()
    const [key] = (await mia.send({
      items: [
        { path: root, kind: 'folder' },
        { path: extra, kind: 'file' },
      ],
      target: { kind: 'user', workspaceId: studio.workspaceId, email: 'lisa@example.com' },
      name: 'second',
    })) as [TransferKey]
    await untilOffered(lisa, key)
    const details = await lisa.call('incomingDetails', { key })
    expect(details.location).toMatchObject(location)
    const task = details.tasks.find(({ name }) => name === 'extra.txt')
    if (!task) throw new Error('no such task')
    await accept(lisa, key, { exclude: [task.id] })
    const row = await lisa.untilStatus(key, 'done')
    expect(row.taskCounts).toMatchObject({ done: 1, excluded: 1 })
    expect(existsSync(join(chosen, 'from mia/extra.txt'))).toBe(false)
  })

  it.skipIf(process.getuid?.() === 0)('into a folder that may not be written says so', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const { key } = await deliver(studio, mia)
    await untilOffered(lisa, key)
    chmodSync(lisa.downloads, 0o500)
    await expect(accept(lisa, key)).rejects.toMatchObject({ code: 'TARGET_NOT_WRITABLE' })
  })

  it('below something that is a file says so, and can be placed elsewhere', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const { key } = await deliver(studio, mia)
    await untilOffered(lisa, key)
    writeFileSync(join(lisa.downloads, 'Mia'), 'a file')
    await expect(accept(lisa, key)).rejects.toMatchObject({ code: 'FOLDER_OVER_FILE' })
    const location = { rootPath: lisa.downloads, subPath: 'elsewhere' }
    await accept(lisa, key, { location })
    await lisa.untilStatus(key, 'done')
  })

  it('never leaves the folder that was chosen', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const { key } = await deliver(studio, mia)
    await untilOffered(lisa, key)
    const location = { rootPath: lisa.downloads, subPath: '../../elsewhere' }
    await expect(accept(lisa, key, { location })).rejects.toMatchObject({ code: 'PATH_INVALID' })
  })

  it('is told once, whatever restarts', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const { key } = await deliver(studio, mia)
    await lisa.until(() => lisa.notices.find((notice) => notice.kind === 'delivery'))
    await lisa.stop()
    await lisa.start()
    await untilOffered(lisa, key)
    await accept(lisa, key)
    await lisa.until(() => lisa.notices.find((notice) => notice.kind === 'done'))
    expect(lisa.notices.map(({ kind }) => kind)).toEqual(['delivery', 'done'])
  })

  it('is received without asking by a user server', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa', { kind: 'user-server' })]
    const { key, root } = await deliver(studio, mia)
    await mia.untilStatus(key, 'done')
    expect(readTree(join(lisa.downloads, 'Studio/rushes/rushes'))).toEqual(readTree(root))
  })
})
