import { createHash, randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { HostIdentity, TransferOutcome } from '../../src/engine/index.ts'
import { createHostIdentity } from '../../src/platform/certificate.ts'
import { type Random, randomFrom } from '../fuzz/random.ts'
import { newTicket } from './engine-pair.ts'
import { EngineProcess } from './engine-process/index.ts'

const mebibyte = 1024 * 1024
const laneCount = 2
/** So slow that a tree takes some seconds and kills find it at all stages. */
const limitBytesPerSecond = 80 * mebibyte
const latestKillMs = 1000
const maxRounds = 200

export interface KillStory {
  readonly kills: number
  readonly neededBytes: number
  /** With what a run says besides content: handshakes, lists, results. */
  readonly againBytes: number
  /** From the start of the new processes to the first content that has come, for each run that had any left to send. */
  readonly backToSendingMs: readonly number[]
  /** The same from the moment when both processes are there. */
  readonly meetToSendingMs: readonly number[]
}

interface Expected {
  /** Relative to the folder of sources, and to where it lands. */
  readonly path: string
  readonly itemId: string
  readonly newHash: string
  readonly oldHash: string | undefined
}

/** The two machines of one story: what they keep over the deaths of their processes. */
interface Stage {
  readonly folder: string
  readonly source: string
  readonly target: string
  readonly identities: readonly [sender: HostIdentity, receiver: HostIdentity]
  readonly expected: readonly Expected[]
  /** A file that looks the same as before was not written since: its verdict stands. */
  readonly verdicts: Map<string, { readonly look: string; readonly hash: string }>
}

/**
 * Sends one mixed tree and kills the sender, the receiver or both so many times, at moments of the seed's choice; then
 * lets it come to its end. Throws where a target is neither old nor new, or what was reported as done is not there.
 */
export async function killEngines(folder: string, seed: number, kills: number): Promise<KillStory> {
  const random = randomFrom(seed)
  const stage = await setStage(folder, random)
  const reported = new Set<string>()
  const backToSendingMs: number[] = []
  const meetToSendingMs: number[] = []
  let sentBytes = 0
  let killed = 0
  for (let round = 0; round < maxRounds; round += 1) {
    const run = await runOnce(stage, round, killed < kills ? planOf(random) : undefined)
    sentBytes += run.sentBytes
    for (const itemId of run.done) reported.add(itemId)
    if (run.backMs !== undefined) backToSendingMs.push(run.backMs)
    if (run.meetMs !== undefined) meetToSendingMs.push(run.meetMs)
    if (run.wasKilled) killed += 1
    checkTargets(stage, reported, `seed ${seed}, round ${round}`)
    if (run.outcome?.status !== 'done') continue
    if (killed < kills) {
      // It was over before the kill came: another tree in its place, so that every kill finds work.
      stage.verdicts.clear()
      reported.clear()
      rmSync(stage.target, { recursive: true })
      mkdirSync(stage.target)
      putOld(stage)
      sentBytes -= neededOf(stage)
      continue
    }
    checkEnd(stage, `seed ${seed}`)
    const neededBytes = neededOf(stage)
    rmSync(folder, { recursive: true })
    return { kills: killed, neededBytes, againBytes: sentBytes - neededBytes, backToSendingMs, meetToSendingMs }
  }
  throw new Error(`seed ${seed}: not done after ${maxRounds} runs`)
}

interface KillPlan {
  readonly victims: readonly ('sender' | 'receiver')[]
  readonly afterMs: number
}

function planOf(random: Random): KillPlan {
  const victims = random.pick([['sender'], ['receiver'], ['receiver'], ['sender', 'receiver']] as const)
  return { victims, afterMs: random.integer(latestKillMs) }
}

interface RunResult {
  readonly wasKilled: boolean
  /** All that the sender has given to its sockets. */
  readonly sentBytes: number
  /** Items that the receiver has said are done. */
  readonly done: readonly string[]
  readonly backMs: number | undefined
  readonly meetMs: number | undefined
  readonly outcome: TransferOutcome | undefined
}

/** New processes on both sides, one dispatch, and perhaps a kill. */
async function runOnce(stage: Stage, round: number, plan: KillPlan | undefined): Promise<RunResult> {
  const startedMs = performance.now()
  const [senderIdentity, receiverIdentity] = stage.identities
  const started = await Promise.all([
    EngineProcess.start({ identity: senderIdentity, stateFolder: join(stage.folder, 'a') }),
    EngineProcess.start({
      identity: receiverIdentity,
      stateFolder: join(stage.folder, 'b'),
      listen: { host: '127.0.0.1', port: 0 },
    }),
  ])
  await using sender = started[0]
  await using receiver = started[1]
  sender.setLimit(limitBytesPerSecond)
  const readyMs = performance.now()
  let firstContentMs: number | undefined
  void receiver
    .until(({ bytesReceived }) => bytesReceived > 0)
    .then(() => {
      firstContentMs = performance.now()
    })
  const itemIds = [...new Set(stage.expected.map(({ itemId }) => itemId))]
  const shared = { transferId: randomBytes(12).toString('hex'), epoch: round, ticket: newTicket(), laneCount }
  const receiving = receiver.run({
    ...shared,
    role: 'receive',
    peerKeyHash: senderIdentity.keyHash,
    acceptsIncoming: true,
    resumeKey: 'workspace/job',
    onConflict: 'replace',
    items: itemIds.map((itemId) => ({ itemId, root: stage.target, path: itemId, placement: 'as' })),
  })
  const sending = sender.run(
    {
      ...shared,
      role: 'send',
      peerKeyHash: receiverIdentity.keyHash,
      acceptsIncoming: false,
      items: itemIds.map((itemId) => ({ itemId, root: stage.source, path: itemId })),
    },
    receiver.listening,
  )
  const ended = Promise.all([receiving, sending]).then(([outcome]) => outcome)
  ended.catch(() => undefined)
  let outcome: TransferOutcome | undefined
  if (plan === undefined) outcome = await ended
  else {
    using timer = new AbortTimer()
    outcome = await Promise.race([ended, wait(plan.afterMs, undefined, { signal: timer.signal })]).catch(
      () => undefined,
    )
  }
  const wasKilled = outcome === undefined
  const victims: readonly string[] = wasKilled ? (plan?.victims ?? []) : []
  // What it tells of itself comes too late: so it stands still until it is counted.
  if (victims.includes('sender')) process.kill(sender.pid, 'SIGSTOP')
  if (victims.includes('receiver')) await receiver.kill()
  if (wasKilled && !victims.includes('sender')) await assertEndsCleanly(sending)
  const sentBytes = bytesWrittenBy(sender)
  if (victims.includes('sender')) await sender.kill()
  if (wasKilled && !victims.includes('receiver')) await assertEndsCleanly(receiving)
  return {
    wasKilled,
    sentBytes,
    done: receiver.doneItems,
    backMs: firstContentMs === undefined ? undefined : firstContentMs - startedMs,
    meetMs: firstContentMs === undefined ? undefined : firstContentMs - readyMs,
    outcome,
  }
}

/** To sockets, and next to nothing to files: a sender keeps no journal. Linux counts it for each process. */
function bytesWrittenBy({ pid }: EngineProcess): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}

/** Who survives says that its peer is gone, or was done just before. */
async function assertEndsCleanly(outcome: Promise<TransferOutcome>): Promise<void> {
  const { status, error } = await outcome
  const isClean = status === 'done' || error?.code === 'PEER_LOST' || error?.code === 'PEER_UNREACHABLE'
  if (!isClean) throw new Error(`the survivor ended with ${JSON.stringify(error ?? status)}`)
}

class AbortTimer implements Disposable {
  readonly #controller = new AbortController()

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose](): void {
    this.#controller.abort()
  }
}

/** Small, large, replaced, deep and empty ones. */
async function setStage(folder: string, random: Random): Promise<Stage> {
  const [source, target] = [join(folder, 'source'), join(folder, 'target')]
  for (const path of [source, target, join(folder, 'a'), join(folder, 'b')]) mkdirSync(path, { recursive: true })
  const expected: Expected[] = []
  const put = (path: string, sizeBytes: number, old?: 'other' | 'changed'): void => {
    const content = randomBytes(sizeBytes)
    writeTimed(join(source, path), content, newTimeMs)
    let oldHash: string | undefined
    if (old) {
      const before = old === 'changed' ? changed(content) : randomBytes(Math.ceil(sizeBytes / 2) + 1)
      oldHash = hashOf(before)
      writeTimed(join(folder, 'old', path), before, newTimeMs - 60_000)
    }
    expected.push({ path, itemId: path.split('/')[0] as string, newHash: hashOf(content), oldHash })
  }
  put('new.mov', (16 + random.integer(16)) * mebibyte + random.integer(mebibyte))
  put(reusedPath, (8 + random.integer(12)) * mebibyte + random.integer(mebibyte), 'changed')
  put('other.mov', (4 + random.integer(8)) * mebibyte, 'other')
  for (let index = 0; index < 200; index += 1)
    put(`small/${index % 7}/${index}`, random.integer(40_000), random.onceIn(4) ? 'other' : undefined)
  for (let index = 0; index < 30; index += 1)
    put(`frames/${index}.dpx`, 200_000 + random.integer(600_000), random.onceIn(5) ? 'changed' : undefined)
  const deep = Array.from({ length: 30 }, (_, index) => `d${index}`).join('/')
  for (let index = 0; index < 10; index += 1) put(`deep/${deep}/${index}`, random.integer(3000))
  for (let index = 0; index < 10; index += 1) put(`empty/${index}`, 0)
  const identities = await Promise.all([createHostIdentity('a'), createHostIdentity('b')])
  const stage: Stage = { folder, source, target, identities, expected, verdicts: new Map() }
  putOld(stage)
  return stage
}

const reusedPath = 'replaced.mov'
const newTimeMs = 1_700_000_000_123

function putOld({ folder, target, expected }: Stage): void {
  for (const { path, oldHash } of expected) {
    if (oldHash !== undefined)
      writeTimed(join(target, path), readFileSync(join(folder, 'old', path)), newTimeMs - 60_000)
  }
}

function writeTimed(at: string, content: Buffer, mtimeMs: number): void {
  mkdirSync(dirname(at), { recursive: true })
  writeFileSync(at, content)
  utimesSync(at, mtimeMs / 1000, mtimeMs / 1000)
}

function changed(content: Buffer): Buffer {
  const other = Buffer.from(content)
  for (let at = 1000; at < other.length; at += 1_500_000) other[at] = (other[at] ?? 0) ^ 0x5a
  return other
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

/** What has to come at least; of a large file that is there in an older version only what differs. */
function neededOf({ source, expected }: Stage): number {
  return expected.reduce((sum, { path }) => sum + (path === reusedPath ? 0 : lstatSync(join(source, path)).size), 0)
}

/** Each is the old or the new one, and the new one where its item was reported as done. */
function checkTargets(stage: Stage, reported: ReadonlySet<string>, when: string): void {
  for (const file of stage.expected) {
    const hash = heldHash(stage, file.path)
    const isFine = hash === file.newHash || (hash === file.oldHash && !reported.has(file.itemId))
    if (isFine) continue
    throw new Error(
      `${when}: ${file.path} is ${hash === file.oldHash ? 'not there any more, although it was done' : 'a mixture'}`,
    )
  }
}

function heldHash({ target, verdicts }: Stage, path: string): string | undefined {
  const at = join(target, path)
  const stats = lstatSync(at, { throwIfNoEntry: false, bigint: true })
  if (!stats) return undefined
  const look = `${stats.ino}/${stats.size}/${stats.mtimeNs}/${stats.ctimeNs}`
  const known = verdicts.get(path)
  if (known?.look === look) return known.hash
  const hash = hashOf(readFileSync(at))
  verdicts.set(path, { look, hash })
  return hash
}

/** Everything is there, and nothing of ours is left. */
function checkEnd(stage: Stage, when: string): void {
  checkTargets(stage, new Set(stage.expected.map(({ itemId }) => itemId)), when)
  const left = readdirSync(stage.target, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?:^|\/)\.tern-/.test(name),
  )
  if (left.length > 0) throw new Error(`${when}: left behind: ${left.join(', ')}`)
}

/** What the rules allow to be sent again. */
export function allowedAgainBytes({ kills }: KillStory): number {
  return kills * laneCount * 16 * mebibyte
}

/** Stories side by side, as many as there are cores. */
export async function killMany(
  folder: string,
  seeds: readonly number[],
  killsInStory: number,
): Promise<readonly KillStory[]> {
  const stories: KillStory[] = []
  const waiting = [...seeds]
  const lane = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      stories.push(await killEngines(join(folder, `${seed}`), seed, killsInStory))
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, cpus().length) }, lane))
  return stories
}

/** `median 310, 95 % 480, most 700 ms` */
export function distributionOf(ms: readonly number[]): string {
  const sorted = [...ms].sort((left, right) => left - right)
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  return `median ${at(0.5)}, 95 % ${at(0.95)}, most ${at(1)} ms of ${sorted.length}`
}
