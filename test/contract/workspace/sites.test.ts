import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClientId, SiteId } from '../../../src/shared/domain/ids.ts'
import { machine, type TestClient, TestWorkspace } from './support.ts'

let workspace: TestWorkspace
let john: TestClient

beforeEach(async () => {
  workspace = await TestWorkspace.start()
  john = await workspace.john()
})

afterEach(() => workspace[Symbol.asyncDispose]())

async function mainSite(): Promise<SiteId> {
  const { sites } = await john.call('site/list', { query: 'main=true' })
  return sites[0]?.id as SiteId
}

async function newServer(): Promise<ClientId> {
  const session = await workspace.client().call('session/login', {
    email: 'john@example.com',
    password: 'correct horse 9',
    machine: machine('rack-2', 'server'),
  })
  return session.client.id
}

const conflict = (problem: string) => expect.objectContaining({ code: 'CONFLICT', params: { problem } })

describe('a site', () => {
  it('stays while it is the main one, or servers are at it; servers move while they are offline', async () => {
    const { id, code } = await john.call('site/create', { name: 'Berlin' })
    await expect(john.call('site/delete', { id: await mainSite() })).rejects.toEqual(conflict('main-site'))
    const server = await newServer()
    const moved = await john.call('client/update', { id: server, siteCode: code })
    expect(moved.siteCode).toBe('berlin')
    await expect(john.call('site/delete', { id })).rejects.toEqual(conflict('site-has-servers'))
    await john.call('client/update', { id: server, siteCode: 'hq' })
    await john.call('site/delete', { id })
    const { sites } = await john.call('site/list', {})
    expect(sites.map((site) => site.code)).toEqual(['hq'])
  })

  it('does not let a server move from under its connection', async () => {
    await john.call('site/create', { name: 'Berlin' })
    const hq = await workspace.hq()
    const { clients } = await john.call('client/list', { kind: 'server' })
    const id = clients.find((each) => each.id === hq.clientId)?.id as ClientId
    await expect(john.call('client/update', { id, siteCode: 'berlin' })).rejects.toEqual(conflict('client-online'))
    await expect(john.call('client/delete', { id })).rejects.toEqual(conflict('client-online'))
  })

  it('says by its status and permissions what holds, and who changed it', async () => {
    const id = await mainSite()
    const changed = await john.call('site/update', { id, status: 'disabled', mayRead: false, description: 'Moving' })
    expect(changed).toMatchObject({
      ...{ status: 'disabled', mayRead: false, mayWrite: true, description: 'Moving', modifiedBy: john.user.id },
    })
    expect(changed.modifiedAtMs).toBeGreaterThanOrEqual(changed.createdAtMs)
  })
})
