import { expect, test } from 'vitest'
import { ToldFailures } from '../../../../src/engine/transfer/receiving/told-failures.ts'

const failed = (path: string) => ({ path, error: { code: 'FOLDER_OVER_FILE' as const } })
const leftOut = (path: string) => ({ path, error: { code: 'SPECIAL_FILE' as const } })

test('a hundred are told, and failures take the places of what was left out', () => {
  const told = new ToldFailures()
  for (let at = 0; at < 150; at += 1) told.add(leftOut(`link${at}`))
  expect(told.list).toHaveLength(100)
  for (let at = 0; at < 60; at += 1) told.add(failed(`file${at}`))
  expect(told.list).toHaveLength(100)
  expect(told.list.filter(({ error }) => error.code === 'FOLDER_OVER_FILE')).toHaveLength(60)
  for (let at = 60; at < 200; at += 1) told.add(failed(`file${at}`))
  told.add(leftOut('late'))
  expect(told.list.map(({ path }) => path)).toEqual(Array.from({ length: 100 }, (_, at) => `file${at}`))
})

test('the longest of them fit into one message', () => {
  const told = new ToldFailures()
  for (let at = 0; at < 100; at += 1) told.add({ path: 'é'.repeat(8000), error: { code: 'IO_ERROR' } })
  const bytes = told.list.reduce((sum, failure) => sum + Buffer.byteLength(JSON.stringify(failure)), 0)
  expect(bytes).toBeGreaterThan(100_000)
  expect(bytes).toBeLessThan(1024 * 1024)
})
