import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createHostIdentity } from '../../../src/platform/certificate.ts'
import type { TransferKey } from '../../../src/shared/contract/view.ts'
import { Studio } from '../../helpers/client/studio.ts'
import type { TestHost } from '../../helpers/client/test-host.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

const fileBytes = 24_000_000
/** Slow enough to be interrupted in the middle. */
const bytesPerSecond = 12_000_000

function largeFile(): string {
  const root = join(tempFolder(), 'rushes')
  writeRandomFile(root, { path: 'a.mov', sizeBytes: fileBytes })
  setFolderTimes(root)
  return root
}

async function upload(studio: Studio, from: TestHost, root = largeFile()) {
  await from.call('setLimit', { bytesPerSecond })
  const [key] = (await from.send({
    items: [{ path: root, kind: 'folder' }],
    target: { kind: 'share', workspaceId: studio.workspaceId, code: 'projects', path: '' },
  })) as [TransferKey]
  return { key, root, target: join(studio.projects, 'rushes') }
}

const untilMoving = (host: TestHost, key: TransferKey, bytes = 4_000_000) =>
  host.untilRow((row) => row.key === key && (row.progress?.bytesVerified ?? 0) > bytes)

describe('a person', () => {
  it('pauses in flight and resumes inside the file', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { key, root, target } = await upload(studio, mia)
    await untilMoving(mia, key)
    await mia.call('transfersUpdate', { keys: [key], status: 'paused' })
    const paused = await mia.untilRow((row) => row.key === key && row.status === 'paused' && !row.progress)
    expect(paused).toMatchObject({ reason: { code: 'paused' }, can: { resume: true, pause: false } })
    await mia.call('transfersUpdate', { keys: [key], status: 'waiting' })
    const resumed = await mia.untilRow((row) => row.key === key && (row.progress?.bytesVerified ?? 0) > 0)
    expect(resumed.progress?.bytesVerified).toBeGreaterThan(1_000_000)
    await mia.call('setLimit', {})
    await mia.untilStatus(key, 'done')
    expect(readTree(target)).toEqual(readTree(root))
  })

  it('aborts in flight, and nothing of it stays', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { key } = await upload(studio, mia)
    await untilMoving(mia, key)
    await mia.call('transfersUpdate', { keys: [key], status: 'aborted' })
    expect((await mia.untilStatus(key, 'aborted')).reason).toMatchObject({
      code: 'aborted',
      params: { userName: 'Mia' },
    })
    await studio.storage.untilStatus(key, 'aborted')
    await expect
      .poll(() => readdirSync(studio.projects, { recursive: true }).filter((name) => String(name).includes('.mov')))
      .toEqual([])
    expect((await mia.call('transfersFinished', { offset: 0, limit: 10 })).rows.map((row) => row.key)).toEqual([key])
  })

  it('retries what was aborted', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { key, root, target } = await upload(studio, mia)
    await untilMoving(mia, key)
    await mia.call('transfersUpdate', { keys: [key], status: 'aborted' })
    await mia.untilStatus(key, 'aborted')
    await mia.call('setLimit', {})
    await mia.call('transfersUpdate', { keys: [key], status: 'waiting' })
    await mia.untilStatus(key, 'done')
    expect(readTree(target)).toEqual(readTree(root))
  })
})

describe('the workspace', () => {
  it('restarts while files move: they go on moving, and are reported afterwards', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { key, root, target } = await upload(studio, mia)
    await untilMoving(mia, key)
    await studio.restart()
    await mia.untilStatus(key, 'done')
    expect(readTree(target)).toEqual(readTree(root))
    const log = await mia.call('transferLog', { key })
    expect(log.rows.filter(({ code }) => code === 'dispatch.interrupted')).toEqual([])
  })

  it('is away: what runs shows its figures, what is new waits here and goes when it is back', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { address } = studio.server
    await studio.close()
    await mia.until(() => mia.workspace().connection === 'offline')
    const { key, root, target } = await upload(studio, mia)
    expect(mia.row(key)).toMatchObject({
      status: 'waiting',
      direction: 'out',
      reason: { code: 'workspace-unreachable', params: { address } },
      can: { abort: true, pause: false },
    })
    const other = await upload(studio, mia)
    await mia.call('transfersUpdate', { keys: [other.key], status: 'aborted' })
    expect(mia.rows.has(other.key)).toBe(false)
    await mia.stop()
    await mia.start()
    expect(mia.row(key).reason?.code).toBe('workspace-unreachable')
    await studio.reopen()
    await mia.untilStatus(key, 'done')
    expect(readTree(target)).toEqual(readTree(root))
    expect(mia.rows.size).toBe(1)
  })

  it('with another key is not spoken to', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { address, keyHash } = studio.server
    const { keyHash: strange } = await createHostIdentity('somebody')
    const signIn = {
      address,
      keyHash: strange,
      email: 'mia@example.com',
      password: 'x',
      isHostedHere: false,
      isDemo: false,
    }
    await expect(mia.call('signInTo', signIn)).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
    const invitation = `tern://join/${address}/${strange}/abcdefghijkl`
    await expect(mia.call('checkInvitation', { invitation })).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
    await expect(mia.call('signInTo', { ...signIn, keyHash })).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
  })
})

it('a workspace that comes back with another key is told apart from one that is away', async () => {
  const studio = await Studio.open()
  const mia = await studio.admin()
  await studio.close()
  rmSync(join(studio.folder, 'workspace/server.pem'))
  await studio.reopen()
  const { connection } = await mia.until(() =>
    mia.workspace().connection === 'key-changed' ? mia.workspace() : undefined,
  )
  expect(connection).toBe('key-changed')
})

describe('a job that is aborted while its receiver is away', () => {
  it('leaves nothing of it once the receiver is back', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { key, target } = await upload(studio, mia)
    await untilMoving(mia, key)
    await studio.storage.stop()
    await mia.call('transfersUpdate', { keys: [key], status: 'aborted' })
    await mia.untilStatus(key, 'aborted')
    expect(readdirSync(target)).toHaveLength(1)
    await studio.storage.start()
    await vi.waitUntil(() => readdirSync(target).length === 0, { timeout: 10_000 })
  })
})

describe('sessions', () => {
  it('end here and there on sign-out, and begin again with the password', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { id } = mia.workspace()
    await mia.call('signOut', { workspaceId: id })
    await mia.until(() => mia.workspace().connection === 'signed-out')
    await mia.stop()
    await mia.start()
    expect((await mia.until(() => mia.presences.workspaces[0])).connection).toBe('signed-out')
    await expect(mia.call('signIn', { workspaceId: id, password: 'wrong' })).rejects.toMatchObject({
      code: 'BAD_CREDENTIALS',
    })
    await mia.call('signIn', { workspaceId: id, password: 'correct horse battery staple' })
    await mia.untilOnline()
  })

  it('of a workspace that is hosted here leave it hosted here, whichever way one signs in', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { email } = mia.workspace().me
    const { address, keyHash } = studio.server
    const account = { email, password: 'correct horse battery staple' }
    await mia.call('signInTo', { address, keyHash, ...account, isHostedHere: false, isDemo: false })
    await mia.stop()
    await mia.start()
    expect((await mia.untilOnline()).isHostedHere).toBe(true)
  })

  it('come later, when the keyring opens', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { id } = mia.workspace()
    const session = mia.session(id)
    await mia.stop()
    mia.keepSession(id, undefined)
    await mia.start()
    expect((await mia.until(() => mia.presences.workspaces[0])).connection).toBe('signed-out')
    await mia.call('provideSessions', { sessions: [{ workspaceId: id, sessionToken: session }] })
    await mia.untilOnline()
  })

  it('leave nothing behind when a workspace is forgotten', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin()
    const { key } = await upload(studio, mia)
    await untilMoving(mia, key)
    await mia.call('forget', { workspaceId: studio.workspaceId })
    await mia.until(() => mia.presences.workspaces.length === 0 && mia.rows.size === 0)
    for (const name of ['presences', 'grants', 'peers']) {
      expect(mia.stateText(`${name}.json`)).not.toContain(studio.workspaceId)
    }
  })
})
