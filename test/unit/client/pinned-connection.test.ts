import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseInvitation } from '../../../src/client/connection/invitation.ts'
import { splitAddress } from '../../../src/client/connection/pinned-tls.ts'
import { WorkspaceConnection } from '../../../src/client/connection/workspace-connection.ts'
import { createHostIdentity, type HostIdentityPem } from '../../../src/platform/certificate.ts'

let identity: HostIdentityPem
let server: Server
let address: string
let answer: { status: number; body: string }
const requests: { path: string; authorization: string | undefined; body: string }[] = []
const connections: WorkspaceConnection[] = []

beforeAll(async () => {
  identity = await createHostIdentity('workspace')
  server = createServer({ key: identity.privateKeyPem, cert: identity.certificatePem }, (request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      requests.push({ path: request.url ?? '', authorization: request.headers.authorization, body })
      response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => server.close())

beforeEach(() => {
  requests.length = 0
  answer = { status: 200, body: JSON.stringify({ value: {} }) }
})

afterEach(() => {
  for (const connection of connections.splice(0)) connection[Symbol.dispose]()
})

function connect(keyHash = identity.keyHash, token = 'session-token'): WorkspaceConnection {
  const connection = new WorkspaceConnection({ address, keyHash }, token)
  connections.push(connection)
  return connection
}

describe('operations', () => {
  it('carry the session to the pinned server and give the checked answer', async () => {
    expect(await connect().call('session/logout', {})).toEqual({})
    expect(requests).toEqual([
      { path: '/api/v3/operation/session/logout', authorization: 'Bearer session-token', body: '{}' },
    ])
  })

  it('write nothing to a server with another key', async () => {
    const { keyHash } = await createHostIdentity('somebody')
    await expect(connect(keyHash).call('session/logout', {})).rejects.toMatchObject({
      code: 'KEY_MISMATCH',
      params: { address },
    })
    await expect(connect(keyHash).openStream(new AbortController().signal)).rejects.toMatchObject({
      code: 'KEY_MISMATCH',
    })
    expect(requests).toEqual([])
  })

  it.each([
    ['the own code of the server', 409, '{"error":{"code":"CONFLICT","params":{"jobId":"x"}}}', 'CONFLICT'],
    ['a code of a newer server', 400, '{"error":{"code":"SOMETHING_NEW"}}', 'INTERNAL'],
    ['an answer that is not JSON', 502, '<html>', 'WORKSPACE_UNREACHABLE'],
    ['a status without an error', 401, '{}', 'NOT_SIGNED_IN'],
    ['an answer of another shape', 200, '{"value":{"entries":7}}', 'PROTOCOL_ERROR'],
  ])('fail with a code for %s', async (_name, status, body, code) => {
    answer = { status, body }
    await expect(connect().call('transfer/preview', { jobId: '1'.repeat(24) as never })).rejects.toMatchObject({ code })
  })

  it('say that nobody is there', async () => {
    const gone = new WorkspaceConnection({ address: '127.0.0.1:1', keyHash: identity.keyHash })
    await expect(gone.call('workspace/hello', {})).rejects.toMatchObject({
      code: 'WORKSPACE_UNREACHABLE',
      params: { address: '127.0.0.1:1' },
    })
    gone[Symbol.dispose]()
  })
})

describe('invitations', () => {
  const hash = 'ab'.repeat(32)

  it('are one string with the address, the key and a code', () => {
    expect(parseInvitation(` tern://join/studio.example.com:8443/${hash.toUpperCase()}/abc_DEF-123 `)).toEqual({
      address: 'studio.example.com:8443',
      keyHash: hash,
      code: 'abc_DEF-123',
    })
  })

  it.each([
    '',
    'https://example.com',
    `tern://join/example.com/${hash}/abcdefgh`,
    `tern://join/example.com:99999/${hash}/abcdefgh`,
    `tern://join/a@b:1/${hash}/abcdefgh`,
    'tern://join/example.com:1/abcd/abcdefgh',
    `tern://join/example.com:1/${hash}/abcdefgh?x=1`,
    `tern://join/example.com:1/${hash}/`,
  ])('refuse %s', (text) => {
    expect(() => parseInvitation(text)).toThrow(expect.objectContaining({ code: 'INVITATION_MALFORMED' }))
  })

  it('splits addresses of both families', () => {
    expect(splitAddress('[::1]:8443')).toEqual({ host: '::1', port: 8443 })
    expect(splitAddress('127.0.0.1:80')).toEqual({ host: '127.0.0.1', port: 80 })
    expect(() => splitAddress('example.com')).toThrow()
  })
})
