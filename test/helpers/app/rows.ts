import type { TransferRow } from '../../../src/shared/contract/view.ts'
import { poll, type TernApp } from './launch-app.ts'

/** The row with this name, once `wanted` accepts it. Fails with what was seen last. */
export async function waitForRow(
  app: TernApp,
  name: string,
  wanted: (row: TransferRow) => boolean = () => true,
  patienceMs = 60_000,
): Promise<TransferRow> {
  let last: TransferRow | undefined
  try {
    return await poll(
      async () => {
        const { rows } = await app.call('transfers.snapshot', {})
        last = rows.find((row) => row.name === name) ?? last
        const found = rows.find((row) => row.name === name)
        return found && wanted(found) ? found : undefined
      },
      `the row ${name}`,
      patienceMs,
    )
  } catch (failure) {
    throw new Error(`${(failure as Error).message}; last seen: ${JSON.stringify(last)}`)
  }
}

/** Writes down each change of a row's status from now on, as the page is told of it. */
export async function recordStatuses(app: TernApp): Promise<(name: string) => Promise<readonly string[]>> {
  await app.page.evaluate(() => {
    const page = window as unknown as {
      tern: { on(event: string, listener: (payload: never) => void): void }
      seenStatuses: Record<string, string[]>
    }
    page.seenStatuses = {}
    page.tern.on('transfers.changed', (delta: { upserts: { name: string; status: string }[] }) => {
      for (const row of delta.upserts) {
        const seen = page.seenStatuses[row.name] ?? []
        page.seenStatuses[row.name] = seen
        if (seen.at(-1) !== row.status) seen.push(row.status)
      }
    })
  })
  return (name) =>
    app.page.evaluate(
      (wanted) => (window as unknown as { seenStatuses: Record<string, string[]> }).seenStatuses[wanted] ?? [],
      name,
    )
}
