import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TargetFolder } from '../../../src/engine/storage/target-folder.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

test.each([
  { what: 'one by one', count: 2 },
  { what: 'together', count: 20 },
])('class 5: a staging folder that is swapped for another one brings nothing of that, $what', async ({ count }) => {
  const root = tempFolder()
  await using target = new TargetFolder(root)
  const files = Array.from({ length: count }, (_, at) => {
    return { path: `private/f${at}`, bytes: Buffer.from('good'), mtimeMs: 0, mode: 0o644, readsBack: false }
  })
  target.makeFolder('private')
  const writing = target.writeSmallBatch(files, 'replace')
  const name = readdirSync(root).find((one) => one.startsWith('.tern-staging')) ?? ''
  renameSync(join(root, name), join(root, 'moved'))
  const staged = readdirSync(join(root, 'moved'), { recursive: true, withFileTypes: true })
  mkdirSync(join(root, name))
  for (const one of staged.filter((each) => each.isDirectory())) mkdirSync(join(root, name, one.name))
  for (const one of staged.filter((each) => each.isFile())) {
    writeFileSync(join(one.parentPath.replace('moved', name), one.name), 'evil')
  }
  // Longer than a handle is trusted.
  const until = performance.now() + 5
  while (performance.now() < until);
  await writing
  const placed = readdirSync(join(root, 'private'))
  expect(
    placed.map((one) => readFileSync(join(root, 'private', one), 'utf8')).filter((text) => text === 'evil'),
  ).toEqual([])
})
