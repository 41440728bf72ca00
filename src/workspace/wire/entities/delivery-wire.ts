import type { OperationInput } from '../../../shared/contract/operations.ts'
import type { Delivery, DeliveryKind } from '../../../shared/domain/delivery.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import type { JobId } from '../../../shared/domain/ids.ts'
import { parseWireDate, printWireDate } from '../../../shared/domain/units/wire-date.ts'
import { isRecord } from '../envelope.ts'
import {
  type FindFlags,
  findFlags,
  findId,
  findQuery,
  flag,
  found,
  foundOrNothing,
  misused,
  pages,
  requiredId,
} from '../find.ts'
import { WireNames } from '../wire-names.ts'
import type { WireAnswer, WireCall, WireRecord, WireRoute } from '../wire-route.ts'
import { recordedInput, recordedWire, writtenInput } from './recorded-wire.ts'

/** The numbers of both among the kinds of jobs. */
const types = { delivery: 7, request: 8 } as const
const pageSize = 100

/** Files offered to people, or asked of them; two names for one thing in two directions. */
export const deliveryRoutes: readonly WireRoute[] = (['delivery', 'request'] as const).flatMap((kind): WireRoute[] => [
  { verb: 'GET', uri: `${kind}/find`, answer: (call) => findDeliveries(call, kind) },
  { verb: 'POST', uri: `${kind}/create`, answer: (call) => createDelivery(call, kind) },
  { verb: 'PUT', uri: `${kind}/edit`, answer: (call) => editDelivery(call, kind) },
  { verb: 'DELETE', uri: `${kind}/delete`, answer: deleteDelivery },
])

async function findDeliveries(call: WireCall, kind: DeliveryKind): Promise<WireAnswer> {
  const flags = findFlags(call)
  const recordOf = recordsOf(call)
  const id = findId<JobId>(call)
  if (id !== undefined) {
    const one = await foundOrNothing(call.run('delivery/get', { id }).then(({ delivery }) => delivery))
    return found(
      one.filter((delivery) => delivery.kind === kind),
      { ...flags, skip: 0 },
      recordOf,
    )
  }
  return found(deliveriesOf(call, kind, flags), flags, recordOf)
}

async function* deliveriesOf(call: WireCall, kind: DeliveryKind, flags: FindFlags): AsyncGenerator<Delivery> {
  if (flags.isInactive) return
  const query = findQuery(call.query, flags.parent)
  for (const scope of scopesOf(flags)) {
    yield* pages(async (cursor) => {
      const asked = { kind, scope, limit: pageSize, ...(query !== undefined && { query }), ...cursor }
      const { deliveries, nextCursor } = await call.run('delivery/list', asked)
      return { items: deliveries, nextCursor }
    })
  }
}

function scopesOf({ isFinished, isArchived, isSingle }: FindFlags) {
  if (isFinished || isArchived) return ['inactive'] as const
  return isSingle ? (['active', 'inactive'] as const) : (['active'] as const)
}

const editable = { ...recordedInput, code: 'name', status: 'status', message: 'message', expires: 'expiresAtMs' }
const creatable = {
  ...editable,
  tasks: 'files',
  files: 'files',
  recipients: 'recipients',
  invite: 'invite',
  destination: 'destination',
  queue: 'queue',
  public: 'public',
  parent: 'parent',
  allow_duplicates: 'allowDuplicates',
}

async function createDelivery(call: WireCall, kind: DeliveryKind): Promise<WireAnswer> {
  const {
    files,
    public: isPublic,
    parent: _isAQueue,
    allowDuplicates: _goesByItself,
    ...input
  } = writtenInput(kind, call.data, creatable)
  if (isPublic === true) throw new TernError('UNSUPPORTED', { feature: 'public deliveries' })
  const asked = { ...dated(input), kind, ...(files !== undefined && { files: placesOf(files) }) }
  const { delivery } = await call.run('delivery/create', asked as OperationInput<'delivery/create'>)
  return { result: [recordsOf(call)(delivery)] }
}

/** Places as texts, as tasks with a source, or as either by their names. */
function placesOf(given: unknown): readonly unknown[] {
  const list = isRecord(given) && given.source === undefined ? Object.values(given) : [given].flat()
  return list.map((each) => (isRecord(each) ? each.source : each))
}

async function editDelivery(call: WireCall, kind: DeliveryKind): Promise<WireAnswer> {
  const input = { ...dated(writtenInput(kind, call.data, editable)), id: requiredId<JobId>(call) }
  const { delivery } = await call.run('delivery/update', input as OperationInput<'delivery/update'>)
  return { result: [recordsOf(call)(delivery)] }
}

function dated(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { expiresAtMs, ...rest } = input
  if (expiresAtMs === undefined) return rest
  const atMs = typeof expiresAtMs === 'string' ? parseWireDate(expiresAtMs)?.startMs : undefined
  if (atMs === undefined) throw misused('expires', 'text')
  return { ...rest, expiresAtMs: atMs }
}

async function deleteDelivery(call: WireCall): Promise<WireAnswer> {
  const force = isRecord(call.data) && flag(call.data, 'force')
  await call.run('delivery/delete', { id: requiredId<JobId>(call), force })
  return { result: true }
}

function recordsOf({ context }: WireCall): (delivery: Delivery) => WireRecord {
  const names = new WireNames(context.store.read((database) => database))
  return (delivery) => {
    const user = names.user(delivery.userId)
    return {
      id: delivery.id,
      code: delivery.name,
      name: delivery.name,
      type: types[delivery.kind],
      status: delivery.status,
      public: false,
      user: user.id,
      user_hr: user.readable,
      message: delivery.message ?? '',
      ...(delivery.kind === 'request' && { destination: delivery.destination ?? '' }),
      finished: printWireDate(delivery.finishedAtMs),
      expires: printWireDate(delivery.expiresAtMs),
      uri: `${names.workspaceCode}/${delivery.queue ?? 'medium'}/${delivery.name}`,
      ...recordedWire(names, {
        description: delivery.description ?? '',
        metadata: delivery.metadata,
        createdAtMs: delivery.createdAtMs,
        createdBy: delivery.userId,
        modifiedAtMs: delivery.modifiedAtMs,
        modifiedBy: delivery.modifiedBy,
      }),
    }
  }
}
