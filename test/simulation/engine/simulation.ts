import type {
  Engine,
  ItemOutcome,
  ReceiveItem,
  ReceiveRequest,
  SendItem,
  SendRequest,
  Transfer,
  TransferOutcome,
} from '../../../src/engine/api.ts'
import { frameType } from '../../../src/engine/protocol/messages.ts'
import { createEngine } from '../../../src/engine/transfer/engine.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import {
  Broken,
  checkReported,
  checkTargets,
  durableVersion,
  heldBytes,
  inPlace,
  leftovers,
  stagedBytes,
  whatIsDurable,
} from './checks.ts'
import { setFileCalls } from './disk/fs-module.ts'
import { FileNode } from './disk/nodes.ts'
import { Network, setNetworks } from './network.ts'
import { scaledPackBytes, scaledUnsyncedBytes } from './scaled-numbers.ts'
import { setSyncedWorld } from './sync-program.ts'
import { runTimersIn } from './timers.ts'
import { makeTree, nodeAt, putFile, removeFile, rewriteFile, type TrackedFile, variantOf, versionOf } from './tree.ts'
import { type Fault, type Machine, World } from './world.ts'

const sourceRoot = '/sender/source'
const targetRoot = '/receiver/target'
const maxEvents = 20_000
const maxCleanRounds = 5
export interface ScheduleFigures {
  readonly rounds: number
  readonly kills: number
  readonly powerLosses: number
  readonly cuts: number
  readonly events: number
  readonly calls: number
  readonly againBytes: number
  readonly orphans: number
}

/** One schedule, from its seed to its end. @throws Broken with what does not hold */
export async function simulate(seed: number): Promise<ScheduleFigures> {
  const simulation = new Simulation(seed)
  using _timers = runTimersIn(simulation.world.events)
  setFileCalls(simulation.world.calls)
  setSyncedWorld(simulation.world)
  const rejected: unknown[] = []
  const onRejection = (reason: unknown): void => void rejected.push(reason)
  process.on('unhandledRejection', onRejection)
  try {
    const figures = await simulation.run()
    if (rejected.length > 0) throw new Broken(`a promise was left alone: ${String(rejected[0])}`)
    return figures
  } catch (thrown) {
    if (thrown instanceof Error) thrown.message += `\n  ${simulation.story.join('\n  ')}`
    throw thrown
  } finally {
    process.off('unhandledRejection', onRejection)
    setFileCalls(undefined)
  }
}

/** What disks and permissions may say no to, and how. */
const errorsOf: Readonly<Record<Machine, readonly (readonly [call: string, code: string])[]>> = {
  sender: [
    ['read', 'EIO'],
    ['open', 'EACCES'],
    ['scandir', 'EACCES'],
  ],
  receiver: [
    ['fsync', 'EIO'],
    ['write', 'EIO'],
    ['open', 'EMFILE'],
    ['rename', 'EACCES'],
    ['mkdir', 'ENOSPC'],
  ],
}

interface RoundEnd {
  readonly sent: TransferOutcome
  readonly received: TransferOutcome
}

class Simulation {
  readonly world: World
  /** What has happened so far, for whoever has to find out why. */
  readonly story: string[] = []
  readonly #files: TrackedFile[]
  readonly #base: string
  readonly #landing: string
  readonly #laneCount: number
  readonly #resumeKey: string
  /** Done, as the receiver has said, with the number of the version that was durable then. */
  readonly #reported = new Map<TrackedFile, number>()
  #network: Network | undefined
  #receiving: Transfer | undefined
  #sending: Transfer | undefined
  #epoch = 0
  #kills = 0
  #powerLosses = 0
  #cuts = 0
  #calls = 0
  #contentBytes = 0
  /** Nothing has gone wrong in this round but that data lanes were cut. */
  #isOnlyLanes = true
  /** Of content, in this round. */
  #frames = 0
  /** What goes wrong while content flows, by the frame that it follows. */
  #flowFaults: { readonly atFrame: number; readonly fault: Fault }[] = []
  #changedBytes = 0
  #hasLostPower = false
  #brokenLater: Error | undefined
  #victims = new Set<Machine>()
  #losesPower = false

  constructor(seed: number) {
    this.#resumeKey = `workspace/${seed}`
    this.world = new World(seed)
    const { random, disk } = this.world
    this.#laneCount = 1 + random.integer(3)
    this.#base = random.onceIn(3) ? 'in/here' : ''
    this.#landing = this.#base === '' ? targetRoot : `${targetRoot}/${this.#base}`
    this.#files = makeTree(random)
    for (const file of this.#files) {
      putFile(disk, `${sourceRoot}/${file.path}`, file.versions[0] as TrackedFile['versions'][0])
      if (file.old) putFile(disk, `${this.#landing}/${file.path}`, file.old)
    }
    disk.settle()
    this.world.onFault = (fault) => this.#strike(fault)
  }

  async run(): Promise<ScheduleFigures> {
    const { random } = this.world
    const faulty = random.integer(5)
    let rounds = 0
    for (; rounds < faulty; rounds += 1) {
      const end = await this.#round(this.#plan())
      if (end.received.status === 'done' && end.sent.status === 'done' && random.onceIn(2)) break
    }
    // From here on nothing goes wrong: it must come to an end, once more after what changed last.
    for (const file of this.#files) if (file.isGone) this.#putBack(file)
    let isDone = false
    for (let clean = 0; !isDone; clean += 1, rounds += 1) {
      if (clean === maxCleanRounds) throw new Broken('not done after rounds in which nothing went wrong')
      const { sent, received } = await this.#round([])
      isDone = sent.status === 'done' && received.status === 'done'
      if (sent.status === 'ended' || received.status === 'ended')
        throw new Broken(`ended without a reason: ${errorOf(sent)} / ${errorOf(received)}`)
    }
    const orphans = this.#checkEnd()
    return {
      rounds,
      kills: this.#kills,
      powerLosses: this.#powerLosses,
      cuts: this.#cuts,
      events: this.world.events.happened,
      calls: this.#calls,
      againBytes: this.#checkAgain(),
      orphans,
    }
  }

  /** One dispatch, from its meeting to its end, and a new start of what was killed. */
  async #round(faults: Fault[]): Promise<RoundEnd> {
    const { world } = this
    this.#epoch += 1
    this.#victims = new Set()
    this.#losesPower = false
    this.#frames = 0
    this.#isOnlyLanes = !faults.some(({ kind }) => kind === 'error')
    if (faults.length === 0) this.#flowFaults = []
    world.faults = faults
    const lanes = { events: world.events, random: world.random, onFrame: this.#countContent.bind(this) }
    const network = new Network(lanes, this.#laneCount)
    this.#network = network
    setNetworks(() => network)
    const engineOf = (machine: Machine): Promise<Engine> =>
      createEngine({ identity: nobody, stateFolder: `/${machine}/state`, logger: silentLogger })
    const [sender, receiver] = await Promise.all([engineOf('sender'), engineOf('receiver')])
    const base = {
      transferId: `transfer-${this.#epoch}`,
      epoch: this.#epoch,
      ticket: '',
      peerKeyHash: '',
      routes: [],
      acceptsIncoming: true,
    }
    const itemIds = [...new Set(this.#files.map(({ itemId }) => itemId))]
    const receiveItems: ReceiveItem[] = itemIds.map((itemId) => ({
      itemId,
      root: targetRoot,
      path: this.#base === '' ? itemId : `${this.#base}/${itemId}`,
      placement: 'as',
    }))
    const sendItems: SendItem[] = itemIds.map((itemId) => ({ itemId, root: sourceRoot, path: itemId }))
    const receiveRequest: ReceiveRequest = {
      ...base,
      role: 'receive',
      resumeKey: this.#resumeKey,
      items: receiveItems,
      onConflict: 'replace',
    }
    const sendRequest: SendRequest = { ...base, role: 'send', items: sendItems }
    const receiving = receiver.start(receiveRequest, {
      onItem: (outcome) => this.#takeItem('receiver', outcome),
      onProgress: () => this.#checkProgress(),
    })
    const sending = sender.start(sendRequest, { onItem: (outcome) => this.#takeItem('sender', outcome) })
    this.#receiving = receiving
    this.#sending = sending
    for (const fault of faults)
      if (fault.kind === 'error') this.story.push(`round ${this.#epoch}: ${JSON.stringify(fault)}`)
    const ends: Partial<RoundEnd> = {}
    void receiving.outcome.then((received) => Object.assign(ends, { received }))
    void sending.outcome.then((sent) => Object.assign(ends, { sent }))
    await world.events
      .until(() => this.#brokenLater !== undefined || (ends.sent && ends.received) !== undefined, maxEvents)
      .catch((thrown: unknown) => {
        const missing = [ends.sent ? '' : 'sender', ends.received ? '' : 'receiver'].filter(Boolean)
        this.story.push(`round ${this.#epoch}: no end of the ${missing.join(' and the ')}`)
        throw thrown
      })
    if (this.#brokenLater) throw this.#brokenLater
    const end = ends as RoundEnd
    this.story.push(`round ${this.#epoch}: sender ${errorOf(end.sent)}, receiver ${errorOf(end.received)}`)
    this.#checkSurvivors(end)
    if (this.#isOnlyLanes && (end.sent.status === 'ended' || end.received.status === 'ended'))
      throw new Broken('a transfer ended although nothing but data lanes was lost')
    if (end.received.status !== 'ended') {
      checkFenced(sender, sendRequest)
      checkFenced(receiver, receiveRequest)
    }
    if (this.#losesPower) {
      world.losePower()
      this.#hasLostPower = true
      this.#powerLosses += 1
    }
    world.restart()
    checkTargets(world, this.#landing, this.#files, `after round ${this.#epoch}`)
    checkReported(world, this.#landing, this.#reported, `after round ${this.#epoch}`)
    return end
  }

  #plan(): Fault[] {
    const { random } = this.world
    const faults: Fault[] = []
    const most = Math.log2(30 * this.#files.length + 80)
    // Each stage is as likely as the next one, which takes twice as many calls.
    const anyCall = (): number => Math.floor(2 ** ((random.integer(1000) / 1000) * most))
    this.#flowFaults = []
    for (let count = random.integer(4); count > 0; count -= 1) {
      const atFrame = Math.floor(2 ** (random.integer(1000) / 150))
      const isCut = random.onceIn(2)
      const lane = 1 + random.integer(this.#laneCount)
      const at = { machine: 'sender', atCall: 0 } as const
      const failed = { kind: 'error', machine: 'receiver', atCall: 0, call: 'fsync', code: 'EIO' } as const
      const other = random.onceIn(3) ? failed : ({ ...at, kind: 'source' } as const)
      this.#flowFaults.push({ atFrame, fault: isCut ? { ...at, kind: 'cut', lane } : other })
    }
    const kinds = [
      'kill',
      'kill',
      'kill',
      'power',
      'power',
      'cut',
      'cut',
      'full',
      'source',
      'source',
      'error',
      'stop',
    ] as const
    for (let count = 1 + random.integer(3); count > 0; count -= 1) {
      const machine = random.pick<Machine>(['receiver', 'receiver', 'sender'])
      const atCall = anyCall()
      const kind = random.pick(kinds)
      if (kind === 'kill') faults.push({ kind, machine, atCall, isAfter: random.onceIn(2), losesPower: false })
      else if (kind === 'power')
        faults.push({ kind: 'kill', machine: 'receiver', atCall, isAfter: random.onceIn(2), losesPower: true })
      else if (kind === 'cut') faults.push({ kind, machine, atCall, lane: random.integer(this.#laneCount + 1) })
      else if (kind === 'full') faults.push({ kind, machine: 'receiver', atCall, forCalls: 1 + random.integer(60) })
      else if (kind === 'source') faults.push({ kind, machine: 'sender', atCall })
      else if (kind === 'stop') faults.push({ kind, machine, atCall })
      else {
        const [call, code] = random.pick(errorsOf[machine])
        faults.push({ kind, machine, atCall, call, code })
      }
    }
    return faults
  }

  #strike(fault: Fault): void {
    const { world } = this
    this.story.push(`round ${this.#epoch}: ${JSON.stringify(fault)}`)
    if (fault.kind !== 'cut' || fault.lane === 0) this.#isOnlyLanes = false
    if (fault.kind === 'error') world.failNext(fault.machine, fault.call, fault.code)
    if (fault.kind === 'kill') {
      world.kill(fault.machine)
      this.#victims.add(fault.machine)
      this.#kills += 1
      this.#losesPower ||= fault.losesPower
      this.#network?.leave(fault.machine)
      this.#guard(() => {
        checkTargets(world, this.#landing, this.#files, 'at a kill')
        this.#checkStaged()
      })
    } else if (fault.kind === 'cut') {
      this.#cuts += 1
      this.#network?.cut(fault.lane)
    } else if (fault.kind === 'full') {
      world.target.isFull = true
      world.events.after(fault.forCalls, () => {
        world.target.isFull = false
      })
    } else if (fault.kind === 'source') this.#changeSource()
    else if (fault.kind === 'stop') (fault.machine === 'sender' ? this.#sending : this.#receiving)?.stop()
  }

  #changeSource(): void {
    const { random, disk } = this.world
    const file = random.pick(this.#files)
    const path = `${sourceRoot}/${file.path}`
    const latest = file.versions.at(-1)
    if (!latest) return
    const number = file.versions.length + 3
    const way = random.integer(8)
    if (way === 0) {
      file.isGone = true
      removeFile(disk, path)
      return
    }
    const next =
      way < 3
        ? versionOf(random, number, random.integer(latest.content.length * 2 + 10))
        : variantOf(random, number, latest)
    file.versions.push(next)
    this.#changedBytes += latest.content.length + next.content.length
    file.isGone = false
    if (nodeAt(disk, path) instanceof FileNode && way < 6) rewriteFile(disk, path, next)
    else putFile(disk, path, next)
  }

  #putBack(file: TrackedFile): void {
    const next = versionOf(this.world.random, file.versions.length + 3, 100)
    file.versions.push(next)
    file.isGone = false
    putFile(this.world.disk, `${sourceRoot}/${file.path}`, next)
  }

  #countContent(lane: { number: number; side: string }, bytes: Buffer): void {
    if (lane.number === 0 || lane.side !== 'sender' || bytes.length < 5) return
    if (bytes[4] !== frameType.block && bytes[4] !== frameType.pack) return
    this.#contentBytes += bytes.length
    this.#frames += 1
    for (const { atFrame, fault } of this.#flowFaults) {
      // The frame itself is on its way first.
      if (atFrame === this.#frames) this.world.events.after(0, () => this.#strike(fault))
    }
  }

  /** What the receiver reports as done must outlive lost power from this very moment on. */
  #takeItem(side: Machine, outcome: ItemOutcome): void {
    if (!this.world.isAlive(side) || outcome.status !== 'done') return
    this.#guard(() => {
      for (const file of this.#files) {
        if (file.itemId !== outcome.itemId) continue
        if (side === 'sender') {
          if (!file.isGone && file.versions.length === 1 && !this.#reported.has(file))
            throw new Broken(`the sender says ${file.path} is done, which its receiver has not said`)
          continue
        }
        const version = durableVersion(this.world, this.#landing, file)
        if (version >= 0) this.#reported.set(file, Math.max(version, this.#reported.get(file) ?? 0))
        else if (!file.isGone && file.versions.length === 1) {
          const durable = whatIsDurable(this.world, `${this.#landing}/${file.path}`)
          throw new Broken(`${file.path} is reported as done and would not outlive lost power: ${durable}`)
        }
      }
    })
  }

  /** (2): what a kill takes back of small files. */
  #checkStaged(): void {
    const bytes = stagedBytes(this.world, targetRoot)
    const boundBytes = this.#laneCount * scaledUnsyncedBytes
    if (bytes > boundBytes)
      throw new Broken(`${bytes} bytes are written and not in place, ${boundBytes} at most are fine`)
  }

  #checkProgress(): void {
    const { world } = this
    const progress = this.#receiving?.progress()
    if (!progress || !world.isAlive('receiver') || this.#brokenLater) return
    this.#guard(() => {
      const there = inPlace(world, this.#landing, this.#files)
      const held = heldBytes(world, this.#landing, this.#files)
      this.#checkStaged()
      if (progress.filesDone > there.files)
        throw new Broken(`${progress.filesDone} files count as done and ${there.files} are in place`)
      if (progress.bytesVerified > there.bytes + held)
        throw new Broken(`${progress.bytesVerified} bytes count as verified and ${there.bytes + held} are`)
    })
  }

  /** Who was not killed ends by itself, says why, and leaves nothing open. */
  #checkSurvivors({ sent, received }: RoundEnd): void {
    for (const [machine, outcome] of [
      ['sender', sent],
      ['receiver', received],
    ] as const) {
      if (this.#victims.has(machine)) continue
      const code = outcome.error?.code
      if (code === 'INTERNAL' || code === 'PROTOCOL_ERROR')
        throw new Broken(`the ${machine} ended with ${JSON.stringify(outcome.error)}`)
      const open = this.world.calls.openHandles(machine)
      if (open > 0) throw new Broken(`the ${machine} has left ${open} files open after ${outcome.status}`)
    }
  }

  /** Everything is there, nothing of ours is left, and it stays so when the power goes. */
  #checkEnd(): number {
    const { world } = this
    let orphans = 0
    for (const isAfterLoss of [false, true]) {
      if (isAfterLoss) world.losePower()
      const when = isAfterLoss ? 'after a last loss of power' : 'at the end'
      checkTargets(world, this.#landing, this.#files, when)
      for (const file of this.#files) {
        if (file.isGone) continue
        const node = nodeAt(world.disk, `${this.#landing}/${file.path}`)
        const latest = file.versions.at(-1)
        if (!(node instanceof FileNode) || !latest || !node.content.equals(latest.content))
          throw new Broken(`${when}: ${file.path} is not what its source is`)
        if (Number(node.facts.mtimeNs / 1_000_000n) !== latest.mtimeMs)
          throw new Broken(`${when}: ${file.path} has another time than its source`)
      }
      if (isAfterLoss) break
      const left = leftovers(world, targetRoot)
      if (left.length > 0) throw new Broken(`left behind: ${left.map(({ path }) => path).join(', ')}`)
      orphans = left.length
    }
    return orphans
  }

  /** (2): what breaks off costs no more than so much for each lane; lost power may cost what the journal had not told. */
  #checkAgain(): number {
    const wantedBytes = this.#files.reduce((sum, { versions }) => sum + (versions[0]?.content.length ?? 0) + 64, 0)
    const againBytes = Math.max(0, this.#contentBytes - wantedBytes - 2 * this.#changedBytes)
    const breaks = this.#epoch + this.#cuts
    const boundBytes = breaks * this.#laneCount * (scaledUnsyncedBytes + 3 * scaledPackBytes)
    if (!this.#hasLostPower && againBytes > boundBytes)
      throw new Broken(`${againBytes} bytes were sent again after ${breaks} breaks, ${boundBytes} at most are fine`)
    return againBytes
  }

  #guard(check: () => void): void {
    try {
      check()
    } catch (thrown) {
      this.#brokenLater ??= thrown as Error
    }
  }
}

/** A dispatch is carried out once, whoever asks again. */
function checkFenced(engine: Engine, request: SendRequest | ReceiveRequest): void {
  try {
    engine.start(request)
  } catch (thrown) {
    if (TernError.from(thrown).code === 'FENCED') return
    throw thrown
  }
  throw new Broken(`dispatch ${request.transferId} could be started twice`)
}

/** Who one is shows on the lanes, which are the test's own. */
const nobody = { privateKeyPem: '', certificatePem: '', keyHash: '' }

function errorOf(outcome: TransferOutcome): string {
  return outcome.error ? JSON.stringify(outcome.error) : outcome.status
}
