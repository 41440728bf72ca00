import { expect, it, onTestFinished } from 'vitest'
import type { OperationName } from '../../../src/shared/contract/operations.ts'
import { operationAudience, operationNames } from '../../../src/shared/contract/operations.ts'
import { type Caller, checkAudience } from '../../../src/workspace/access/caller.ts'
import { WireClient } from '../../helpers/wire/wire-client.ts'
import { TestWorkspace } from './support.ts'

/** All that changes nothing, and that no machine is needed for. */
const reads: ReadonlySet<OperationName> = new Set([
  'workspace/hello',
  'workspace/snapshot',
  'workspace/get',
  'invitation/list',
  'session/list',
  'key/list',
  'mail/get',
  'audit/list',
  'setting/list',
  'user/list',
  'user/get',
  'client/list',
  'client/get',
  'site/list',
  'site/get',
  'queue/list',
  'queue/get',
  'share/list',
  'share/get',
  'share/servers',
  'share/folder',
  'acl/list',
  'collection/list',
  'collection/get',
  'collection/files',
  'file/list',
  'file/size',
  'file/exists',
  'transfer/list',
  'transfer/get',
  'transfer/preview',
  'transfer/log',
  'task/list',
  'delivery/list',
  'delivery/get',
  'recipient/list',
])

it('a key for reading opens what changes nothing, and nothing else, of all operations', () => {
  const user = { id: 'f'.repeat(24), role: 'admin', status: 'enabled' }
  const apiKey = { id: 'e'.repeat(24), isReadOnly: true, expiresAtMs: undefined }
  const caller = { user, client: undefined, tokenHash: '', apiKey } as unknown as Caller
  const opened = operationNames.filter((name) => {
    if (operationAudience[name] === 'anyone') return false
    try {
      checkAudience(name, operationAudience[name], caller)
      return true
    } catch {
      return false
    }
  })
  expect(opened.sort()).toEqual([...reads].filter((name) => operationAudience[name] !== 'anyone').sort())
})

it('scripts that show one look at everything and change nothing', async () => {
  const workspace = await TestWorkspace.start()
  onTestFinished(() => workspace[Symbol.asyncDispose]())
  const john = await workspace.john()
  const { key } = await john.call('key/create', { isReadOnly: true })
  const wire = new WireClient(workspace.server, 'john@example.com', key)
  await wire.login()
  const [share] = await wire.find('volume')
  expect(share).toMatchObject({ code: 'projects' })
  for (const change of [
    () => wire.update('volume', share.id, { description: 'x' }),
    () => wire.delete('volume', share.id),
    () => wire.create('queue', { name: 'night' }),
    () => wire.create('user', { code: 'mia@example.com' }),
    () => wire.create('transfer', { source: 'share=projects/x', destination: 'john@example.com' }),
  ]) {
    await expect(change()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  }
})
