import { it } from 'vitest'
import { type RowId, rows } from './rows.ts'

const proven = new Set<RowId>()
const awaited = new Set<RowId>()

/** A test, named by the rows that it proves; they count once it has passed. */
export function proves(ids: readonly RowId[], what: string, test: () => Promise<void> | void): void {
  it(`${what} (${ids.join(', ')})`, async () => {
    await test()
    for (const id of ids) proven.add(id)
  })
}

/** As `proves`, for a part of the server that is not there yet: the rows are counted as missing, and told. */
export function awaits(ids: readonly RowId[], what: string, _test: () => Promise<void> | void): void {
  it.todo(`${what} (${ids.join(', ')})`)
  for (const id of ids) awaited.add(id)
}

export function coverage() {
  const all = Object.keys(rows) as RowId[]
  const uncovered = all.filter((id) => !proven.has(id))
  return {
    count: all.length,
    covered: all.length - uncovered.length,
    uncovered: uncovered.filter((id) => !awaited.has(id)),
  }
}
