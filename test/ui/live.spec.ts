import type { TransferRow } from '../../src/shared/contract/view.ts'
import { expect, shotsFolder, test } from './harness/fixtures.ts'
import { baseView, everyStateScenario, manyRows, noTotals, platesRow, row, running } from './harness/scenarios.ts'

test('a delta moves one row and leaves the others alone', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  await expect(page.getByRole('row', { name: /^LFM 114 plates/ })).toBeVisible()
  const touched = await page.evaluate(
    (after) => {
      const changed = new Set<string>()
      const observer = new MutationObserver((records) => {
        for (const record of records) {
          const element = record.target instanceof Element ? record.target : record.target.parentElement
          const found = element?.closest('[data-row-key]')?.getAttribute('data-row-key')
          if (found) changed.add(found)
        }
      })
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
      window.fake.change({ upserts: [after] })
      return new Promise<string[]>((resolve) =>
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            observer.disconnect()
            resolve([...changed])
          }),
        ),
      )
    },
    { ...platesRow, ...running(400e9, 486e9, 430e6, 200) } satisfies TransferRow,
  )
  expect(touched).toEqual([platesRow.key])
  await expect(page.getByRole('row', { name: /^LFM 114 plates/ })).toContainText('82%')
})

test('a gap in the revisions is closed by a new snapshot', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  await expect(page.getByRole('row', { name: /^LFM 114 plates/ })).toBeVisible()
  const before = await page.evaluate(
    () => window.fake.calls.filter((call) => call.name === 'transfers.snapshot').length,
  )
  await page.evaluate(
    (after) => {
      window.fake.skipRevision()
      window.fake.change({ upserts: [after] })
    },
    { ...platesRow, name: 'LFM 114 plates, renamed' },
  )
  await expect(page.getByRole('row', { name: /^LFM 114 plates, renamed/ })).toBeVisible()
  const after = await page.evaluate(() => window.fake.calls.filter((call) => call.name === 'transfers.snapshot').length)
  expect(after).toBe(before + 1)
})

test('ten thousand rows: a bounded page, no blank while scrolling, calm under deltas', async ({ openWindow }) => {
  test.setTimeout(60_000)
  const scenario = manyRows(10_000)
  const page = await openWindow(scenario)
  const grid = page.getByRole('grid', { name: 'Transfers' })
  await expect(grid).toHaveAttribute('aria-rowcount', '10002')
  await page.screenshot({ path: `${shotsFolder}transfers-10000-light.png` })

  const scrolled = await page.evaluate(async () => {
    const element = document.querySelector('[role=grid]')
    if (element === null) throw new Error('no grid')
    let blanks = 0
    let mostRows = 0
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    for (let step = 0; step < 60; step += 1) {
      element.scrollTop += 700 + step * 40
      await frame()
      await frame()
      const box = element.getBoundingClientRect()
      mostRows = Math.max(mostRows, element.querySelectorAll('[data-row-key]').length)
      for (const y of [80, 300, box.height - 20]) {
        const hit = document.elementFromPoint(box.left + 200, box.top + y)
        if (hit?.closest('[data-row-key], [role=row]') === null) blanks += 1
      }
    }
    return { blanks, mostRows }
  })
  await page.screenshot({ path: `${shotsFolder}transfers-10000-scrolled-light.png` })
  expect(scrolled.blanks).toBe(0)
  expect(scrolled.mostRows).toBeLessThan(80)

  await page.evaluate(() => document.querySelector('[role=grid]')?.scrollTo(0, 0))
  await expect(page.getByRole('row', { name: /^Shot 00000/ })).toBeVisible()

  // Ten deltas a second over 500 rows each, as the engine process sends at most.
  const upserts = scenario.rows.filter((each) => each.status === 'running').slice(0, 500)
  const durationsMs = await page.evaluate(async (changing) => {
    const durations: number[] = []
    let lastRatio: string | null | undefined
    for (let tick = 1; tick <= 30; tick += 1) {
      const start = performance.now()
      window.fake.change({
        upserts: changing.map((each) => ({
          ...each,
          ...(each.progress && {
            progress: { ...each.progress, bytesVerified: each.progress.bytesVerified + tick * 1e6 },
          }),
        })),
      })
      // The rows are drawn in the microtask after the change; reading a figure makes the layout follow at once.
      await Promise.resolve().then(() => Promise.resolve())
      document.body.getBoundingClientRect()
      durations.push(performance.now() - start)
      const ratio = document.querySelector('[role=grid] .progress-fill')?.getAttribute('style')
      if (ratio === lastRatio) throw new Error('the change was not drawn')
      lastRatio = ratio
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    return durations.sort((left, right) => left - right)
  }, upserts)
  // The middle one: other programs on the machine may take any single frame.
  const medianMs = durationsMs[15] ?? Number.POSITIVE_INFINITY
  console.log(
    `  500 of 10,000 rows changed: ${medianMs.toFixed(1)} ms of script in the middle, ${durationsMs.at(-1)?.toFixed(1)} ms at worst`,
  )
  expect(medianMs).toBeLessThan(16)
})

test('finished transfers come by windows', async ({ openWindow }) => {
  const finished = Array.from({ length: 1000 }, (_, index) =>
    row(`Old ${String(index).padStart(4, '0')}`, {
      status: 'done',
      finishedAtMs: 1e12,
      bytesTotal: 1e9,
      bytesDone: 1e9,
    }),
  )
  const page = await openWindow({ view: baseView, rows: [], totals: { ...noTotals, finishedTotal: 1000 }, finished })
  await page.getByRole('radio', { name: 'Finished' }).click()
  await expect(page.getByRole('row', { name: /^Old 0000/ })).toBeVisible()
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '1002')
  await page.getByRole('grid').focus()
  await page.keyboard.press('End')
  await expect(page.getByRole('row', { name: /^Old 0999/ })).toBeVisible()
})

test('a reload shows the same rows again', async ({ openWindow }) => {
  const page = await openWindow(everyStateScenario)
  await expect(page.locator('[role=row][data-row-key]')).toHaveCount(18)
  await openWindow(everyStateScenario)
  await expect(page.locator('[role=row][data-row-key]')).toHaveCount(18)
})
