import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '../../../src/workspace/access/caller.ts'
import { checkAudience } from '../../../src/workspace/access/caller.ts'
import { callerOfApiKey } from '../../../src/workspace/sessions/api-keys.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient
let mia: TestClient

beforeAll(async () => {
  workspace = await TestWorkspace.start({ rateLimits: { anonymous: { burst: 1000, perSecond: 1000 } } })
  john = await workspace.john()
  mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
})

afterAll(() => workspace[Symbol.asyncDispose]())

/** As the wire asks: from the file that the server writes. */
function callerOf(email: string, key: string, atMs = Date.now()): Caller | undefined {
  using database = openDatabase(`${workspace.folder}/workspace.db`)
  return callerOfApiKey(database, email, key, atMs)
}

describe('an API key', () => {
  it('opens the workspace for its person, and for nobody else', async () => {
    const { key, apiKey } = await mia.call('key/create', { label: 'nightly' })
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(apiKey).toMatchObject({ userId: mia.user.id, label: 'nightly', last8: key.slice(-8), isReadOnly: false })
    const caller = callerOf('Mia@Example.com', key)
    expect(caller?.user.id).toBe(mia.user.id)
    expect(caller?.client).toBeUndefined()
    expect(callerOf('john@example.com', key)).toBeUndefined()
    expect(callerOf('nobody@example.com', key)).toBeUndefined()
    expect(callerOf('mia@example.com', `${key.slice(0, -1)}_`)).toBeUndefined()
    expect(callerOf('mia@example.com', '')).toBeUndefined()
  })

  it('is stored as a hash alone and is never shown again', async () => {
    const { key } = await mia.call('key/create', {})
    const { keys } = await mia.call('key/list', {})
    expect(JSON.stringify(keys)).not.toContain(key)
    using database = openDatabase(`${workspace.folder}/workspace.db`)
    const rows = database.all('SELECT * FROM api_keys')
    expect(JSON.stringify(rows)).not.toContain(key)
    expect(JSON.stringify(database.all('SELECT * FROM audit'))).not.toContain(key)
  })

  it('ends when it is revoked, when its time is over, and when its person is disabled', async () => {
    const { key, apiKey } = await mia.call('key/create', {})
    await mia.call('key/revoke', { id: apiKey.id })
    expect(callerOf('mia@example.com', key)).toBeUndefined()
    const expiresAtMs = Date.now() + 60_000
    const short = await mia.call('key/create', { expiresAtMs })
    expect(callerOf('mia@example.com', short.key, expiresAtMs - 1)).toBeDefined()
    expect(callerOf('mia@example.com', short.key, expiresAtMs)).toBeUndefined()
    const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
    const lasting = await sam.call('key/create', {})
    await john.call('user/update', { id: sam.user.id, status: 'disabled' })
    expect(callerOf('sam@example.com', lasting.key)).toBeUndefined()
  })

  it('for reading opens nothing that changes anything', async () => {
    const { key } = await mia.call('key/create', { isReadOnly: true })
    const caller = callerOf('mia@example.com', key)
    for (const name of ['transfer/list', 'user/list', 'transfer/log', 'key/list']) {
      expect(() => checkAudience(name, 'signed-in', caller)).not.toThrow()
    }
    for (const name of ['transfer/create', 'user/update', 'key/create', 'setting/set']) {
      expect(() => checkAudience(name, 'signed-in', caller)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
    }
  })

  it('is made, seen and revoked by its person and by admins alone', async () => {
    const forMia = await john.call('key/create', { userId: mia.user.id, label: 'from John' })
    expect(callerOf('mia@example.com', forMia.key)?.user.id).toBe(mia.user.id)
    const theirs = await john.call('key/create', {})
    await expect(mia.call('key/create', { userId: john.user.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(mia.call('key/list', { userId: john.user.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(mia.call('key/revoke', { id: theirs.apiKey.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await john.call('key/revoke', { id: forMia.apiKey.id })
    expect(callerOf('mia@example.com', forMia.key)).toBeUndefined()
  })

  it('of the past is refused, and so is one too many', async () => {
    const past = mia.call('key/create', { expiresAtMs: 1 })
    await expect(past).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    const { keys } = await mia.call('key/list', {})
    for (let index = keys.length; index < 101; index += 1) await mia.call('key/create', {}).catch(() => {})
    await expect(mia.call('key/create', {})).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
  })
})
