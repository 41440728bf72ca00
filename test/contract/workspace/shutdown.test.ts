import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, it } from 'vitest'
import { TestWorkspace } from './support.ts'

it('a connection that was still shaking hands does not hold up the end of the server', async () => {
  await using workspace = await TestWorkspace.start()
  const [host = '', port = ''] = workspace.server.address.split(':')
  const socket = connect(Number(port), host)
  await once(socket, 'connect')
  // An answered call proves that the server has taken the earlier connection in.
  await workspace.client().call('workspace/hello', {})
  const ending = workspace.server[Symbol.asyncDispose]()
  const late = connectTls({ socket, rejectUnauthorized: false })
  late.on('error', () => undefined)
  await ending
  expect(late.destroyed || (await once(late, 'close'))).toBeTruthy()
})
