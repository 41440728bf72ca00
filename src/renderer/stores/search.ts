import type { TransferRow } from '../../shared/contract/view.ts'
import { compilePredicate, type QueryValue } from '../../shared/domain/query/predicate.ts'
import { queryOfSearch, type searchedAttributes } from '../../shared/domain/query/search-query.ts'
import { wireProgress } from '../../shared/domain/units/wire-figures.ts'

/** Whether a row is what the search field asks for: a query when it reads as one, else a part of its name or places. */
export function searchTest(search: string): (row: TransferRow) => boolean {
  const text = search.trim()
  if (text === '') return () => true
  const query = queryOfSearch(text)
  if (query !== undefined) {
    const predicate = compilePredicate(query)
    return (row) => predicate(recordOf(row))
  }
  const part = text.toLocaleLowerCase()
  return (row) =>
    [row.name, row.from.name, row.to.name, row.from.detail ?? '', row.to.detail ?? ''].some((each) =>
      each.toLocaleLowerCase().includes(part),
    )
}

function recordOf(row: TransferRow): Readonly<Record<(typeof searchedAttributes)[number], QueryValue>> {
  const queue = row.queue === '' ? undefined : { type: 'queue', id: row.queue, code: row.queue }
  return {
    id: row.jobId,
    name: row.name,
    code: row.name,
    type: 1,
    status: row.status,
    created: row.createdAtMs,
    modified: row.modifiedAtMs,
    finished: row.finishedAtMs,
    priority: row.priority,
    size: row.bytesTotal,
    progress: wireProgress({
      doneBytes: row.progress?.bytesVerified ?? row.bytesDone,
      totalBytes: row.bytesTotal,
      isDone: row.status === 'done',
    }),
    description: row.note,
    queue,
    parent: queue,
    uri: row.queue,
    user: row.parties?.user,
    creator: row.parties?.user,
    source: row.parties?.source,
    destination: row.parties?.destination,
  }
}
