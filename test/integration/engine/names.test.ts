import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { FoundNames, ReceiveItem, TransferOutcome } from '../../../src/engine/index.ts'
import { encodeControl } from '../../../src/engine/protocol/codec.ts'
import type { SenderMessage } from '../../../src/engine/protocol/messages.ts'
import type { NameTraits } from '../../../src/engine/protocol/name-traits.ts'
import { usualTraits } from '../../../src/engine/storage/target-traits.ts'
import { createEnginePair, type EnginePair, move, newTicket, requestsOf } from '../../helpers/engine-pair.ts'
import { listingOf } from '../../helpers/listing.ts'
import { meetAsRawPeer } from '../../helpers/raw-peer.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

/** What the receiving file system is taken for: the disks of this machine hold any name. */
const disk = vi.hoisted(() => ({ traits: undefined as NameTraits | undefined }))
vi.mock('../../../src/engine/storage/target-traits.ts', async (original) => {
  const actual = await original<typeof import('../../../src/engine/storage/target-traits.ts')>()
  return { ...actual, probeTraits: () => disk.traits ?? actual.usualTraits('posix') }
})

const windows = usualTraits('windows')
const mebibyte = 1024 * 1024
const names = [
  'Plate.exr',
  'a:b/con/deep.mov',
  'a:b/what?.mov',
  'dot.',
  'plate.exr',
  'plain/x',
  'shots/a',
  'SHOTS/a',
  '100%.txt',
]

beforeEach(() => {
  disk.traits = windows
})

function writeSource(root: string, paths: readonly string[] = names): void {
  for (const path of paths) writeRandomFile(root, { path, sizeBytes: 100 + path.length })
  setFolderTimes(root)
}

/** What lies there, without the proofs of mapped names. */
function namesIn(root: string): string[] {
  return [...readTree(root).keys()]
    .filter((path) => path !== '')
    .map((path) => path.replace(/~tern-[0-9a-v]+/g, '~'))
    .sort()
}

/** From the one that has received to the one that had sent, into a folder of its own. */
async function sendBack(pair: EnginePair, into: string): Promise<TransferOutcome> {
  disk.traits = undefined
  mkdirSync(into)
  const shared = { transferId: newTicket().slice(0, 24), epoch: 1, ticket: newTicket() }
  const receiving = pair.sender.start({
    ...shared,
    role: 'receive',
    peerKeyHash: pair.receiverKeyHash,
    routes: [pair.route],
    acceptsIncoming: false,
    resumeKey: 'workspace/back',
    onConflict: 'replace',
    items: [{ itemId: '0', root: into, path: 'source', placement: 'as' }],
  })
  const sending = pair.receiver.start({
    ...shared,
    role: 'send',
    peerKeyHash: pair.senderKeyHash,
    routes: [],
    acceptsIncoming: true,
    items: [{ itemId: '0', root: pair.target, path: 'source', restoresNames: true }],
  })
  const [outcome] = await Promise.all([receiving.outcome, sending.outcome])
  return outcome
}

test('one-way sync keeps what the source has as a link, whatever it is called here', async () => {
  await using pair = await createEnginePair()
  writeSource(pair.source, ['what?.mov', 'Plain.mov', 'stays', 'goes', 'more'])
  const items = [
    { itemId: '0', root: pair.target, path: 'source', placement: 'as' as const, sync: { isGuarded: true } },
  ]
  await move(pair, { receive: { items } })
  for (const name of ['what?.mov', 'Plain.mov', 'goes']) rmSync(join(pair.source, name))
  symlinkSync('stays', join(pair.source, 'what?.mov'))
  symlinkSync('stays', join(pair.source, 'PLAIN.mov'))
  const { received } = await move(pair, { receive: { items } })
  expect(received.status).toBe('done')
  expect(namesIn(join(pair.target, 'source'))).toEqual(['Plain.mov', 'more', 'stays', 'what%3F~.mov'])
})

describe('names that do not fit', () => {
  test('are found before the first byte, mapped, told once, and are themselves again when they are sent back', async () => {
    await using pair = await createEnginePair()
    writeSource(pair.source)
    writeRandomFile(pair.source, { path: 'a:b/large*.mov', sizeBytes: 2 * mebibyte })
    setFolderTimes(pair.source)
    const found: FoundNames[] = []
    let receivedBefore = -1
    const receiving: { progress?: () => number } = {}
    const { received } = await move(pair, {
      receiveEvents: {
        onProgress: ({ bytesReceived }) => {
          receiving.progress = () => bytesReceived
        },
        onNames: (one) => {
          found.push(one)
          receivedBefore = receiving.progress?.() ?? 0
        },
      },
    })
    expect(received).toMatchObject({ status: 'done', items: [{ result: { filesDone: 10, filesFailed: 0 } }] })
    expect(received.items[0]?.failures).toBeUndefined()
    expect(receivedBefore).toBe(0)
    expect(found).toMatchObject([{ itemId: '0', mapped: 7, refused: 0 }])
    expect(found[0]?.names[0]).toMatchObject({
      path: 'a:b',
      error: { code: 'NAME_MAPPED', params: { path: 'a:b', name: expect.stringMatching(/^a%3Ab~tern-[0-9a-v]{8}$/) } },
    })
    expect(namesIn(join(pair.target, 'source'))).toEqual(
      [
        '100%.txt',
        'Plate.exr',
        'SHOTS',
        'SHOTS/a',
        'a%3Ab~',
        'a%3Ab~/%63on~',
        'a%3Ab~/%63on~/deep.mov',
        'a%3Ab~/large%2A~.mov',
        'a%3Ab~/what%3F~.mov',
        'dot.~',
        'plain',
        'plain/x',
        'plate~.exr',
        'shots~',
        'shots~/a',
      ].sort(),
    )
    const back = join(pair.folder, 'back')
    expect(await sendBack(pair, back)).toMatchObject({ status: 'done', items: [{ status: 'done' }] })
    expect(readTree(join(back, 'source'))).toEqual(readTree(pair.source))
  })

  test('are compared by what they have become, so a second run sends nothing', async () => {
    await using pair = await createEnginePair()
    writeSource(pair.source)
    await move(pair)
    const { received } = await move(pair)
    expect(received).toMatchObject({ status: 'done', progress: { bytesReceived: 0, filesAlreadyThere: names.length } })
  })

  test('fail the item before the first byte where they are refused, by name; others go on', async () => {
    await using pair = await createEnginePair()
    writeSource(pair.source)
    mkdirSync(join(pair.source, 'plain'), { recursive: true })
    for (let index = 0; index < 200; index += 1) writeFileSync(join(pair.source, `q?${index}`), 'x')
    const found: FoundNames[] = []
    const into = { root: pair.target, placement: 'as', names: 'refuse' } as const
    const { received, sent } = await move(pair, {
      send: {
        items: [
          { itemId: '0', root: pair.source, path: '' },
          { itemId: '1', root: pair.source, path: 'plain' },
        ],
      },
      receive: {
        items: [{ itemId: '0', path: 'all', ...into } as ReceiveItem, { itemId: '1', path: 'plain', ...into }],
      },
      receiveEvents: { onNames: (one) => found.push(one) },
    })
    expect(found).toMatchObject([{ itemId: '0', mapped: 0, refused: 208 }])
    expect(received.status).toBe('failed')
    const all = received.items.find(({ itemId }) => itemId === '0')
    expect(all).toMatchObject({
      status: 'failed',
      error: { code: 'NAME_NOT_ALLOWED' },
      result: { filesDone: 0, filesFailed: 208 },
    })
    expect(all?.failures).toHaveLength(100)
    expect(sent.items.find(({ itemId }) => itemId === '0')?.failures).toHaveLength(100)
    expect(received.items.find(({ itemId }) => itemId === '1')).toMatchObject({ status: 'done' })
    expect([...readTree(pair.target).keys()]).toEqual(['', 'plain', 'plain/x'])
  })

  test('of items by themselves are mapped too, and no two items come to one place', async () => {
    await using pair = await createEnginePair()
    const items = ['what?.mov', 'Plate.exr', 'plate.exr', 'con']
    writeSource(pair.source, items)
    const found: FoundNames[] = []
    const { received } = await move(pair, {
      send: { items: items.map((path, index) => ({ itemId: String(index), root: pair.source, path })) },
      receive: {
        items: items.map((_, index) => ({ itemId: String(index), root: pair.target, path: '', placement: 'into' })),
      },
      receiveEvents: { onNames: (one) => found.push(one) },
    })
    expect(received.status).toBe('done')
    expect(namesIn(pair.target)).toEqual(['%63on~', 'Plate.exr', 'plate~.exr', 'what%3F~.mov'])
    expect(found.map(({ itemId }) => itemId).sort()).toEqual(['0', '2', '3'])
    expect(received.items.map(({ pathAbsFinal = '' }) => basename(pathAbsFinal)).sort()).toEqual(
      readdirSync(pair.target).sort(),
    )
  })

  test('do not matter where an item gets another name', async () => {
    await using pair = await createEnginePair()
    writeSource(pair.source, ['what?.mov'])
    const { received } = await move(pair, {
      send: { items: [{ itemId: '0', root: pair.source, path: 'what?.mov' }] },
      receive: { items: [{ itemId: '0', root: pair.target, path: 'what.mov', placement: 'as', names: 'refuse' }] },
    })
    expect(received.status).toBe('done')
    expect(readdirSync(pair.target)).toEqual(['what.mov'])
  })

  test('that were chosen for two items and are one to the disk are refused', async () => {
    await using pair = await createEnginePair()
    writeSource(pair.source, ['a', 'b'])
    const { received } = await move(pair, {
      send: { items: ['a', 'b'].map((path) => ({ itemId: path, root: pair.source, path })) },
      receive: {
        items: [
          { itemId: 'a', root: pair.target, path: 'Final.mov', placement: 'as' },
          { itemId: 'b', root: pair.target, path: 'final.mov', placement: 'as' },
        ],
      },
    })
    expect(received.items.find(({ itemId }) => itemId === 'b')).toMatchObject({
      status: 'failed',
      error: { code: 'NAME_COLLISION', params: { path: 'final.mov', other: 'Final.mov' } },
    })
    expect(readdirSync(pair.target)).toEqual(['Final.mov'])
  })

  test('that are too long are cut, recorded, and whole again when they are sent back from the same machine', async () => {
    disk.traits = { ...usualTraits('posix'), longestName: 100 }
    await using pair = await createEnginePair()
    const long = [`${'x'.repeat(150)}.exr`, `${'映'.repeat(60)}/${'y'.repeat(120)}`, 'short']
    writeSource(pair.source, long)
    const { received } = await move(pair)
    expect(received).toMatchObject({ status: 'done', items: [{ result: { filesDone: 3 } }] })
    for (const path of readTree(join(pair.target, 'source')).keys()) {
      for (const name of path.split('/')) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(100)
    }
    const back = join(pair.folder, 'back')
    expect(await sendBack(pair, back)).toMatchObject({ status: 'done', items: [{ status: 'done' }] })
    expect(readTree(join(back, 'source'))).toEqual(readTree(pair.source))
  })

  test('cost nothing where any name fits: nobody is asked', async () => {
    disk.traits = undefined
    await using pair = await createEnginePair()
    writeSource(pair.source)
    const found: FoundNames[] = []
    const { received } = await move(pair, { receiveEvents: { onNames: (one) => found.push(one) } })
    expect(received.status).toBe('done')
    expect(found).toEqual([])
    expect(readTree(join(pair.target, 'source'))).toEqual(readTree(pair.source))
  })
})

describe('a hostile sender', () => {
  const file = (path: string) => ({ kind: 'file' as const, path, sizeBytes: 0, mtimeMs: 0, mode: 0o644 })
  const folder = (path: string) => ({ ...file(path), kind: 'folder' as const })
  const begin: SenderMessage = { type: 'itemBegin', item: 0, itemId: '0', kind: 'folder', name: 'source' }
  const clean: SenderMessage = { type: 'namesSurveyed', item: 0, mapped: 0, refused: 0, names: [] }
  const end: SenderMessage[] = [{ type: 'itemEnd', item: 0, itemId: '0' }, { type: 'listEnd' }]
  const batch = (paths: readonly string[]): SenderMessage => ({
    type: 'listBatch',
    batch: 0,
    item: 0,
    firstEntry: 0,
    listing: listingOf([
      folder(''),
      ...paths.map((path) => (path.endsWith('/') ? folder(path.slice(0, -1)) : file(path))),
    ]),
  })

  /** Sends the messages and answers what the receiver has wanted of the batch, as bits. */
  async function play(
    pair: EnginePair,
    messages: readonly SenderMessage[],
    policy: 'map' | 'refuse' = 'map',
  ): Promise<{ outcome: TransferOutcome; wanted: string }> {
    const { send, receive } = requestsOf(pair, {
      receive: { items: [{ itemId: '0', root: pair.target, path: 'source', placement: 'as', names: policy }] },
    })
    const receiving = pair.receiver.start(receive)
    const { session } = await meetAsRawPeer(pair.senderIdentity, send)
    session.control.expect(() => mebibyte)
    for (const message of messages) await session.control.send(encodeControl(message)).catch(() => undefined)
    let wanted = ''
    for (let frame = await session.control.read(); frame && wanted === ''; frame = await session.control.read()) {
      if (frame.type === 0x20) wanted = frame.payload.toString('hex')
      if (frame.type === 0x31) break
    }
    session.destroy(new Error('over') as never)
    return { outcome: await receiving.outcome, wanted }
  }

  test.each([
    { what: 'says nothing of names', messages: [begin, batch(['a']), ...end], wanted: '' },
    { what: 'tells of names that nobody asked for', messages: [{ ...clean, item: 3 }], code: 'PROTOCOL_ERROR' },
    { what: 'tells of them twice', messages: [begin, clean, clean], code: 'PROTOCOL_ERROR' },
    { what: 'tells of them before the item', messages: [clean, begin], code: 'PROTOCOL_ERROR' },
  ])('that $what gets nothing written', async ({ messages, code, wanted }) => {
    await using pair = await createEnginePair({ stallAfterMs: 500 })
    const played = await play(pair, messages as SenderMessage[])
    if (code) expect(played.outcome).toMatchObject({ status: 'ended', error: { code } })
    if (wanted !== undefined) expect(played.wanted).toBe(wanted)
    expect(readTree(pair.target).size).toBeLessThanOrEqual(2)
  })

  test('that keeps collisions to itself never brings two names into one file', async () => {
    await using pair = await createEnginePair()
    const listed = [
      'FILE',
      'FOLDER/',
      'FOLDER/x',
      'File',
      'PROGRA~1',
      'file',
      'file~tern-00000000',
      'folder/',
      'folder/x',
      'x:y',
    ]
    const { outcome } = await play(pair, [begin, batch(listed), clean, ...end])
    expect(outcome.status).toBe('ended')
    const told = outcome.items
    expect(told).toEqual([])
    // Each was given a place of its own: folders were made, and no two of them are one to the disk.
    const folded = readdirSync(join(pair.target, 'source')).map((name) => name.toLowerCase())
    expect(new Set(folded).size).toBe(folded.length)
    expect(folded).toHaveLength(2)
  })

  test('that keeps them to itself where they are refused fails with each of them', async () => {
    await using pair = await createEnginePair()
    const listed = ['A', 'a', 'con', 'x:y', 'É', 'é']
    const { send, receive } = requestsOf(pair, {
      receive: { items: [{ itemId: '0', root: pair.target, path: 'source', placement: 'as', names: 'refuse' }] },
    })
    const receiving = pair.receiver.start(receive)
    const { session } = await meetAsRawPeer(pair.senderIdentity, send)
    session.control.expect(() => mebibyte)
    for (const message of [
      begin,
      batch(listed),
      clean,
      { type: 'itemEnd', item: 0, itemId: '0', error: { code: 'SOURCE_UNREADABLE' } },
      { type: 'listEnd' },
    ])
      await session.control.send(encodeControl(message as SenderMessage))
    let bits = ''
    for (let frame = await session.control.read(); frame; frame = await session.control.read()) {
      if (frame.type !== 0x20) continue
      bits = frame.payload.toString('hex')
      break
    }
    session.destroy(new Error('over') as never)
    await receiving.outcome
    // Batch 0, seven entries, as bits: of the folder and six names only `A` and `É` are wanted.
    expect(bits).toContain('22')
    expect(readdirSync(join(pair.target, 'source'))).toEqual([])
  })
})

test('an item that is gone when its names are surveyed fails alone', async () => {
  await using pair = await createEnginePair()
  writeSource(join(pair.source, 'gone'), ['a', 'b'])
  writeSource(join(pair.source, 'there'), ['c'])
  const includes = (path: string) => {
    if (path === 'b') rmSync(join(pair.source, 'gone'), { recursive: true })
    return true
  }
  const { received } = await move(pair, {
    send: {
      items: [
        { itemId: '0', root: pair.source, path: 'gone', includes },
        { itemId: '1', root: pair.source, path: 'there' },
      ],
    },
    receive: {
      items: ['0', '1'].map((itemId) => ({ itemId, root: pair.target, path: '', placement: 'into' as const })),
    },
  })
  expect(Object.fromEntries(received.items.map(({ itemId, status }) => [itemId, status]))).toEqual({
    0: 'failed',
    1: 'done',
  })
})
