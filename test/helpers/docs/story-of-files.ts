import type { TestClient } from '../../contract/workspace/support.ts'
import type { StoredWorkspace } from '../wire/stored-workspace.ts'
import type { OperationExamples } from './operation-examples.ts'

/** Files on a real volume, `films`. */
export async function files(stored: StoredWorkspace, examples: OperationExamples): Promise<void> {
  const { john } = stored
  stored.write('reel/a.mov', 'a'.repeat(1000))
  stored.write('reel/b.mov', 'b'.repeat(500))
  await examples.call(john, 'file/list', { path: 'volume=films/reel' })
  await examples.call(john, 'file/size', { path: 'volume=films/reel', exclude: '*.tmp' })
  await examples.call(john, 'file/exists', { path: 'volume=films/reel/c.mov' })
  await examples.call(john, 'file/make-folder', { path: 'volume=films/old' })
  await collections(john, examples)
  await examples.call(john, 'file/rename', { path: 'volume=films/reel/a.mov', to: 'a1.mov' })
  await examples.call(john, 'file/move', { path: 'volume=films/reel/a1.mov', to: 'volume=films/old' })
  await examples.call(john, 'file/delete', { path: 'volume=films/old', isForced: true })
}

async function collections(john: TestClient, examples: OperationExamples): Promise<void> {
  const first = { name: 'Selects', files: ['volume=films/reel/a.mov'] }
  const { collection } = await examples.call(john, 'collection/create', first)
  const id = collection.code
  const { files: added } = await examples.call(john, 'collection/add', { id, files: ['volume=films/reel/b.mov'] })
  await examples.call(john, 'collection/list', {})
  await examples.call(john, 'collection/get', { id })
  await examples.call(john, 'collection/files', { id })
  await examples.call(john, 'collection/remove', { id, files: added.map((file) => file.id) })
  await examples.call(john, 'collection/update', { id, description: 'For the trailer' })
  await examples.call(john, 'collection/deactivate', { id })
  await examples.call(john, 'collection/activate', { id })
  await examples.call(john, 'collection/delete', { id })
}
