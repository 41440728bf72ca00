import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import { readTree } from '../../helpers/tree.ts'

const letters = '0123456789abcdefghijklmnopqrstuv'

/** As a mapped name of this original would have it: the first 40 bits of its SHA-256. */
function proofOf(original: string): string {
  const bits = [...createHash('sha256').update(original).digest()]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
  return Array.from({ length: 8 }, (_, at) => letters[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)]).join('')
}

const escaped = (original: string) =>
  [...original]
    .map((one) => (/[a-z]/.test(one) ? one : `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`))
    .join('')

test('class 1: a name that proves to be no name is sent as it is, and the others with it', async () => {
  await using pair = await createEnginePair()
  const originals = ['../evil', '..', '.', '', 'a/b', 'a\0b', '.tern-x.part']
  const names = originals.map((original) => `${escaped(original)}~tern-${proofOf(original)}`)
  for (const name of [...names, 'other']) writeFileSync(join(pair.source, name), name)
  mkdirSync(join(pair.target, 'source'))
  const { received } = await move(pair, {
    send: { items: [{ itemId: '0', root: pair.source, path: '', restoresNames: true }] },
  })
  expect(received).toMatchObject({ status: 'done', items: [{ result: { filesDone: names.length + 1 } }] })
  expect([...readTree(join(pair.target, 'source')).keys()].sort()).toEqual(['', ...names, 'other'].sort())
  expect(readdirSync(pair.folder).sort()).toEqual(['a', 'b', 'source', 'target'])
})
