import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient
let mia: TestClient
let sam: TestClient

beforeAll(async () => {
  workspace = await TestWorkspace.start({ rateLimits: { anonymous: { burst: 1000, perSecond: 1000 } } })
  john = await workspace.john()
  mia = await workspace.person('mia@example.com', 'Mia', 'employee', john)
  sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
})

afterAll(() => workspace[Symbol.asyncDispose]())

describe('a machine', () => {
  it('says what it runs on, and is seen so by who looks after it', async () => {
    const about = { os: 'linux' as const, version: '4.2.0', hostname: 'sams-box', username: 'sam' }
    await sam.call('client/announce', { candidates: [], ...about })
    expect(await mia.call('client/get', { id: sam.clientId })).toMatchObject({ ...about, isDisabled: false })
    // What it does not say again stays.
    await sam.call('client/announce', { candidates: [] })
    expect(await mia.call('client/get', { id: sam.clientId })).toMatchObject(about)
  })

  it.each([
    ['their own', () => ({ by: sam, whose: sam }), undefined],
    ["a standard person's, by an employee", () => ({ by: mia, whose: sam }), undefined],
    ["an admin's, by an employee", () => ({ by: mia, whose: john }), 'FORBIDDEN'],
    ["an employee's, by an admin", () => ({ by: john, whose: mia }), undefined],
    ["somebody else's, by a standard person", () => ({ by: sam, whose: mia }), 'NOT_FOUND'],
  ] as const)('is switched off and on: %s', async (_name, people, refusal) => {
    const { by, whose } = people()
    const update = by.call('client/update', { id: whose.clientId, isDisabled: true })
    if (refusal !== undefined) {
      await expect(update).rejects.toMatchObject({ code: refusal })
      return
    }
    expect(await update).toMatchObject({ isDisabled: true, modifiedBy: by.user.id })
    await by.call('client/update', { id: whose.clientId, isDisabled: false })
  })

  it('of the workspace is for admins', async () => {
    const { clients } = await john.call('client/list', { kind: 'server' })
    const id = clients[0]?.id as typeof sam.clientId
    await expect(mia.call('client/update', { id, name: 'x' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await john.call('client/update', { id, name: 'rack-1' })).toMatchObject({ name: 'rack-1', siteCode: 'hq' })
    const person = john.call('client/update', { id: sam.clientId, siteCode: 'hq' })
    await expect(person).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  it('goes while nothing is sent from or to it', async () => {
    const desk = await workspace.client().login('sam@example.com', 'tern tern 123', 'desk')
    const { jobs } = await desk.call('transfer/create', {
      spec: { source: '/Users/sam/a.mov', destination: 'home=sam@example.com/a.mov' },
    })
    const busy = john.call('client/delete', { id: desk.clientId })
    await expect(busy).rejects.toMatchObject({ code: 'CONFLICT', params: { problem: 'client-has-jobs' } })
    await john.call('transfer/update', { id: jobs[0]?.id as never, status: 'aborted' })
    await sam.call('client/delete', { id: desk.clientId })
    await expect(john.call('client/get', { id: desk.clientId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(desk.call('user/list', {})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
  })
})
