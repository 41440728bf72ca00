import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { openJournal } from '../../src/engine/journal/index.ts'
import { encodeControl } from '../../src/engine/protocol/codec.ts'
import { PackWriter, writeBlockHeader, zerosFrame } from '../../src/engine/protocol/data-frames.ts'
import { frame } from '../../src/engine/protocol/frames.ts'
import { frameType, type ReceiverMessage, type SenderMessage } from '../../src/engine/protocol/messages.ts'
import { NameRecords } from '../../src/engine/storage/names/name-records.ts'
import { Digester } from '../../src/engine/transfer/digester.ts'
import { FlowMeter } from '../../src/engine/transfer/flow-meter.ts'
import { Receiver } from '../../src/engine/transfer/receiving/receive.ts'
import { ReceiveMeter } from '../../src/engine/transfer/receiving/receive-meter.ts'
import { TargetClaims } from '../../src/engine/transfer/receiving/target-claims.ts'
import { Sender } from '../../src/engine/transfer/sending/send.ts'
import { SendMeter } from '../../src/engine/transfer/sending/send-meter.ts'
import { Limiter } from '../../src/engine/transport/limiter.ts'
import { PeerSession } from '../../src/engine/transport/peer-session.ts'
import { TernError } from '../../src/shared/domain/errors.ts'
import { MemoryLane } from '../helpers/memory-lane.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { receiverMessages, senderMessages } from './engine-samples.ts'
import { bytesOf, framesIn, textOf, variedSessions } from './engine-wire.ts'
import { fuzzSeconds } from './fuzz.ts'
import { randomFrom } from './random.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const mebibyte = 1024 * 1024
const limitMs = fuzzSeconds * 1000 + 40_000
const hangMs = 10_000
const digestKey = new Uint8Array(16)
const digester = new Digester(digestKey)
const dataTypes = new Set<number>([frameType.block, frameType.pack, frameType.zeros])

function block(entry: number, attempt: number, offset: number, bytes: Buffer): Buffer {
  const whole = Buffer.alloc(34 + bytes.length)
  bytes.copy(whole, 34)
  writeBlockHeader(whole, { entry, attempt, offset, digest: digester.of(bytes) }, bytes.length)
  return whole
}

function pack(entry: number, content: string): Buffer {
  const writer = new PackWriter()
  const bytes = Buffer.from(content)
  bytes.copy(writer.buffer, writer.end)
  writer.add(entry, 0, bytes.length)
  return Buffer.from(writer.finish((covered) => digester.of(covered)))
}

const large = Buffer.alloc(2 * mebibyte, 7)
const digests = Buffer.concat([0, mebibyte].map((at) => digester.of(large.subarray(at, at + mebibyte))))
const said = (type: SenderMessage['type']) =>
  senderMessages.filter((message) => message.type === type).map(encodeControl)
const sessionOf = (...frames: readonly Buffer[]) => textOf(Buffer.concat(frames))

/** Whole sessions of a sender, which come to their end. */
const senderSessions: readonly string[] = [
  sessionOf(
    ...['itemBegin', 'listBatch'].map((type) => said(type as SenderMessage['type'])[0] as Buffer),
    ...said('itemProblem'),
    ...[...said('itemEnd'), ...said('listEnd')].filter((_, index) => index !== 1),
    pack(1, 'hello'),
    pack(4, ''),
    ...said('fileRelist'),
    block(2, 1, mebibyte, large.subarray(mebibyte)),
    block(2, 1, 0, large.subarray(mebibyte)),
    encodeControl({ type: 'fileEnd', entry: 2, attempt: 1, digest: digester.ofFile(large.length, digests), blocks: 2 }),
    ...said('goodbye'),
  ),
  sessionOf(
    ...(['itemBegin', 'listBatch'] as const).map((type) => said(type)[0] as Buffer),
    pack(1, 'hello'),
    zerosFrame({ entry: 2, attempt: 0, firstBlock: 0, count: 3 }),
    ...said('fileFailed'),
    ...said('stop'),
  ),
]

const receiverSessions: readonly string[] = [
  ...[receiverMessages, receiverMessages.slice(1)].map((messages) => sessionOf(...messages.map(encodeControl))),
  sessionOf(
    ...(
      [
        { type: 'wantBatch', batch: 0, wanted: Uint8Array.of(0b10110), held: [] },
        { type: 'laneAck', lane: 1, attempt: 0, frames: 0, isClosed: false },
        { type: 'laneAck', lane: 1, attempt: 0, frames: 2, isClosed: false },
        { type: 'fileResults', ranges: [{ firstEntry: 1, count: 2, isDone: true }] },
        { type: 'fileResults', ranges: [{ firstEntry: 4, count: 1, isDone: true }] },
        {
          type: 'itemResult',
          item: 0,
          isDone: true,
          filesDone: 3,
          filesAlreadyThere: 0,
          filesReplaced: 0,
          filesFailed: 0,
          bytesVerified: 5,
          failures: [],
        },
        { type: 'finished' },
      ] satisfies readonly ReceiverMessage[]
    ).map(encodeControl),
  ),
]

interface Played {
  readonly control: MemoryLane
  readonly lane: MemoryLane
  readonly heard: ReadonlySet<number>
  readonly run: Promise<unknown>
}

/** Each frame once the one before was taken; how it ended. */
async function feed(text: string, { control, lane, heard, run }: Played): Promise<string> {
  let isOver = false
  const outcome = run.then(
    () => 'done',
    (thrown) => endOf(thrown),
  )
  void outcome.finally(() => {
    isOver = true
  })
  for (const whole of framesIn(text)) {
    if (isOver) break
    const type = whole.charCodeAt(4)
    // Small files are durable a moment after they came.
    for (let turn = 0; type === frameType.goodbye && turn < 300 && !heard.has(frameType.finished); turn += 1)
      await nextTurn()
    ;(dataTypes.has(type) ? lane : control).put(bytesOf(whole))
    await nextTurn()
    await nextTurn()
  }
  control.hangUp()
  let timer: NodeJS.Timeout | undefined
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('hangs')), hangMs)
  })
  return Promise.race([outcome, hang]).finally(() => clearTimeout(timer))
}

/** What ends a session is a refusal, or what the peer itself said. Anything that nobody foresaw is a defect. */
function endOf(thrown: unknown): string {
  if (!(thrown instanceof TernError) || isUnforeseen(thrown)) {
    throw new Error('an end that nobody foresaw', { cause: thrown })
  }
  return `${thrown.code} ${thrown.params.what}`
}

/** A code that the peer made up comes without anything. */
function isUnforeseen({ code, params, cause }: TernError): boolean {
  return code === 'INTERNAL' && (cause !== undefined || Object.keys(params).length > 0)
}

async function playReceiver(text: string, folder: string): Promise<string> {
  const [root, state] = [join(folder, 'target'), join(folder, 'state')]
  mkdirSync(root, { recursive: true })
  const heard = new Set<number>()
  const control = new MemoryLane((bytes) => heard.add(bytes.readUInt8(4)))
  const lane = new MemoryLane(() => undefined)
  const session = new PeerSession(control, 'direct', 1, digestKey)
  session.addLane({ lane, number: 1, attempt: 0 })
  const limiter = new Limiter()
  await using journal = await openJournal(state, 'fuzz')
  using claims = new TargetClaims(new Set())
  const item = { root, path: 'source', placement: 'as', sync: { isGuarded: true }, links: 'keep' } as const
  const failures: string[] = []
  const receiver = new Receiver({
    request: {
      ...{ role: 'receive', transferId: 't', epoch: 1, ticket: '', peerKeyHash: '', routes: [], acceptsIncoming: true },
      ...{ resumeKey: 'fuzz', onConflict: 'replace' },
      items: [
        { itemId: '0', ...item },
        { itemId: '1', ...item, path: 'one' },
      ],
    },
    ...{ session, journal, claims, limiter, meter: new ReceiveMeter(), flow: new FlowMeter('receive', limiter) },
    records: new NameRecords(join(state, 'names')),
    onItem: (outcome) => failures.push(...(outcome.failures ?? []).map(({ error }) => error.code)),
    onNames: () => undefined,
    onChange: () => undefined,
  })
  const end = await feed(text, { control, lane, heard, run: receiver.run() })
  session.destroy(new TernError('PEER_LOST'))
  return `${end} ${[...new Set(failures)].sort()}`
}

async function playSender(text: string, folder: string): Promise<string> {
  const root = join(folder, 'source')
  if (!existsSync(root)) {
    mkdirSync(join(root, 'c'), { recursive: true })
    for (const [path, bytes] of [
      ['a', 5],
      ['b', 3 * mebibyte],
      ['c/d', 0],
    ] as const)
      writeFileSync(join(root, path), Buffer.alloc(bytes, 3))
  }
  const heard = new Set<number>()
  const control = new MemoryLane((bytes) => heard.add(bytes.readUInt8(4)))
  const lane = new MemoryLane((bytes) => heard.add(bytes.readUInt8(4)))
  const session = new PeerSession(control, 'direct', 1, digestKey)
  session.addLane({ lane, number: 1, attempt: 0 })
  const limiter = new Limiter()
  const sender = new Sender({
    request: {
      ...{ role: 'send', transferId: 't', epoch: 1, ticket: '', peerKeyHash: '', routes: [], acceptsIncoming: true },
      items: [{ itemId: '0', root, path: '' }],
    },
    ...{ session, limiter, meter: new SendMeter(['0']), flow: new FlowMeter('send', limiter), maxLanes: 1 },
    records: new NameRecords(join(folder, 'names')),
    onItem: () => undefined,
    onChange: () => undefined,
  })
  const run = sender.run()
  for (let turn = 0; turn < 300 && !heard.has(frameType.listEnd); turn += 1) await nextTurn()
  const end = await feed(text, { control, lane, heard, run })
  session.destroy(new TernError('PEER_LOST'))
  return `${end} ${[...heard].sort()}`
}

async function fuzzSessions(
  name: string,
  sessions: readonly string[],
  tokens: readonly string[],
  play: (text: string, folder: string) => Promise<string>,
): Promise<void> {
  const seed = Number(process.env.TERN_FUZZ_SEED ?? `${Date.now() % 1_000_000_000}`)
  const random = randomFrom(seed)
  const corpus = [...sessions]
  const known = new Set<string>()
  const folder = tempFolder()
  const heldBytes = () => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  let before = 0
  const endsAtMs = performance.now() + fuzzSeconds * 1000
  let count = 0
  for (; performance.now() < endsAtMs || count < sessions.length; count += 1) {
    const text = sessions[count] ?? variedSessions(random, corpus, tokens)
    if (count === sessions.length + 20) before = heldBytes() - sizeOf(corpus)
    const shown = `${name}, seed ${seed}, session ${count}: ${framesIn(text).map((one) => textOf(bytesOf(one.slice(0, 40))))}`
    const outcome = await play(text, folder).catch((cause) => {
      throw new Error(JSON.stringify(shown.slice(0, 3000)), { cause })
    })
    if (count % 3 === 0) rmSync(join(folder, 'target'), { recursive: true, force: true })
    if (known.has(outcome) || corpus.length >= 200) continue
    known.add(outcome)
    corpus.push(text)
  }
  process.stdout.write(`fuzz ${name}: ${count} sessions, ${known.size} kinds of outcome, seed ${seed}\n`)
  expect(known.size).toBeGreaterThan(1)
  if (before > 0) expect(heldBytes() - sizeOf(corpus) - before).toBeLessThan(48 * mebibyte)
}

const sizeOf = (texts: readonly string[]) => texts.reduce((sum, text) => sum + text.length, 0)
const tokensOf = (messages: readonly (SenderMessage | ReceiverMessage)[]) => [
  ...messages.map((message) => textOf(encodeControl(message))),
  ...[0x00, 0x0f, 0x7f, 0x80, 0xff].map((type) => textOf(frame(type, Buffer.alloc(8)))),
]
const contents = [
  pack(1, 'hello'),
  pack(9, ''),
  block(2, 0, 0, large.subarray(mebibyte)),
  zerosFrame({ entry: 2, attempt: 0, firstBlock: 1, count: 1 }),
].map(textOf)

test(
  'sessions of a receiver come to an end',
  () => fuzzSessions('receivers', senderSessions, [...tokensOf(senderMessages), ...contents], playReceiver),
  limitMs,
)
test(
  'sessions of a sender come to an end',
  () => fuzzSessions('senders', receiverSessions, tokensOf(receiverMessages), playSender),
  limitMs,
)
