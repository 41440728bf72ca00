import { once } from 'node:events'
import { request } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operationPath } from '../../../src/shared/contract/stream.ts'
import { wireClientOf } from '../../helpers/wire/wire-client.ts'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient

beforeAll(async () => {
  workspace = await TestWorkspace.start({ rateLimits: { anonymous: { burst: 1000, perSecond: 1000 } } })
  john = await workspace.john()
})

afterAll(() => workspace[Symbol.asyncDispose]())

/** Sends the head of a call, and the body once the server has let the head in and `meanwhile` is over. */
async function call(path: string, authorization: string, body: string, meanwhile: () => Promise<unknown>) {
  const [hostname, port] = workspace.server.address.split(':')
  const headers = { authorization, expect: '100-continue', 'content-length': Buffer.byteLength(body) }
  const outgoing = request({ hostname, port, path, method: 'POST', rejectUnauthorized: false, agent: false, headers })
  outgoing.flushHeaders()
  await once(outgoing, 'continue')
  await meanwhile()
  outgoing.end(body)
  const [response] = await once(outgoing, 'response')
  return Buffer.concat(await response.toArray()).toString()
}

describe('what was taken away while a body was on its way counts', () => {
  it('a session that ended', async () => {
    const lost = await workspace.john('lost')
    const body = JSON.stringify({ id: lost.user.id, name: 'Taken' })
    const logOut = () => lost.call('session/logout', {})
    const text = await call(`${operationPath}user/update`, `Bearer ${lost.token}`, body, logOut)
    expect(JSON.parse(text).error).toMatchObject({ code: 'NOT_SIGNED_IN' })
    const { users } = await john.call('user/list', {})
    expect(users.map(({ name }) => name)).not.toContain('Taken')
  })

  it('a role', async () => {
    const lisa = await workspace.person('lisa@example.com', 'Lisa', 'admin', john)
    const body = JSON.stringify({ code: 'night', name: 'Night', priority: 3 })
    const demote = () => john.call('user/update', { id: lisa.user.id, role: 'standard' })
    const text = await call(`${operationPath}queue/create`, `Bearer ${lisa.token}`, body, demote)
    expect(JSON.parse(text).error).toMatchObject({ code: expect.stringMatching(/FORBIDDEN|NOT_SIGNED_IN/) })
  })

  it('the key of a script', async () => {
    const sam = await workspace.person('sam@example.com', 'Sam', 'employee', john)
    const wire = await wireClientOf(workspace, sam)
    const body = JSON.stringify(wire.envelope('queue/create', { data: { name: 'By night' } }))
    const { keys } = await sam.call('key/list', {})
    const revoke = () => Promise.all(keys.map(({ id }) => sam.call('key/revoke', { id })))
    const text = await call('/api/v3/event', wire.authorization, body, revoke)
    expect(JSON.parse(text)).toMatchObject({ message: 'BAD_CREDENTIALS' })
  })
})
