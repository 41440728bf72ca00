import type { FileEntry } from '../../../shared/contract/operations/file-schemas.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import { printWireDate } from '../../../shared/domain/units/wire-date.ts'
import { isRecord } from '../envelope.ts'
import { flag, notOneOf } from '../find.ts'
import type { WireCall, WireRecord, WireRoute } from '../wire-route.ts'

/** More than a script lists in one call; bounds what one call asks of a storage. */
const maxPaths = 5000
/** A list of paths may come packed. */
const maxBytes = 16 * 1024 * 1024

type Operation = (call: WireCall, path: string, data: WireRecord) => Promise<unknown>

const reading: Readonly<Record<string, Operation>> = {
  ls: async (call, path, data) => {
    const [filesOnly, foldersOnly] = [flag(data, 'files_only'), flag(data, 'directories_only')]
    if (filesOnly && foldersOnly) throw malformed('files_only, directories_only')
    const maxDepth = data.maxdepth ?? undefined
    if (maxDepth !== undefined && typeof maxDepth !== 'number') throw malformed('maxdepth')
    const { entries } = await call.run('file/list', {
      path,
      isRecursive: flag(data, 'recursive'),
      withFolderSizes: flag(data, 'getsize'),
      ...filtersOf(data),
      ...(maxDepth !== undefined && { maxDepth }),
      ...(filesOnly && { only: 'files' }),
      ...(foldersOnly && { only: 'folders' }),
    })
    return entries.map(fileRecord)
  },
  getsize: async (call, path, data) => (await call.run('file/size', { path, ...filtersOf(data) })).sizeBytes,
  exists: async (call, path) => (await call.run('file/exists', { path })).exists,
}

const changing: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  POST: {
    mkdir: async (call, path) => done(await call.run('file/make-folder', { path })),
    delete: async (call, path, data) => done(await call.run('file/delete', { path, isForced: flag(data, 'force') })),
  },
  PUT: {
    rename: async (call, path, data) => done(await call.run('file/rename', { path, to: target(data) })),
    move: async (call, path, data) => done(await call.run('file/move', { path, to: target(data) })),
  },
}

/** One name for all that is done with files; what is in `op`. */
export const fileRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'workspace/file', maxBytes, answer: (call) => answered(call, reading) },
  { verb: 'POST', uri: 'workspace/file', maxBytes, answer: (call) => answered(call, changing.POST) },
  { verb: 'PUT', uri: 'workspace/file', maxBytes, answer: (call) => answered(call, changing.PUT) },
]

async function answered(call: WireCall, operations: Readonly<Record<string, Operation>> = {}) {
  const { data } = call
  if (!isRecord(data)) throw malformed('data')
  const { op, path } = data
  if (typeof op !== 'string') throw malformed('op')
  const operation = Object.hasOwn(operations, op) ? operations[op] : undefined
  if (operation === undefined) throw notOneOf('op', Object.keys(operations))
  if (!Array.isArray(path)) return { result: await operation(call, pathOf(path), data) }
  if (path.length > maxPaths) throw new TernError('LIMIT_EXCEEDED', { what: 'paths', limit: maxPaths })
  const results: { readonly path: unknown; readonly result: unknown }[] = []
  for (const each of path) {
    if (call.context.isCallerGone()) throw new TernError('PEER_LOST')
    results.push({ path: each, result: await operation(call, pathOf(each), data) })
  }
  return { result: results }
}

/** A notation, or an object as a task's source and destination are told. */
function pathOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (!isRecord(value)) throw malformed('path')
  const { site, path = '' } = value
  if (typeof path !== 'string' || (site !== undefined && typeof site !== 'string')) throw malformed('path')
  const share = shareKeys.flatMap(([key, label]) => {
    const named = value[key]
    return typeof named === 'string' && named !== '' ? [`${label}=${named}`] : []
  })[0]
  const below = share === undefined ? path : [share, path.replace(/^\/+/, '')].filter((part) => part !== '').join('/')
  return site === undefined ? below : `site=${site}:${below}`
}

/** The narrower one first: a folder is named together with the volume that it is in. */
const shareKeys = [
  ['share', 'share'],
  ['s', 'share'],
  ['folder', 'folder'],
  ['home', 'home'],
  ['collection', 'collection'],
  ['volume', 'volume'],
  ['v', 'volume'],
] as const

function fileRecord({ name, kind, sizeBytes, mtimeMs, entries }: FileEntry): WireRecord {
  return {
    type: kind === 'folder' ? 0 : 1,
    filename: name,
    size: sizeBytes,
    modified: printWireDate(mtimeMs),
    ...(entries && { files: entries.map(fileRecord) }),
  }
}

function filtersOf(data: WireRecord) {
  const { include, exclude } = { include: filterOf(data, 'include'), exclude: filterOf(data, 'exclude') }
  return { ...(include !== undefined && { include }), ...(exclude !== undefined && { exclude }) }
}

/** One text of expressions, or a list of them. */
function filterOf(data: WireRecord, key: string): string | undefined {
  const value = data[key] ?? undefined
  if (value === undefined || value === '') return undefined
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(',') || undefined
  throw malformed(key)
}

function target({ path_to: to }: WireRecord): string {
  return pathOf(to)
}

function done(_: object): true {
  return true
}

function malformed(problem: string): TernError {
  return new TernError('BAD_REQUEST', { problem })
}
