import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFolderTree } from '../../../../src/engine/storage/folders/open-folder-tree.ts'
import { isVisiting, leaveFolder, visitFolder } from '../../../../src/engine/storage/folders/working-folder.ts'
import { scanBatches } from '../../../../src/engine/storage/source/scan.ts'
import { TargetFolder } from '../../../../src/engine/storage/target-folder.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

test('a visit ends with the next one and with leaving, and the process is where it was', () => {
  const home = process.cwd()
  const root = tempFolder()
  mkdirSync(join(root, 'a'))
  using folders = openFolderTree(root, { side: 'source' })
  const [outer, inner] = [folders.folder(''), folders.folder('a')]
  if (!outer || !inner) throw new Error('folders are missing')
  const first = visitFolder(outer)
  expect(isVisiting(first)).toBe(first !== 0)
  const second = visitFolder(inner)
  expect(isVisiting(first)).toBe(false)
  expect(isVisiting(second)).toBe(second !== 0)
  leaveFolder()
  expect(isVisiting(second)).toBe(false)
  expect(process.cwd()).toBe(home)
})

test.each([undefined, false])('looks find the same with and without it (handles: %s)', async (useHandles) => {
  const root = tempFolder()
  for (let index = 0; index < 100; index += 1) writeFileSync(join(root, `f${index}`), 'x'.repeat(index))
  await using target = new TargetFolder(root, useHandles === undefined ? {} : { useHandles })
  const look = target.lookInto('')
  for (let index = 0; index < 100; index += 1) {
    // Others have the working folder in between.
    if (index % 7 === 0) leaveFolder()
    expect(look.at(`f${index}`)?.size).toBe(index)
  }
  leaveFolder()
})

test('between the batches of a scan the process is where it was', async () => {
  const home = process.cwd()
  const root = tempFolder()
  for (let folder = 0; folder < 30; folder += 1) {
    mkdirSync(join(root, `d${folder}`))
    for (let file = 0; file < 50; file += 1) writeFileSync(join(root, `d${folder}`, `f${file}`), '')
  }
  let batches = 0
  for await (const batch of scanBatches(root, '', {
    signal: new AbortController().signal,
    onProblem: () => undefined,
  })) {
    expect(process.cwd()).toBe(home)
    expect(batch.listing.length).toBeGreaterThan(0)
    batches += 1
  }
  expect(batches).toBeGreaterThan(1)
  expect(process.cwd()).toBe(home)
})
