import type { OperationInput, OperationOutput } from '../../../shared/contract/operations.ts'
import { parseQuery } from '../../../shared/domain/query/parse-query.ts'
import { compilePredicate } from '../../../shared/domain/query/predicate.ts'
import { findFlags, findQuery, found } from '../find.ts'
import { WireNames } from '../wire-names.ts'
import type { WireAnswer, WireCall, WireRecord, WireRoute } from '../wire-route.ts'
import { recordedInput, recordedWire, writtenInput } from './recorded-wire.ts'

type Workspace = OperationOutput<'workspace/get'>

export const workspaceRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'workspace/find', answer: findWorkspace },
  { verb: 'PUT', uri: 'workspace/edit', answer: editWorkspace },
]

/** There is one, and it knows of no other. */
async function findWorkspace(call: WireCall): Promise<WireAnswer> {
  const workspace = await call.run('workspace/get', {})
  if (call.id !== undefined && call.id !== workspace.id) return { result: [] }
  const query = findQuery(call.query)
  const isMeant = query === undefined || isAskedFor(workspace, query)
  return found(isMeant ? [workspace] : [], findFlags(call), recordsOf(call))
}

function isAskedFor({ id, code, name, description }: Workspace, query: string): boolean {
  const answers = ['id', 'code', 'name', 'description', 'status', 'type']
  return compilePredicate(parseQuery(query, { entity: 'Workspace', answers }))({
    ...{ id, code, name, description },
    ...state,
  })
}

const state = { status: 'enabled', type: 'byos' } as const

async function editWorkspace(call: WireCall): Promise<WireAnswer> {
  const input = writtenInput('workspace', call.data, recordedInput)
  return { result: [recordsOf(call)(await call.run('workspace/update', input as OperationInput<'workspace/update'>))] }
}

function recordsOf({ context }: WireCall): (workspace: Workspace) => WireRecord {
  const names = new WireNames(context.store.read((database) => database))
  return (workspace) => ({
    id: workspace.id,
    code: workspace.code,
    name: workspace.name,
    ...state,
    ...recordedWire(names, workspace),
  })
}
