import { mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createEnginePair, type EnginePair, move, requestsOf } from '../../helpers/engine-pair.ts'
import { readTree, writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024

function journalsOf(pair: EnginePair): string[] {
  return readdirSync(join(pair.folder, 'b', 'journals'))
}

test('forget with the drive away keeps the names of what lies on it, and with it back removes all', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'large.mov', sizeBytes: 48 * mebibyte })
  pair.sender.setLimit(60 * mebibyte)
  const { send, receive } = requestsOf(pair)
  const receiving = pair.receiver.start(receive, {
    onProgress: (progress) => progress.bytesVerified > 10 * mebibyte && receiving.stop(),
  })
  await Promise.all([pair.sender.start(send).outcome, receiving.outcome])
  const away = `${pair.target}-away`
  renameSync(pair.target, away)
  await pair.receiver.forget('workspace/job')
  mkdirSync(pair.target)
  await pair.receiver.forget('workspace/job')
  expect(journalsOf(pair)).toHaveLength(1)
  rmdirSync(pair.target)
  renameSync(away, pair.target)
  await pair.receiver.forget('workspace/job')
  expect([...readTree(pair.target).keys()]).toEqual(['', 'source'])
  expect(journalsOf(pair)).toEqual([])
})

test('what could not be tidied up at the end of a run stays in the journal until the next has done so', async () => {
  await using pair = await createEnginePair()
  for (let index = 0; index < 100; index += 1) writeRandomFile(pair.source, { path: `${index}`, sizeBytes: 1000 })
  const away = `${pair.target}-away`
  const { received } = await move(pair, {
    // All is placed and durable: only the removal of what was made on the way is not.
    receiveEvents: { onItem: () => renameSync(pair.target, away) },
  })
  expect(received.status).toBe('done')
  expect(journalsOf(pair)).toHaveLength(1)
  renameSync(away, pair.target)
  expect((await move(pair)).received.status).toBe('done')
  expect(journalsOf(pair)).toEqual([])
})
