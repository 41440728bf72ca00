import type { JobId } from '../../../src/shared/domain/ids.ts'
import { Broken, checkReported, checkTargets, durableVersion, leftovers, whatIsDurable } from '../engine/checks.ts'
import { setFileCalls } from '../engine/disk/fs-module.ts'
import { FileNode } from '../engine/disk/nodes.ts'
import { Network, setNetworks } from '../engine/network.ts'
import { setSyncedWorld } from '../engine/sync-program.ts'
import { runTimersIn } from '../engine/timers.ts'
import { makeTree, nodeAt, putFile, type TrackedFile } from '../engine/tree.ts'
import { type Fault, type Machine, World } from '../engine/world.ts'
import { ModelledMachine } from './modelled-machine.ts'
import { setPromisedCalls } from './modelled-promises.ts'
import { ModelledWorkspace } from './modelled-workspace.ts'

const maxEvents = 200_000
/** Virtual time that all may take once nothing goes wrong any more. */
const calmMs = 600_000

export interface JobFigures {
  readonly jobs: number
  readonly dispatches: number
  readonly kills: number
  readonly powerLosses: number
  readonly cuts: number
  readonly restarts: number
  readonly events: number
}

/** One schedule of jobs, from their making to their end. @throws Broken with what does not hold */
export async function simulateJobs(seed: number): Promise<JobFigures> {
  const world = new World(seed)
  using _timers = runTimersIn(world.events)
  using _chance = chanceOf(world)
  setFileCalls(world.calls)
  setPromisedCalls(world.calls)
  setSyncedWorld(world)
  const simulation = new JobSimulation(world)
  const onRejection = (reason: unknown): void =>
    simulation.breakWith(new Broken(`a promise was left alone: ${String(reason)}`))
  process.on('unhandledRejection', onRejection)
  try {
    return await simulation.run()
  } catch (thrown) {
    if (thrown instanceof Error) thrown.message += `\n  ${simulation.story.join('\n  ')}`
    throw thrown
  } finally {
    process.off('unhandledRejection', onRejection)
    simulation[Symbol.dispose]()
    setFileCalls(undefined)
    setPromisedCalls(undefined)
  }
}

/** Delays that are spread by chance are spread by the seed's. */
function chanceOf({ random }: World): Disposable {
  const real = Math.random
  Math.random = () => random.integer(1_000_000) / 1_000_000
  return {
    [Symbol.dispose]: () => {
      Math.random = real
    },
  }
}

/** What the receiver's disk says no to, once. */
const errors = [
  ['write', 'EIO'],
  ['open', 'EMFILE'],
  ['rename', 'EACCES'],
  ['mkdir', 'ENOSPC'],
] as const

type Trouble = 'kill' | 'power' | 'cut' | 'stream' | 'workspace' | 'full' | 'error'

class JobSimulation implements Disposable {
  /** What has happened so far, for whoever has to find out why. */
  readonly story: string[] = []
  readonly #world: World
  readonly #workspace: ModelledWorkspace
  readonly #machines: Readonly<Record<Machine, ModelledMachine>>
  readonly #files: readonly TrackedFile[]
  readonly #base: string
  readonly #landing: string
  readonly #networks = new Map<string, Network>()
  readonly #reported = new Map<TrackedFile, number>()
  readonly #doneTasks = new Set<string>()
  readonly #over = new Set<JobId>()
  #jobs: JobId[] = []
  #troublesLeft: number
  #reviving = 0
  #forgetting = 0
  #calmSinceMs = 0
  #kills = 0
  #powerLosses = 0
  #cuts = 0
  #restarts = 0
  #broken: unknown

  constructor(world: World) {
    this.#world = world
    const { random, disk } = world
    this.#base = random.onceIn(3) ? 'in/here' : ''
    this.#workspace = new ModelledWorkspace()
    this.#workspace.onCommit = () => this.#guard(() => this.#checkCommit())
    const { sender, receiver } = this.#workspace.sites
    this.#landing = this.#base === '' ? receiver.root : `${receiver.root}/${this.#base}`
    this.#files = makeTree(random)
    for (const file of this.#files) {
      putFile(disk, `${sender.root}/${file.path}`, file.versions[0] as TrackedFile['versions'][0])
      if (file.old) putFile(disk, `${this.#landing}/${file.path}`, file.old)
    }
    disk.settle()
    this.#troublesLeft = random.integer(12)
    const machineOf = (machine: Machine) =>
      new ModelledMachine(world, this.#workspace, this.#workspace.sites[machine], (thrown) => this.breakWith(thrown))
    this.#machines = { sender: machineOf('sender'), receiver: machineOf('receiver') }
    world.onFault = (fault) => this.#strike(fault)
    setNetworks((transferId) => this.#networkOf(transferId))
  }

  breakWith(thrown: unknown): void {
    this.#broken ??= thrown
  }

  async run(): Promise<JobFigures> {
    const { events } = this.#world
    await Promise.all([this.#machines.sender.start(), this.#machines.receiver.start()])
    void this.#createJobs().catch((thrown) => this.breakWith(thrown))
    this.#troubleLater()
    const isOver = (): boolean => this.#broken !== undefined || this.#isOver()
    await events.until(() => isOver() || this.#isCalmFor(calmMs), maxEvents)
    if (this.#broken !== undefined) throw this.#broken
    if (!this.#isOver())
      throw new Broken(
        `not done although nothing goes wrong: ${this.#jobs.map((id) => this.#workspace.told(id)).join('; ')}`,
      )
    // What could not be tidied up for what the disk said is tidied up at the next start.
    for (const id of this.#jobs) this.#forgetLater(id)
    await events.until(() => this.#broken !== undefined || this.#forgetting === 0, maxEvents)
    if (this.#broken !== undefined) throw this.#broken
    this.#checkEnd()
    return {
      jobs: this.#jobs.length,
      dispatches: this.#networks.size,
      kills: this.#kills,
      powerLosses: this.#powerLosses,
      cuts: this.#cuts,
      restarts: this.#restarts,
      events: events.happened,
    }
  }

  [Symbol.dispose](): void {
    this.#workspace[Symbol.dispose]()
  }

  /** The tree in one to three jobs of different queues, that do not share a task. */
  async #createJobs(): Promise<void> {
    const { random } = this.#world
    const count = 1 + random.integer(3)
    const paths = [...new Set(this.#files.map(({ itemId }) => itemId))]
    for (const [index, queue] of ['low', 'medium', 'high'].slice(0, count).entries()) {
      const own = paths.filter((_, at) => at % count === index)
      if (own.length === 0) continue
      this.#jobs.push(await this.#workspace.create(own, this.#base, queue))
    }
  }

  #isOver(): boolean {
    const { sender, receiver } = this.#machines
    return (
      this.#troublesLeft === 0 &&
      this.#reviving === 0 &&
      this.#forgetting === 0 &&
      this.#jobs.length > 0 &&
      this.#jobs.every((id) => this.#over.has(id)) &&
      this.#workspace.running.length === 0 &&
      sender.isIdle &&
      receiver.isIdle
    )
  }

  #isCalmFor(ms: number): boolean {
    return this.#troublesLeft === 0 && this.#world.events.nowMs - this.#calmSinceMs > ms
  }

  #networkOf(transferId: string): Network {
    const known = this.#networks.get(transferId)
    if (known) return known
    const { events, random } = this.#world
    const network = new Network({ events, random, onFrame: () => undefined }, 1 + random.integer(3))
    this.#networks.set(transferId, network)
    return network
  }

  #troubleLater(): void {
    const { events, random } = this.#world
    if (this.#troublesLeft === 0) {
      // What was to happen at a call that never came does not happen any more.
      this.#world.faults = []
      this.#world.target.isFull = false
      this.#calmSinceMs = events.nowMs
      return
    }
    events.after(random.integer(random.onceIn(3) ? 6000 : 150), () => {
      this.#troublesLeft -= 1
      this.#trouble(
        random.pick<Trouble>(['kill', 'kill', 'kill', 'power', 'cut', 'cut', 'stream', 'workspace', 'full', 'error']),
      )
      this.#troubleLater()
    })
  }

  #trouble(kind: Trouble): void {
    const { events, random } = this.#world
    const machine = random.pick<Machine>(['receiver', 'receiver', 'sender'])
    const isAfter = random.onceIn(2)
    if (kind === 'kill') this.#plan({ kind, machine, atCall: this.#soon(machine), isAfter, losesPower: false })
    else if (kind === 'power')
      this.#plan({ kind: 'kill', machine: 'receiver', atCall: this.#soon('receiver'), isAfter, losesPower: true })
    else if (kind === 'error') {
      const [call, code] = random.pick(errors)
      this.#plan({ kind, machine: 'receiver', atCall: this.#soon('receiver'), call, code })
    }
    if (kind === 'cut') {
      this.#cuts += 1
      const lane = random.integer(3)
      this.story.push(`${this.#at()} lane ${lane} is cut`)
      for (const network of this.#networks.values()) network.cut(lane)
    } else if (kind === 'stream') {
      this.story.push(`${this.#at()} the ${machine}'s stream breaks`)
      this.#machines[machine].cutStream()
    } else if (kind === 'workspace') {
      this.#restarts += 1
      this.story.push(`${this.#at()} the workspace starts anew`)
      this.#workspace.restart()
      for (const each of Object.values(this.#machines)) each.cutStream()
    } else if (kind === 'full') {
      this.story.push(`${this.#at()} the target is full`)
      this.#world.target.isFull = true
      events.after(random.integer(3000), () => {
        this.#world.target.isFull = false
      })
    }
  }

  #soon(machine: Machine): number {
    return this.#world.callsOf(machine) + 1 + Math.floor(2 ** (this.#world.random.integer(1000) / 130))
  }

  #plan(fault: Fault): void {
    this.#world.faults.push(fault)
  }

  #strike(fault: Fault): void {
    this.story.push(`${this.#at()} ${JSON.stringify(fault)}`)
    if (fault.kind !== 'kill') return
    const { machine, losesPower } = fault
    this.#kills += 1
    this.#reviving += 1
    this.#world.kill(machine)
    this.#world.faults = this.#world.faults.filter((one) => one.machine !== machine)
    for (const network of this.#networks.values()) network.leave(machine)
    this.#guard(() => checkTargets(this.#world, this.#landing, this.#files, 'at a kill'))
    void this.#revive(machine, losesPower).catch((thrown) => this.breakWith(thrown))
  }

  async #revive(machine: Machine, losesPower: boolean): Promise<void> {
    const { events, random } = this.#world
    await this.#machines[machine].kill()
    await new Promise<void>((resolve) => events.after(random.integer(4000), resolve))
    if (losesPower) {
      this.#world.losePower()
      this.#powerLosses += 1
    }
    this.#world.revive(machine)
    const when = `after a kill of the ${machine}`
    checkTargets(this.#world, this.#landing, this.#files, when)
    checkReported(this.#world, this.#landing, this.#reported, when)
    this.story.push(`${this.#at()} the ${machine} is back`)
    await this.#machines[machine].start()
    this.#reviving -= 1
  }

  /** What the workspace says of a task must be true of the disk from that very moment on. */
  #checkCommit(): void {
    const lines = this.#workspace.running.map((run) => `${run.job_id} ${run.source_key} ${run.destination_key}`)
    if (new Set(lines).size < lines.length) throw new Broken('two runs of one line')
    for (const { job_id: jobId, uri, status } of this.#workspace.tasks()) {
      const key = `${jobId} ${uri}`
      if (status !== 'done') {
        if (this.#doneTasks.has(key)) throw new Broken(`${uri} was done and is ${status}`)
        continue
      }
      if (this.#doneTasks.has(key)) continue
      this.#doneTasks.add(key)
      for (const file of this.#files) {
        if (file.itemId !== uri) continue
        const version = durableVersion(this.#world, this.#landing, file)
        if (version >= 0) this.#reported.set(file, version)
        else
          throw new Broken(
            `the workspace says that ${file.path} is done: ${whatIsDurable(this.#world, `${this.#landing}/${file.path}`)}`,
          )
      }
    }
    for (const id of this.#jobs) {
      if (this.#over.has(id) || this.#workspace.statusOf(id) !== 'done') continue
      this.#over.add(id)
      this.story.push(`${this.#at()} job ${this.#jobs.indexOf(id)} is done`)
      this.#forgetLater(id)
    }
  }

  /** As a client does when it hears that a job is over. */
  #forgetLater(id: JobId): void {
    const { events, random } = this.#world
    this.#forgetting += 1
    events.after(random.integer(200), () => {
      const forgotten = Object.values(this.#machines).map((machine) => machine.forget(id))
      Promise.all(forgotten).then(
        () => {
          this.#forgetting -= 1
        },
        (thrown) => this.breakWith(thrown),
      )
    })
  }

  #checkEnd(): void {
    const world = this.#world
    for (const isAfterLoss of [false, true]) {
      if (isAfterLoss) world.losePower()
      const when = isAfterLoss ? 'after a last loss of power' : 'at the end'
      checkTargets(world, this.#landing, this.#files, when)
      checkReported(world, this.#landing, this.#reported, when)
      for (const file of this.#files) {
        const node = nodeAt(world.disk, `${this.#landing}/${file.path}`)
        const latest = file.versions.at(-1)
        if (!(node instanceof FileNode) || !latest || !node.content.equals(latest.content))
          throw new Broken(`${when}: ${file.path} is not what its source is`)
      }
      if (isAfterLoss) return
      for (const machine of ['sender', 'receiver'] as const) {
        const open = world.calls.openHandles(machine)
        if (open > 0) throw new Broken(`the ${machine} has left ${open} files open`)
      }
      const left = leftovers(world, this.#workspace.sites.receiver.root)
      if (left.length > 0) throw new Broken(`left behind: ${left.map(({ path }) => path).join(', ')}`)
    }
  }

  #at(): string {
    return `${(this.#world.events.nowMs / 1000).toFixed(2)} s:`
  }

  #guard(check: () => void): void {
    try {
      check()
    } catch (thrown) {
      this.breakWith(thrown)
    }
  }
}
