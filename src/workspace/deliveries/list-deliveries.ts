import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { parseQuery } from '../../shared/domain/query/parse-query.ts'
import { compilePredicate, type QueryRecord } from '../../shared/domain/query/predicate.ts'
import type { Caller } from '../access/caller.ts'
import { isElevated } from '../access/rights.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { cursorOf, readCursor } from '../jobs/pages.ts'
import { ReferenceNames } from '../queries/reference-names.ts'
import type { DeliveryRow } from './delivery-store.ts'

/** What queries can ask of deliveries and requests. */
const answers = [
  ...['id', 'name', 'code', 'type', 'status', 'created', 'modified', 'finished', 'expires', 'description'],
  ...['user', 'creator', 'modifier', 'public', 'metadata'],
]
const deliveryType = 7
const requestType = 8
const rowsAtOnce = 200
/** A list holds up everybody else of the workspace no longer than this. */
const longestMs = 50

/** Newest first: all for those who run the workspace, for others what was submitted to them. */
export function listDeliveries(
  database: SqliteDatabase,
  caller: Caller,
  input: CheckedInput<'delivery/list'>,
): { readonly rows: readonly DeliveryRow[]; readonly nextCursor: string | undefined } {
  const entity = input.kind === 'request' ? 'Request' : 'Delivery'
  const predicate =
    input.query === undefined ? undefined : compilePredicate(parseQuery(input.query, { entity, answers }))
  const names = new ReferenceNames(database)
  const deadline = performance.now() + longestMs
  let at = readCursor<[number, string]>(input.cursor, [Number.MAX_SAFE_INTEGER, 'g'])
  const rows: DeliveryRow[] = []
  for (;;) {
    const found = rowsAfter(database, caller, input, at)
    for (const row of found) {
      const passes = predicate === undefined || predicate(deliveryRecord(names, row))
      if (passes && rows.length === input.limit) return { rows, nextCursor: cursorOf(at) }
      at = [row.sort_at, row.id]
      if (passes) rows.push(row)
    }
    if (found.length < rowsAtOnce) return { rows, nextCursor: undefined }
    if (performance.now() > deadline) return { rows, nextCursor: cursorOf(at) }
  }
}

function rowsAfter(
  database: SqliteDatabase,
  caller: Caller,
  input: CheckedInput<'delivery/list'>,
  [sortAt, id]: [number, string],
): DeliveryRow[] {
  const mine = isElevated(caller.user)
    ? ''
    : "AND status <> 'init' AND id IN (SELECT delivery_id FROM delivery_recipients WHERE user_id = ?)"
  return database.all<DeliveryRow>(
    `SELECT * FROM deliveries WHERE is_live = ? AND (sort_at, id) < (?, ?) ${input.kind ? 'AND kind = ?' : ''} ${mine}
     ORDER BY sort_at DESC, id DESC LIMIT ?`,
    [
      input.scope === 'active' ? 1 : 0,
      sortAt,
      id,
      ...(input.kind ? [input.kind] : []),
      ...(mine === '' ? [] : [caller.user.id]),
      rowsAtOnce,
    ],
  )
}

function deliveryRecord(names: ReferenceNames, row: DeliveryRow): QueryRecord {
  const user = names.user(row.user_id)
  return {
    id: row.id,
    name: row.name,
    code: row.name,
    type: row.kind === 'delivery' ? deliveryType : requestType,
    status: row.status,
    created: row.created_at,
    modified: row.modified_at,
    finished: row.finished_at,
    expires: row.expires_at,
    description: row.description,
    user,
    creator: user,
    modifier: row.modified_by === null ? undefined : names.user(row.modified_by),
    public: false,
    metadata: row.metadata,
  }
}
