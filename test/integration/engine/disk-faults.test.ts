import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { TransferProgress } from '../../../src/engine/index.ts'
import { createEnginePair, type EnginePair, type MoveOptions, move } from '../../helpers/engine-pair.ts'
import { canMount, mount, mountFolder, mountMemory, unmount } from '../../helpers/mounts.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024

function fill(pair: EnginePair, largeFiles: number, largeBytes: number): void {
  for (let index = 0; index < 200; index += 1) writeRandomFile(pair.source, { path: `s/${index}`, sizeBytes: 20_000 })
  for (let index = 0; index < largeFiles; index += 1)
    writeRandomFile(pair.source, { path: `large/${index}.mov`, sizeBytes: largeBytes })
  setFolderTimes(pair.source)
}

/** Does something once so much has come in; what cannot be done yet is tried again with the next figures. */
function atBytes(
  bytes: number,
  act: () => boolean | undefined,
): MoveOptions['receiveEvents'] & { readonly isDone: () => boolean } {
  let isDone = false
  return {
    isDone: () => isDone,
    onProgress: ({ bytesReceived }: TransferProgress) => {
      if (isDone || bytesReceived < bytes) return
      isDone = act() ?? true
    },
  }
}

function isMade(act: () => void): boolean {
  try {
    act()
    return true
  } catch {
    return false
  }
}

async function expectEnd(pair: EnginePair, options: MoveOptions, code: string): Promise<number> {
  const { sent, received } = await move(pair, options)
  expect([received.status, received.error?.code]).toEqual(['ended', code])
  expect([sent.status, sent.error?.code]).toEqual(['ended', code])
  return received.progress.bytesReceived
}

/** The cause is gone: it goes on, keeps what it had of large files and of batches that were placed, and nothing of ours is left. */
async function expectRest(pair: EnginePair, target: string, receivedBytes: number, keepsSome = true): Promise<void> {
  pair.sender.setLimit(undefined)
  const { sent, received } = await move(pair, { receive: itemAt(target) })
  expect([sent.status, received.status]).toEqual(['done', 'done'])
  expect(readTree(join(target, 'source'))).toEqual(readTree(pair.source))
  expect(readdirSync(target, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.tern-'))).toEqual(
    [],
  )
  const againBytes = receivedBytes + received.progress.bytesReceived - received.progress.bytesTotal
  expect(againBytes).toBeLessThanOrEqual(2 * 16 * mebibyte)
  if (keepsSome) expect(received.progress.bytesReceived).toBeLessThan(received.progress.bytesTotal)
}

function itemAt(target: string): { items: [{ itemId: string; root: string; path: string; placement: 'as' }] } {
  return { items: [{ itemId: '0', root: target, path: 'source', placement: 'as' }] }
}

describe.skipIf(!canMount)('disks that fail under way (needs root and mount)', () => {
  test.each([
    { fault: 'full', few: 'size=30m', enough: 'size=100m' },
    { fault: 'out of names', few: 'size=100m,nr_inodes=120', enough: 'size=100m,nr_inodes=10000' },
  ])(
    'a disk that is $fault ends both sides with DISK_FULL, and with more of it the rest comes',
    async ({ few, enough }) => {
      await using pair = await createEnginePair()
      const target = join(tempFolder(), 'drive')
      mountMemory(target, few)
      fill(pair, 6, 9 * mebibyte)
      const receivedBytes = await expectEnd(pair, { receive: itemAt(target) }, 'DISK_FULL')
      mount('-o', `remount,${enough}`, target)
      await expectRest(pair, target, receivedBytes)
    },
  )

  test('a drive that is taken away is DRIVE_GONE, nothing lands where it was, and with it back the rest comes', async () => {
    await using pair = await createEnginePair()
    const folder = tempFolder()
    const [drive, target] = [join(folder, 'drive'), join(folder, 'mounted')]
    mountFolder(drive, target)
    fill(pair, 4, 10 * mebibyte)
    pair.sender.setLimit(30 * mebibyte)
    const taken = atBytes(12 * mebibyte, () => isMade(() => unmount(target)))
    const receivedBytes = await expectEnd(pair, { receive: itemAt(target), receiveEvents: taken }, 'DRIVE_GONE')
    expect(taken.isDone()).toBe(true)
    expect(readdirSync(target)).toEqual([])
    mount('--bind', drive, target)
    await expectRest(pair, target, receivedBytes)
  })

  test('a drive that becomes read-only is TARGET_NOT_WRITABLE, and once it is not the rest comes', async () => {
    await using pair = await createEnginePair()
    const folder = tempFolder()
    const [drive, target] = [join(folder, 'drive'), join(folder, 'mounted')]
    mountFolder(drive, target)
    fill(pair, 0, 0)
    pair.sender.setLimit(2 * mebibyte)
    // Refused while a file is open for writing, which small ones are for moments only.
    const remounted = atBytes(mebibyte, () => isMade(() => mount('-o', 'remount,bind,ro', target)))
    const receivedBytes = await expectEnd(
      pair,
      { receive: itemAt(target), receiveEvents: remounted },
      'TARGET_NOT_WRITABLE',
    )
    mount('-o', 'remount,bind,rw', target)
    await expectRest(pair, target, receivedBytes, false)
  })

  test('a folder that loses its permission is TARGET_NOT_WRITABLE, and with it back the rest comes', async ({
    skip,
  }) => {
    await using pair = await createEnginePair()
    const at = join(pair.target, 'source', 's')
    const change = (flag: string): boolean => spawnSync('chattr', [flag, at]).status === 0
    onTestFinished(() => void change('-i'))
    fill(pair, 0, 0)
    pair.sender.setLimit(2 * mebibyte)
    const changed = atBytes(mebibyte, () => existsSync(at) && change('+i'))
    const { sent, received } = await move(pair, { receiveEvents: changed })
    if (!changed.isDone()) return skip('no such flag on this file system')
    expect([sent, received]).toMatchObject(Array(2).fill({ status: 'ended', error: { code: 'TARGET_NOT_WRITABLE' } }))
    change('-i')
    await expectRest(pair, pair.target, received.progress.bytesReceived, false)
  })
})

describe('a source that changes while it is read', () => {
  test.each([
    { change: 'grows', act: (at: string) => writeFileSync(at, Buffer.alloc(5000, 7), { flag: 'a' }), isWhole: true },
    { change: 'shrinks', act: (at: string) => truncateSync(at, 9 * mebibyte), isWhole: true },
    { change: 'vanishes', act: (at: string) => unlinkSync(at), isWhole: false },
    {
      change: 'is replaced by a link',
      act: (at: string) => {
        writeFileSync(`${at}-elsewhere`, 'not to be sent')
        unlinkSync(at)
        symlinkSync(`${at}-elsewhere`, at)
      },
      isWhole: false,
    },
  ])('one that $change fails alone or comes as it is now, never mixed', async ({ act, isWhole }) => {
    await using pair = await createEnginePair()
    writeRandomFile(pair.source, { path: 'a.mov', sizeBytes: 12 * mebibyte })
    writeRandomFile(pair.source, { path: 'b.mov', sizeBytes: 12 * mebibyte })
    setFolderTimes(pair.source)
    pair.sender.setLimit(12 * mebibyte)
    const at = join(pair.source, 'a.mov')
    const before = readFileSync(at)
    const changed = atBytes(4 * mebibyte, () => {
      act(at)
      pair.sender.setLimit(undefined)
      return true
    })
    const { received } = await move(pair, { receiveEvents: changed })
    expect(changed.isDone()).toBe(true)
    const target = join(pair.target, 'source')
    expect(readFileSync(join(target, 'b.mov')).equals(readFileSync(join(pair.source, 'b.mov')))).toBe(true)
    // Who has it open still reads the whole of a file that has lost its name.
    const hasCome = isWhole || received.status === 'done'
    expect(received.status).toBe(hasCome ? 'done' : 'failed')
    if (!isWhole && hasCome) expect(readFileSync(join(target, 'a.mov')).equals(before)).toBe(true)
    else if (isWhole) expect(readFileSync(join(target, 'a.mov')).equals(readFileSync(at))).toBe(true)
    else {
      expect(existsSync(join(target, 'a.mov'))).toBe(false)
      expect(received.items[0]?.failures).toMatchObject([{ path: 'a.mov' }])
    }
    if (!isWhole) {
      unlinkIfThere(at)
      unlinkIfThere(`${at}-elsewhere`)
      writeFileSync(at, before)
    }
    setFolderTimes(pair.source)
    const again = await move(pair)
    expect(again.received.status).toBe('done')
    expect(readTree(target)).toEqual(readTree(pair.source))
  })
})

function unlinkIfThere(at: string): void {
  if (readdirSync(join(at, '..')).includes(at.slice(at.lastIndexOf('/') + 1))) unlinkSync(at)
}
