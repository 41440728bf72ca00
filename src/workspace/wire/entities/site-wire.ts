import type { OperationInput, OperationOutput } from '../../../shared/contract/operations.ts'
import type { SiteId } from '../../../shared/domain/ids.ts'
import { findFlags, findId, findQuery, found, foundOrNothing, requiredId } from '../find.ts'
import { WireNames } from '../wire-names.ts'
import type { WireAnswer, WireCall, WireRecord, WireRoute } from '../wire-route.ts'
import { recordedInput, recordedWire, switchedStatus, writtenInput } from './recorded-wire.ts'

type Site = OperationOutput<'site/get'>

export const siteRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'site/find', answer: findSites },
  { verb: 'POST', uri: 'site/create', answer: createSite },
  { verb: 'PUT', uri: 'site/edit', answer: editSite },
  { verb: 'DELETE', uri: 'site/delete', answer: deleteSite },
]

async function findSites(call: WireCall): Promise<WireAnswer> {
  const flags = findFlags(call)
  const recordOf = recordsOf(call)
  const id = findId<SiteId>(call)
  if (id !== undefined) return found(await foundOrNothing(call.run('site/get', { id })), flags, recordOf)
  // Nobody deactivates a site.
  if (flags.isInactive) return { result: [] }
  const query = findQuery(call.query)
  const { sites } = await call.run('site/list', query === undefined ? {} : { query })
  return found(sites, flags, recordOf)
}

const permissions = { read: 'mayRead', write: 'mayWrite' }

export const creatableSite = { ...recordedInput, ...permissions, code: 'code' }
export const editableSite = { ...recordedInput, ...permissions, status: 'status' }

async function createSite(call: WireCall): Promise<WireAnswer> {
  const input = writtenInput('site', call.data, creatableSite)
  return { result: [recordsOf(call)(await call.run('site/create', input as OperationInput<'site/create'>))] }
}

async function editSite(call: WireCall): Promise<WireAnswer> {
  const { status: written, ...input } = writtenInput('site', call.data, editableSite)
  const status = switchedStatus(written, { enabled: 'enabled', disabled: 'disabled' })
  const change = { ...input, ...(status !== undefined && { status }), id: requiredId<SiteId>(call) }
  return { result: [recordsOf(call)(await call.run('site/update', change as OperationInput<'site/update'>))] }
}

async function deleteSite(call: WireCall): Promise<WireAnswer> {
  await call.run('site/delete', { id: requiredId<SiteId>(call) })
  return { result: true }
}

function recordsOf({ context }: WireCall): (site: Site) => WireRecord {
  const names = new WireNames(context.store.read((database) => database))
  return (site) => ({
    id: site.id,
    code: site.code,
    name: site.name,
    status: site.status,
    main: site.isMain,
    accsyn: false,
    read: site.mayRead,
    write: site.mayWrite,
    ...recordedWire(names, site),
  })
}
