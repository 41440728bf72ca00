import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { readableEntity } from '../../shared/domain/entity-text.ts'
import type { QueryRecord, QueryReference, QueryValue } from '../../shared/domain/query/predicate.ts'
import { searchedAttributes } from '../../shared/domain/query/search-query.ts'
import type { AttributeMapping, SqlMapping } from '../../shared/domain/query/sql.ts'
import { isFinished } from '../../shared/domain/status/job-status.ts'
import { wireProgress } from '../../shared/domain/units/wire-figures.ts'
import { type JobRow, textsOf } from '../store/jobs.ts'
import { Candidates, clientColumn, type ReferenceNames, siteColumn, userColumn } from './reference-names.ts'

/** The reference's number of a transfer among the kinds of jobs. */
const transferType = 1

const progress = `(CASE WHEN jobs.status = 'done' THEN 100 WHEN jobs.size_bytes <= 0 THEN 0
  ELSE min(99, jobs.bytes_verified * 100 / jobs.size_bytes) END)`

/** The attributes of a transfer as columns of `jobs`; those that are not here are read from the record. */
export function jobMapping(database: SqliteDatabase, candidates = new Candidates(database)): SqlMapping {
  const name: AttributeMapping = { kind: 'text', expression: 'jobs.name_folded' }
  const user: AttributeMapping = { kind: 'reference', columns: [userColumn(database, 'jobs.user_id', candidates)] }
  const end = (side: 'source' | 'destination'): AttributeMapping => ({
    kind: 'reference',
    columns: [
      siteColumn(database, `jobs.${side}_site`),
      userColumn(database, `jobs.${side}_user`, candidates),
      clientColumn(database, `jobs.${side}_client`, candidates),
    ],
  })
  return {
    id: { kind: 'text', expression: 'jobs.id' },
    name,
    code: name,
    type: { kind: 'number', expression: `${transferType}` },
    status: { kind: 'text', expression: 'jobs.status' },
    created: { kind: 'date', expression: 'jobs.created_at' },
    modified: { kind: 'date', expression: 'jobs.modified_at' },
    finished: {
      kind: 'date',
      expression: "(CASE WHEN jobs.status IN ('done', 'aborted') THEN jobs.finished_at END)",
    },
    priority: { kind: 'number', expression: 'jobs.priority' },
    size: { kind: 'number', expression: 'jobs.size_bytes' },
    progress: { kind: 'number', expression: progress },
    user,
    creator: user,
    source: end('source'),
    destination: end('destination'),
  }
}

/** What a workspace keeps of a transfer: not who changed it last, and figures of its speed only while they pass by. */
export const jobAnswers = [
  ...searchedAttributes,
  'user_hr',
  'source_hr',
  'destination_hr',
  'parent_hr',
  'metadata',
] as const

type JobRecord = QueryRecord & Readonly<Record<(typeof jobAnswers)[number], QueryValue>>

/** The attributes that are asked for, as values. */
export function jobRecord(database: SqliteDatabase, names: ReferenceNames, row: JobRow): JobRecord {
  const user = names.user(row.user_id)
  const queue = names.queue(row.queue)
  const parent = row.parent_id === null ? queue : { type: 'delivery', id: row.parent_id }
  return {
    id: row.id,
    name: row.name,
    code: row.name,
    type: transferType,
    status: row.status,
    created: row.created_at,
    modified: row.modified_at,
    finished: isFinished(row.status) ? row.finished_at : null,
    priority: row.priority,
    size: row.size_bytes,
    progress: wireProgress({
      doneBytes: row.bytes_verified,
      totalBytes: row.size_bytes,
      isDone: row.status === 'done',
    }),
    user,
    user_hr: readable([user]),
    creator: user,
    ...endOf(names, row, 'source'),
    ...endOf(names, row, 'destination'),
    queue,
    parent,
    parent_hr: readable([parent]),
    uri: names.queueUri(row.queue),
    description: row.note,
    metadata: textsOf(database, row.id)?.metadata,
  }
}

function endOf<Side extends 'source' | 'destination'>(
  names: ReferenceNames,
  row: JobRow,
  side: Side,
): Readonly<Record<Side | `${Side}_hr`, QueryValue>> {
  const site = row[`${side}_site`]
  const user = row[`${side}_user`]
  const client = row[`${side}_client`]
  const references: readonly QueryReference[] = [
    ...(site === null ? [] : [names.site(site)]),
    ...(user === null ? [] : [names.user(user)]),
    ...(client === null ? [] : [names.client(client)]),
  ]
  const end = { [side]: references, [`${side}_hr`]: readable(references) }
  return end as Readonly<Record<Side | `${Side}_hr`, QueryValue>>
}

/** As far as queries look for it: without the sort of each. */
function readable(references: readonly QueryReference[]): string {
  return references.map(({ type, id, code = '' }) => readableEntity({ type, id, code })).join(' ')
}
