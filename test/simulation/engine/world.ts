import { type Random, randomFrom } from '../../fuzz/random.ts'
import { Disk } from './disk/disk.ts'
import { type CallHooks, FileCalls } from './disk/file-calls.ts'
import { type Device, systemError } from './disk/nodes.ts'
import { Events } from './events.ts'

export type Machine = Device['machine']

/** What goes wrong, and at which of a machine's file calls since the run began. */
export type Fault = { readonly machine: Machine; readonly atCall: number } & (
  | { readonly kind: 'kill'; readonly isAfter: boolean; readonly losesPower: boolean }
  | { readonly kind: 'error'; readonly code: string; readonly call: string }
  | { readonly kind: 'full'; readonly forCalls: number }
  | { readonly kind: 'source' }
  | { readonly kind: 'cut'; readonly lane: number }
  | { readonly kind: 'stop' }
)

interface MachineState {
  isAlive: boolean
  calls: number
  pendingError: { code: string; call: string } | undefined
}

/** Two machines with their disks, one clock and one chance. */
export class World implements CallHooks {
  readonly random: Random
  readonly events = new Events()
  readonly disk = new Disk()
  readonly calls: FileCalls
  readonly source: Device
  readonly target: Device
  readonly state: Device
  faults: Fault[] = []
  /** Carried out by whoever runs the schedule. */
  onFault: (fault: Fault) => void = () => undefined
  readonly #machines: Record<Machine, MachineState> = {
    sender: { isAlive: true, calls: 0, pendingError: undefined },
    receiver: { isAlive: true, calls: 0, pendingError: undefined },
  }
  #boots = 0

  constructor(seed: number) {
    this.random = randomFrom(seed)
    this.source = this.disk.mount('/sender/source', 'sender')
    this.target = this.disk.mount('/receiver/target', 'receiver')
    this.state = this.disk.mount('/receiver/state', 'receiver')
    this.disk.mount('/sender/state', 'sender')
    this.calls = new FileCalls(this.disk, this)
  }

  isAlive(machine: Machine): boolean {
    return this.#machines[machine].isAlive
  }

  /** The next call of this name says no. */
  failNext(machine: Machine, call: string, code: string): void {
    this.#machines[machine].pendingError = { call, code }
  }

  kill(machine: Machine): void {
    this.#machines[machine].isAlive = false
  }

  /** New processes, counting from nought. */
  restart(): void {
    this.events.forget()
    for (const machine of ['sender', 'receiver'] as const) this.revive(machine)
    this.target.isFull = false
  }

  /** A new process of one machine, counting from nought. */
  revive(machine: Machine): void {
    this.calls.closeAll(machine)
    this.#machines[machine] = { isAlive: true, calls: 0, pendingError: undefined }
  }

  /** File calls since its process began. */
  callsOf(machine: Machine): number {
    return this.#machines[machine].calls
  }

  losePower(): void {
    this.disk.losePower('receiver', this.random)
    this.#boots += 1
  }

  bootId(): string {
    return `boot-${this.#boots}`
  }

  nowNs(): bigint {
    return BigInt(Math.floor((1_700_000_000_000 + this.events.nowMs) * 1e6))
  }

  enter(machine: Machine, call: string, path: string): (() => void) | undefined {
    const state = this.#machines[machine]
    if (!state.isAlive) throw new Error('killed')
    this.events.nowMs += 0.01
    state.calls += 1
    let after: (() => void) | undefined
    for (const fault of this.faults) {
      if (fault.machine !== machine || fault.atCall !== state.calls) continue
      if (fault.kind === 'error') state.pendingError = fault
      else if (fault.kind === 'kill' && fault.isAfter) after = () => this.#strike(fault)
      else this.#strike(fault)
    }
    const error = state.pendingError
    if (error?.call === call) {
      state.pendingError = undefined
      throw systemError(error.code, call, path)
    }
    return after
  }

  later(machine: Machine, work: () => void, done: (error: unknown) => void): void {
    this.events.after(this.random.onceIn(8) ? this.random.integer(300) : this.random.integer(5), () => {
      try {
        work()
      } catch (thrown) {
        return done(thrown)
      }
      done(this.#machines[machine].isAlive ? null : new Error('killed'))
    })
  }

  #strike(fault: Fault): void {
    this.onFault(fault)
    if (fault.kind === 'kill') throw new Error('killed')
  }
}
