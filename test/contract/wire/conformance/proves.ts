import { it } from 'vitest'
import { type RowId, rows } from './rows.ts'

const proven = new Set<RowId>()

/** A test, named by the rows that it proves; they count once it has passed. */
export function proves(ids: readonly RowId[], what: string, test: () => Promise<void> | void): void {
  it(`${what} (${ids.join(', ')})`, async () => {
    await test()
    for (const id of ids) proven.add(id)
  })
}

export function coverage() {
  const all = Object.keys(rows) as RowId[]
  const uncovered = all.filter((id) => !proven.has(id))
  return { count: all.length, covered: all.length - uncovered.length, uncovered }
}
