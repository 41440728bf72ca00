import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ReceiveItem } from '../../../src/engine/index.ts'
import { createEnginePair, type EnginePair, type MoveOptions, move, requestsOf } from '../../helpers/engine-pair.ts'

function items(pair: EnginePair, more: Partial<ReceiveItem> = {}): readonly ReceiveItem[] {
  return [{ itemId: '0', root: pair.target, path: 'source', placement: 'as', leavesFolders: true, ...more }]
}

function make(root: string, ...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), root)
  }
}

const treeOf = (root: string) => (readdirSync(root, { recursive: true }) as string[]).sort()

test('a folder that is there is not entered; files beside it are compared', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'file', 'new/deep/a', 'there/a', 'there/deep/b')
  mkdirSync(join(pair.target, 'dest'))
  make(pair.target, 'dest/there/own')
  const { received } = await move(pair, {
    send: { items: ['file', 'new', 'there'].map((path) => ({ itemId: path, root: pair.source, path })) },
    receive: {
      items: ['file', 'new', 'there'].map((path) => ({
        itemId: path,
        root: pair.target,
        path: 'dest',
        placement: 'into',
        leavesFolders: true,
      })),
    },
  })
  expect(received).toMatchObject({ status: 'done' })
  expect(treeOf(join(pair.target, 'dest'))).toEqual(['file', 'new', 'new/deep', 'new/deep/a', 'there', 'there/own'])
})

test('an item whose folder is there is left as it is', async () => {
  await using pair = await createEnginePair()
  make(pair.source, 'a')
  make(pair.target, 'source/own')
  const { received } = await move(pair, { receive: { items: items(pair) } })
  expect(received).toMatchObject({ status: 'done' })
  expect(treeOf(pair.target)).toEqual(['source', 'source/own'])
})

test('what an interrupted run of the same job began is gone on with', async () => {
  await using pair = await createEnginePair()
  for (let number = 0; number < 40; number += 1) {
    make(pair.source, `f${number}/a`)
    writeFileSync(join(pair.source, `f${number}`, 'large'), Buffer.alloc(2_000_000, number))
  }
  const options: MoveOptions = { receive: { items: items(pair) } }
  const { send, receive } = requestsOf(pair, options)
  const receiving = pair.receiver.start(receive, {
    onProgress: ({ bytesVerified }) => {
      if (bytesVerified > 8_000_000) receiving.stop()
    },
  })
  const sending = pair.sender.start(send)
  await Promise.all([receiving.outcome, sending.outcome])
  const { received } = await move(pair, options)
  expect(received).toMatchObject({ status: 'done' })
  const root = join(pair.target, 'source')
  expect(treeOf(root)).toEqual(treeOf(pair.source))
  for (let number = 0; number < 40; number += 1) {
    expect(readFileSync(join(root, `f${number}`, 'large')).equals(Buffer.alloc(2_000_000, number))).toBe(true)
  }
})
