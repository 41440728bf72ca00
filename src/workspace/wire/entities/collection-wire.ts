import type { OperationInput, OperationOutput } from '../../../shared/contract/operations.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import type { EntityName } from '../../../shared/domain/query/query-entities.ts'
import { printWireDate } from '../../../shared/domain/units/wire-date.ts'
import { findFlags, findId, findQuery, found, foundOrNothing, requiredId, requiredRecord } from '../find.ts'
import { WireNames } from '../wire-names.ts'
import type { WireAnswer, WireAttributes, WireCall, WireRecord, WireRoute } from '../wire-route.ts'
import { recordedInput, recordedWire, writtenInput } from './recorded-wire.ts'

type Collection = OperationOutput<'collection/get'>
type CollectedFile = OperationOutput<'collection/files'>['files'][number]

const creatable = { ...recordedInput, code: 'code', files: 'files' }
const recorded = ['code', 'created', 'creator', 'creator_hr', 'id', 'name']

/** What scripts can read, give and change of collections and what is in them. */
export const collectionAttributes: Partial<Record<EntityName, WireAttributes>> = {
  Collection: {
    read: [...recorded, 'description', 'inactive', 'metadata', 'modified', 'modifier', 'modifier_hr', 'status', 'type'],
    create: Object.keys(creatable),
    update: Object.keys(recordedInput),
  },
  File: { read: [...recorded, 'collection', 'path', 'share', 'share_hr', 'status'], create: ['files'], update: [] },
}

export const collectionRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'collection/find', answer: findCollections },
  { verb: 'POST', uri: 'collection/create', answer: createCollection },
  { verb: 'PUT', uri: 'collection/edit', answer: editCollection },
  { verb: 'DELETE', uri: 'collection/delete', answer: (call) => done(call, 'collection/delete') },
  { verb: 'DELETE', uri: 'collection/deactivate', answer: (call) => done(call, 'collection/deactivate') },
  { verb: 'POST', uri: 'collection/activate', answer: (call) => done(call, 'collection/activate') },
  { verb: 'POST', uri: 'file/add', answer: addFiles },
  { verb: 'GET', uri: 'file/find', answer: findFiles },
  { verb: 'DELETE', uri: 'collection/file/remove', answer: removeFiles },
]

async function findCollections(call: WireCall): Promise<WireAnswer> {
  const flags = findFlags(call)
  const recordOf = recordsOf(call)
  const id = findId(call)
  if (id !== undefined) return found(await foundOrNothing(call.run('collection/get', { id })), flags, recordOf)
  const query = findQuery(call.query)
  const scope = flags.isInactive ? 'inactive' : 'active'
  const { collections } = await call.run('collection/list', { scope, ...(query !== undefined && { query }) })
  return found(collections, flags, recordOf)
}

async function createCollection(call: WireCall): Promise<WireAnswer> {
  const input = writtenInput('collection', call.data, creatable)
  const { collection } = await call.run('collection/create', input as OperationInput<'collection/create'>)
  return { result: [recordsOf(call)(collection)] }
}

async function editCollection(call: WireCall): Promise<WireAnswer> {
  const input = { ...writtenInput('collection', call.data, recordedInput), id: requiredId(call) }
  return {
    result: [recordsOf(call)(await call.run('collection/update', input as OperationInput<'collection/update'>))],
  }
}

/** By its id; what is activated may be named by its code, which stands in place of a query. */
async function done(
  call: WireCall,
  name: 'collection/delete' | 'collection/deactivate' | 'collection/activate',
): Promise<WireAnswer> {
  await call.run(name, { id: findId(call) ?? call.query ?? '' })
  return { result: true }
}

async function addFiles(call: WireCall): Promise<WireAnswer> {
  const { files } = await call.run('collection/add', {
    id: requiredId(call),
    files: requiredRecord(call).files as string[],
  })
  return { result: files.map((file) => fileRecord(call, file)) }
}

async function findFiles(call: WireCall): Promise<WireAnswer> {
  const flags = findFlags(call)
  const id = flags.parent ?? findId(call)
  if (id === undefined) throw new TernError('BAD_REQUEST', { problem: 'parent' })
  const { files } = await call.run('collection/files', { id })
  return found(files, flags, (file) => fileRecord(call, file))
}

async function removeFiles(call: WireCall): Promise<WireAnswer> {
  await call.run('collection/remove', { id: requiredId(call), files: requiredRecord(call).files as string[] })
  return { result: true }
}

function recordsOf({ context }: WireCall): (collection: Collection) => WireRecord {
  const names = new WireNames(context.store.read((database) => database))
  return (collection) => ({
    id: collection.id,
    code: collection.code,
    name: collection.name,
    type: 'collection',
    status: 'enabled',
    inactive: !collection.isActive,
    ...recordedWire(names, collection),
  })
}

function fileRecord({ context }: WireCall, file: CollectedFile): WireRecord {
  const names = new WireNames(context.store.read((database) => database))
  const creator = file.createdBy === undefined ? undefined : names.user(file.createdBy)
  return {
    id: file.id,
    name: file.name,
    code: file.name,
    status: 'enabled',
    collection: file.collectionId,
    share: file.shareId,
    share_hr: file.shareCode,
    path: file.path,
    created: printWireDate(file.createdAtMs),
    creator: creator?.id ?? null,
    creator_hr: creator?.readable ?? null,
  }
}
