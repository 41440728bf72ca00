import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import { readTree } from '../../helpers/tree.ts'

test('each item has its own rule for a clash, in one transfer, for small files and for large ones', async () => {
  await using pair = await createEnginePair()
  const rules = ['replace', 'skip', 'rename'] as const
  const large = 'x'.repeat(3_000_000)
  for (const rule of rules) {
    mkdirSync(join(pair.source, rule))
    mkdirSync(join(pair.target, rule))
    for (const [name, text] of [
      ['small', ''],
      ['large', large],
    ] as const) {
      writeFileSync(join(pair.source, rule, name), `new ${text}`)
      writeFileSync(join(pair.target, rule, name), 'old')
      utimesSync(join(pair.target, rule, name), 1, 1)
    }
  }
  const { received } = await move(pair, {
    send: { items: rules.map((rule) => ({ itemId: rule, root: pair.source, path: rule })) },
    receive: {
      items: rules.map((rule) => ({ itemId: rule, root: pair.target, path: rule, placement: 'as', onConflict: rule })),
    },
  })
  expect(received.status).toBe('done')
  const contents = (rule: string) =>
    ['small', 'large'].map((name) => readFileSync(join(pair.target, rule, name), 'utf8').slice(0, 3))
  expect(contents('replace')).toEqual(['new', 'new'])
  expect(contents('skip')).toEqual(['old', 'old'])
  expect(contents('rename')).toEqual(['old', 'old'])
  const names = [...readTree(join(pair.target, 'rename')).keys()].sort()
  expect(names).toEqual(['', 'large', 'large (2)', 'small', 'small (2)'])
})

test.each([
  { compareBy: undefined, sent: ['another size', 'another time'] },
  { compareBy: 'size+modified', sent: ['another size', 'another time'] },
  { compareBy: 'size', sent: ['another size'] },
  { compareBy: 'modified', sent: ['another time'] },
] as const)('compared by $compareBy', async ({ compareBy, sent }) => {
  await using pair = await createEnginePair()
  mkdirSync(join(pair.target, 'source'))
  const put = (folder: string, name: string, text: string, seconds: number) => {
    writeFileSync(join(folder, name), text)
    utimesSync(join(folder, name), seconds, seconds)
  }
  for (const name of ['same', 'another size', 'another time']) put(pair.source, name, 'new', 1_000_000)
  put(join(pair.target, 'source'), 'same', 'old', 1_000_000)
  put(join(pair.target, 'source'), 'another size', 'older', 1_000_000)
  put(join(pair.target, 'source'), 'another time', 'old', 2_000_000)
  const item = { itemId: '0', root: pair.target, path: 'source', placement: 'as' } as const
  const { received } = await move(pair, { receive: { items: [{ ...item, ...(compareBy && { compareBy }) }] } })
  expect(received.status).toBe('done')
  const isNew = (name: string) => readFileSync(join(pair.target, 'source', name), 'utf8') === 'new'
  expect(['same', 'another size', 'another time'].filter(isNew)).toEqual(sent)
})
