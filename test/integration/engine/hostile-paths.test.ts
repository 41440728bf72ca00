import { execFileSync } from 'node:child_process'
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeControl } from '../../../src/engine/protocol/codec.ts'
import { frame } from '../../../src/engine/protocol/frames.ts'
import type { ListEntry } from '../../../src/engine/protocol/listing.ts'
import { createEnginePair, type EnginePair, move } from '../../helpers/engine-pair.ts'
import {
  batch,
  begin,
  end,
  file,
  folder,
  type HostilePlay,
  link,
  mebibyte,
  playSender,
} from '../../helpers/hostile-peer.ts'
import { listingOf } from '../../helpers/listing.ts'
import { readTree, writeRandomFile } from '../../helpers/tree.ts'

const protocolError = { status: 'ended', error: { code: 'PROTOCOL_ERROR' } }
const byBytes = (left: ListEntry, right: ListEntry) => Buffer.compare(Buffer.from(left.path), Buffer.from(right.path))

/** Lists these files, gives each five bytes, and answers what became of them by path. */
async function sendFiles(pair: EnginePair, entries: readonly ListEntry[], options: HostilePlay = {}) {
  const bytes = Buffer.from('12345')
  const outcome = await playSender(
    pair,
    async (peer) => {
      await peer.say(begin, batch([folder(''), ...entries]), ...end)
      const answer = await peer.hear('wantBatch')
      const isWanted = (entry: number) =>
        answer?.wanted === 'all' ||
        (answer?.wanted instanceof Uint8Array && ((answer.wanted[entry >> 3] ?? 0) >> (entry & 7)) % 2 === 1)
      const wanted = [...entries.keys()].map((index) => index + 1).filter(isWanted)
      if (wanted.length > 0) await peer.content(peer.pack(wanted.map((entry) => ({ entry, bytes }))))
    },
    { finishes: true, ...options },
  )
  const failed = new Map(outcome.items[0]?.failures?.map(({ path, error }) => [path, error.code]))
  return { outcome, failed }
}

/** A folder beside the target with a file that nobody may touch. */
function outsideOf(pair: EnginePair) {
  const outside = join(pair.folder, 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'secret'), 'secret')
  utimesSync(join(outside, 'secret'), 1000, 1000)
  utimesSync(outside, 1000, 1000)
  return {
    outside,
    expectUntouched: () => {
      expect(readdirSync(outside)).toEqual(['secret'])
      expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret')
      expect([outside, join(outside, 'secret')].map((at) => statSync(at).mtimeMs)).toEqual([1_000_000, 1_000_000])
    },
  }
}

describe('class 1: paths that lead elsewhere', () => {
  test('each name is a plain name below the item, or its file fails alone', async () => {
    await using pair = await createEnginePair()
    const refused = ['.', '..', '.tern-1.part', '.tern-staging-1']
    const plainHere = [
      'C:x',
      'CON',
      'COM\u00b9',
      'CONIN$',
      '\\\\host\\share',
      '\\\\?\\C:\\x',
      '..\\evil',
      'a:b',
      'dot.',
      'sp ',
      '~',
      '-rf',
    ]
    const entries = [...refused, ...plainHere].map((path) => file(path, 5)).sort(byBytes)
    const { outcome, failed } = await sendFiles(pair, entries)
    expect(outcome.status).toBe('failed')
    expect([...failed.keys()].sort()).toEqual([...refused].sort())
    expect(failed.get('..')).toBe('PATH_ESCAPES_ROOT')
    // What Windows takes for something else is refused or mapped where Windows receives (unit/engine/storage/names).
    expect(readdirSync(join(pair.target, 'source')).sort()).toEqual([...plainHere].sort())
    expect(readdirSync(pair.folder).sort()).toEqual(['a', 'b', 'source', 'target'])
  })

  test.each(['.', '..', '../evil', '/evil', 'a/b', 'a\0b', '.tern-1.part'])(
    'an item that its sender calls %j lands nowhere',
    async (name) => {
      await using pair = await createEnginePair()
      const named = { ...begin, name } as typeof begin
      const item = { path: '', placement: 'into' as const }
      const outcome = await playSender(pair, (peer) => peer.say(named, batch([folder(''), folder('x')]), ...end), {
        finishes: true,
        item,
      })
      expect(outcome.status).not.toBe('done')
      expect(readdirSync(pair.target)).toEqual([])
      expect(readdirSync(pair.folder).sort()).toEqual(['a', 'b', 'source', 'target'])
    },
  )
})

test('class 1: who calls a folder members of one lands no higher than he was told to', async () => {
  await using pair = await createEnginePair()
  writeFileSync(join(pair.target, 'mine'), 'mine')
  const outcome = await playSender(
    pair,
    async (peer) => {
      await peer.say({ ...begin, kind: 'members' } as typeof begin, batch([folder(''), file('mine', 5)]), ...end)
      await peer.hear('wantBatch')
      await peer.content(peer.pack([{ entry: 1, bytes: Buffer.from('yours') }]))
    },
    { finishes: true },
  )
  expect(outcome.status).toBe('done')
  expect(readFileSync(join(pair.target, 'mine'), 'utf8')).toBe('mine')
  expect(readFileSync(join(pair.target, 'source/mine'), 'utf8')).toBe('yours')
})

describe('class 2: names that are another text after the check', () => {
  test('what looks like a way out is a name like any other, and every spelling is its own file', async () => {
    await using pair = await createEnginePair()
    const names = [
      '\u00e9',
      'e\u0301',
      'A',
      'a',
      '\uff0e\uff0e',
      '%2e%2e%2fevil',
      '..%c0%afevil',
      '\u2025',
      '\u202e',
      "'..'",
    ]
    const { outcome } = await sendFiles(pair, names.map((path) => file(path, 5)).sort(byBytes))
    expect(outcome.status).toBe('done')
    const written = readdirSync(join(pair.target, 'source'), { encoding: 'buffer' }).map((name) => name.toString('hex'))
    expect(written.sort()).toEqual(names.map((name) => Buffer.from(name).toString('hex')).sort())
  })

  test('a name that is not UTF-8 never gets as far as a check', async () => {
    await using pair = await createEnginePair()
    const bytes = encodeControl(batch([folder(''), file('a\u00e9')]))
    bytes[bytes.indexOf(Buffer.from('\u00e9')) + 1] = 0x2f
    const outcome = await playSender(pair, async (peer) => {
      await peer.say(begin)
      await peer.raw(frame(0x11, bytes.subarray(5)))
    })
    expect(outcome).toMatchObject(protocolError)
    expect(readdirSync(pair.target)).toEqual([])
  })

  test('a source with such a name sends the others and says which it left', async () => {
    await using pair = await createEnginePair()
    writeFileSync(Buffer.concat([Buffer.from(`${pair.source}/`), Buffer.from([0x66, 0xff])]), 'x')
    writeRandomFile(pair.source, { path: 'good', sizeBytes: 10 })
    const { received } = await move(pair)
    expect(received).toMatchObject({ status: 'failed', items: [{ result: { filesDone: 1, filesFailed: 1 } }] })
    expect(readdirSync(join(pair.target, 'source'))).toEqual(['good'])
  })
})

describe('class 3: lists that contradict themselves', () => {
  test.each([
    ['a file and a folder of one name', [file('x', 5), folder('x')]],
    ['a folder and a file of one name', [folder('x'), file('x', 5)]],
    ['a file beneath a file', [file('x', 5), file('x/y', 5)]],
    ['one file twice', [file('x', 5), file('x', 6)]],
    ['one file in two spellings of its path', [folder('x'), file('x/y', 5), file('x//y', 5)]],
  ])('%s', async (_what, entries) => {
    await using pair = await createEnginePair()
    const outcome = await playSender(pair, (peer) => peer.say(begin, batch([folder(''), ...entries]), ...end))
    expect(outcome).toMatchObject(protocolError)
  })

  test('two items for one place do not mix: what is on its way there has one owner', async () => {
    await using pair = await createEnginePair()
    const items = ['0', '1'].map((itemId) => ({ itemId, root: pair.target, path: 'source', placement: 'as' as const }))
    const outcome = await playSender(
      pair,
      async (peer) => {
        await peer.say(begin, batch([folder(''), file('f', 5)]), { type: 'itemEnd', item: 0, itemId: '0' })
        await peer.say({ type: 'itemBegin', item: 1, itemId: '1', kind: 'folder', name: 'source' })
        await peer.say(batch([folder(''), file('f', 5)], { batch: 1, item: 1, firstEntry: 2 }))
        await peer.say({ type: 'itemEnd', item: 1, itemId: '1' }, { type: 'listEnd' })
        await peer.hear('itemResult')
        await peer.content(peer.pack([{ entry: 1, bytes: Buffer.from('first') }]))
      },
      { receive: { items }, finishes: true },
    )
    expect(outcome.items.map(({ itemId, status }) => `${itemId} ${status}`).sort()).toEqual(['0 done', '1 failed'])
    expect(outcome.items.find(({ itemId }) => itemId === '1')?.failures?.[0]?.error.code).toBe('TARGET_BUSY')
    expect(readFileSync(join(pair.target, 'source/f'), 'utf8')).toBe('first')
  })

  test('a folder where a file is listed, a file where a folder is listed: both stay', async () => {
    await using pair = await createEnginePair()
    mkdirSync(join(pair.target, 'source/isfolder/in'), { recursive: true })
    writeFileSync(join(pair.target, 'source/isfile'), 'mine')
    const entries = [folder('isfile'), file('isfile/x', 5), file('isfolder', 5)]
    const { failed } = await sendFiles(pair, entries)
    expect([...failed.values()]).toEqual(['FOLDER_OVER_FILE', 'FOLDER_OVER_FILE', 'FOLDER_OVER_FILE'])
    expect(readFileSync(join(pair.target, 'source/isfile'), 'utf8')).toBe('mine')
    expect(readdirSync(join(pair.target, 'source/isfolder'))).toEqual(['in'])
  })
})

describe('class 4: links', () => {
  test('a link that was sent first is no way for what is sent next', async () => {
    await using pair = await createEnginePair()
    const { outside, expectUntouched } = outsideOf(pair)
    const item = { links: 'keep-all' as const }
    const beneath = batch([folder(''), link('way', outside), file('way/secret', 5)])
    expect(await playSender(pair, (peer) => peer.say(begin, beneath), { item })).toMatchObject(protocolError)
    const linked = await sendFiles(pair, [link('way', outside)], { item })
    expect(linked.outcome.status).toBe('done')
    expect(lstatSync(join(pair.target, 'source/way')).isSymbolicLink()).toBe(true)
    const through = await sendFiles(pair, [folder('way'), file('way/secret', 5)], { item })
    expect([...through.failed.values()]).toEqual(['LINK_IN_PATH', 'LINK_IN_PATH'])
    expectUntouched()
  })

  test('what lies there as a link or a hard link is replaced or refused, and never written through', async () => {
    await using pair = await createEnginePair()
    const { outside, expectUntouched } = outsideOf(pair)
    const at = join(pair.target, 'source')
    mkdirSync(at)
    symlinkSync(outside, join(at, 'folder'))
    linkSync(join(outside, 'secret'), join(at, 'hard'))
    symlinkSync(join(outside, 'secret'), join(at, 'soft'))
    const { failed } = await sendFiles(pair, [
      folder('folder'),
      file('folder/new', 5),
      file('hard', 5),
      file('soft', 5),
    ])
    expect(Object.fromEntries(failed)).toEqual({
      folder: 'LINK_IN_PATH',
      'folder/new': 'LINK_IN_PATH',
      soft: 'LINK_IN_PATH',
    })
    expect(readFileSync(join(at, 'hard'), 'utf8')).toBe('12345')
    expectUntouched()
  })

  test.each([
    ['a link', (to: string, at: string) => symlinkSync(to, at)],
    ['a hard link', (to: string, at: string) => linkSync(to, at)],
  ])('a partial that became %s to something else is not gone on with', async (_what, put) => {
    await using pair = await createEnginePair()
    const { outside, expectUntouched } = outsideOf(pair)
    const content = Buffer.alloc(2 * mebibyte, 5)
    const list = [begin, batch([folder(''), file('f', content.length)]), ...end]
    await playSender(pair, async (peer) => {
      await peer.say(...list)
      await peer.hear('wantBatch')
      await peer.content(peer.block(1, 0, content.subarray(0, mebibyte)))
      while (!readdirSync(join(pair.target, 'source')).some((name) => name.endsWith('.part')))
        await new Promise(setImmediate)
      peer.leave()
    })
    const at = join(pair.target, 'source')
    const [partial = ''] = readdirSync(at)
    renameSync(join(at, partial), join(pair.folder, 'aside'))
    put(join(outside, 'secret'), join(at, partial))
    const again = await playSender(
      pair,
      async (peer) => {
        await peer.say(...list)
        await peer.hear('wantBatch')
        await peer.content(
          peer.block(1, 0, content.subarray(0, mebibyte)),
          peer.block(1, mebibyte, content.subarray(mebibyte)),
        )
        await peer.say(peer.fileEnd(1, content))
      },
      { finishes: true },
    )
    expect(again.status).toBe('done')
    expect(readFileSync(join(at, 'f')).equals(content)).toBe(true)
    expectUntouched()
  })
})

describe('class 5: a parent that is swapped for a link in between', () => {
  test('content that was asked for before goes nowhere, large or small, and no time is set', async () => {
    await using pair = await createEnginePair()
    const { outside, expectUntouched } = outsideOf(pair)
    const large = Buffer.alloc(mebibyte, 3)
    const at = join(pair.target, 'source/in')
    const outcome = await playSender(
      pair,
      async (peer) => {
        const entries = [folder('in'), file('in/large', large.length), file('in/secret', 5), file('in/small', 5)]
        await peer.say(begin, batch([folder(''), ...entries]), ...end)
        await peer.hear('wantBatch')
        renameSync(at, `${at}-aside`)
        symlinkSync(outside, at)
        const bytes = Buffer.from('12345')
        await peer.content(peer.pack([3, 4].map((entry) => ({ entry, bytes }))), peer.block(2, 0, large))
        await peer.say(peer.fileEnd(2, large))
      },
      { finishes: true },
    )
    expect(outcome.status).not.toBe('done')
    expect(outcome.items[0]?.result.filesDone ?? 0).toBe(0)
    expectUntouched()
  })
  // The same against the clock, for every call that takes a path: unit/engine/storage/races.
})

describe('class 6: removing what was never ours', () => {
  const sync = { isGuarded: true }
  const fill = (pair: EnginePair) => {
    for (const path of ['source/a', 'source/b/c', 'beside/x', 'y']) {
      mkdirSync(join(pair.target, path, '..'), { recursive: true })
      writeFileSync(join(pair.target, path), path)
    }
    return readTree(pair.target)
  }

  test.each(['', '.', '..', 'beside/..', '../target'])('the sender’s name %j widens nothing', async (name) => {
    await using pair = await createEnginePair()
    const before = fill(pair)
    const named = { ...begin, name } as typeof begin
    const play = { item: { path: '', placement: 'into' as const, sync }, finishes: true }
    const outcome = await playSender(pair, (peer) => peer.say(named, batch([folder(''), folder('y2')]), ...end), play)
    expect(outcome.status).not.toBe('done')
    expect([...readTree(pair.target).keys()]).toEqual([...before.keys()])
  })

  test.each([
    ['an empty list', [], {}],
    ['a list that breaks off', undefined, {}],
    ['a list with an error at its end', [folder('b')], { error: { code: 'SOURCE_UNREADABLE' } }],
  ])('%s removes nothing', async (_what, entries, error) => {
    await using pair = await createEnginePair()
    const before = fill(pair)
    const outcome = await playSender(
      pair,
      async (peer) => {
        await peer.say(begin, batch([folder(''), ...(entries ?? [folder('b')])]))
        if (!entries) return peer.leave()
        await peer.say({ type: 'itemEnd', item: 0, itemId: '0', ...error } as typeof begin, { type: 'listEnd' })
      },
      { item: { sync }, finishes: true },
    )
    expect(outcome.status).not.toBe('done')
    expect([...readTree(pair.target).keys()]).toEqual([...before.keys()])
  })

  test('problems that the sender makes up only keep things', async () => {
    await using pair = await createEnginePair()
    fill(pair)
    const problem = (path: string) => ({ type: 'itemProblem', item: 0, path, error: { code: 'SPECIAL_FILE' } }) as never
    const outcome = await playSender(
      pair,
      async (peer) => {
        await peer.say(
          begin,
          batch([folder(''), file('c')]),
          ...['../beside', '/', 'a\0', '..', 'b'].map(problem),
          ...end,
        )
        await peer.hear('wantBatch')
        await peer.content(peer.pack([{ entry: 1, bytes: Buffer.alloc(0) }]))
      },
      { item: { sync }, finishes: true },
    )
    expect(outcome.items[0]).toMatchObject({ status: 'done', removed: 1 })
    expect([...readTree(pair.target).keys()].sort()).toEqual([
      '',
      'beside',
      'beside/x',
      'source',
      'source/b',
      'source/b/c',
      'source/c',
      'y',
    ])
  })
})

describe('class 8: modes, times and kinds', () => {
  const typeOf = (at: string) => lstatSync(at).mode & 0o7777

  test.each([true, false])(
    'no set-id or sticky bit gets through, whether permissions are kept (%s) or not',
    async (permissions) => {
      await using pair = await createEnginePair()
      const attributes = { permissions, owner: false, group: false }
      const odd = { mode: 0o7777 }
      const { outcome } = await sendFiles(pair, [file('f', 5, odd), folder('in', odd)], { item: { attributes } })
      expect(outcome.status).toBe('done')
      for (const name of ['f', 'in']) expect(typeOf(join(pair.target, 'source', name)) & 0o7000).toBe(0)
    },
  )

  test('times before and after all calendars are kept as far as the disk can, and harm nothing', async () => {
    await using pair = await createEnginePair()
    const times = [-1, -(2 ** 43) * 1000, 0, 2 ** 43 * 1000, 4_102_444_800_000]
    const entries = times.map((mtimeMs, index) => file(`f${index}`, 5, { mtimeMs }))
    const { outcome } = await sendFiles(pair, [...entries, folder('in', { mtimeMs: 2 ** 43 * 1000 })])
    expect(outcome).toMatchObject({ status: 'done', items: [{ result: { filesDone: 5 } }] })
    expect(statSync(join(pair.target, 'source/f0')).mtimeMs).toBe(-1)
  })

  test('an entry of an unknown kind is refused', async () => {
    await using pair = await createEnginePair()
    const listing = listingOf([folder(''), file('tty')])
    listing.kinds[1] = 3
    const outcome = await playSender(pair, (peer) => peer.say(begin, batch([], { listing })))
    expect(outcome).toMatchObject(protocolError)
  })

  test.runIf(process.platform === 'linux')('pipes are neither opened to be sent nor written into', async () => {
    await using pair = await createEnginePair()
    execFileSync('mkfifo', [join(pair.source, 'pipe')])
    writeRandomFile(pair.source, { path: 'f', sizeBytes: 5 })
    const { received } = await move(pair)
    expect(received.items[0]).toMatchObject({
      result: { filesDone: 1 },
      failures: [{ path: 'pipe', error: { code: 'SPECIAL_FILE' } }],
    })
    execFileSync('mkfifo', [join(pair.target, 'source/there')])
    const { failed } = await sendFiles(pair, [file('there', 5), file('there2', 5)])
    expect(Object.fromEntries(failed)).toEqual({ there: 'SPECIAL_FILE' })
  })
})
