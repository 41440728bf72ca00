import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024

test('a folder of all kinds of files and names arrives equal by content, names and times', async () => {
  await using pair = await createEnginePair()
  const deep = Array.from({ length: 20 }, (_, level) => `level ${level}`).join('/')
  writeRandomFile(pair.source, { path: 'large.exr', sizeBytes: 30 * mebibyte + 12_345 })
  writeRandomFile(pair.source, { path: 'zero.txt', sizeBytes: 0 })
  writeRandomFile(pair.source, { path: 'Übergröße 日本語 🎬/café.mov', sizeBytes: 3 * mebibyte })
  writeRandomFile(pair.source, { path: `${deep}/leaf.bin`, sizeBytes: 777, mtimeMs: 1_600_000_000_000 })
  for (let index = 0; index < 500; index += 1) {
    writeRandomFile(pair.source, { path: `small/${index % 7}/file ${index}.dat`, sizeBytes: (index * 131) % 9000 })
  }
  mkdirSync(join(pair.source, 'empty'))
  setFolderTimes(pair.source)
  const before = readTree(pair.source)

  const { sent, received } = await move(pair)

  expect(received).toMatchObject({ status: 'done' })
  expect(sent).toMatchObject({ status: 'done' })
  expect(readTree(join(pair.target, 'source'))).toEqual(before)
  expect(received.progress.bytesVerified).toBe(received.progress.bytesTotal)
  expect(received.progress.bytesReceived).toBe(received.progress.bytesTotal)
  expect(received.items[0]?.result).toMatchObject({ filesDone: 504, filesAlreadyThere: 0, filesFailed: 0 })
  expect(sent.items[0]?.result).toEqual(received.items[0]?.result)

  const again = await move(pair)
  expect(again.received.status).toBe('done')
  expect(again.received.progress).toMatchObject({ filesAlreadyThere: 504, bytesReceived: 0 })
})
