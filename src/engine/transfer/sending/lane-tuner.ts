/** Lanes to begin with: two, so that small and large files, and a lane that is lost, do not hold each other up. */
export const firstLanes = 2

/** What more lanes have to give to be worth their connections, and what fewer may cost. */
const worthwhile = 1.1
const harmless = 0.95
/** A sample while connections come up or go down says nothing; as many after it are the measure. */
const settlingSamples = 1
const measuredSamples = 2
/** Samples until it is tried again after it did not help, doubled each time. */
const firstRest = 30
const maxRest = 480

export interface LaneSample {
  readonly bytesPerSecond: number
  /** The lanes wait to be rid of their bytes, and neither a limit nor a disk nor a processor is known to be why. */
  readonly isLineBound: boolean
  /** A processor is what holds the transfer up: each lane costs it some, without giving anything. */
  readonly isProcessorBound: boolean
}

interface Trial {
  readonly lanesBefore: number
  /** Below this it was no good. */
  readonly leastRate: number
}

/**
 * How many lanes help: twice as many when the line alone is what holds the transfer up, half as many when a processor
 * is, and back again when that was no good. Knows no clock: it is asked in even intervals.
 */
export class LaneTuner {
  readonly #maxLanes: number
  #lanes: number
  #trial: Trial | undefined
  #rates: number[] = []
  #settling = settlingSamples
  #rest = 0
  #nextRest = firstRest

  constructor(maxLanes: number, lanes: number = firstLanes) {
    this.#maxLanes = maxLanes
    this.#lanes = Math.min(lanes, maxLanes)
  }

  /** The number of lanes that there should be from now on. */
  next({ bytesPerSecond, isLineBound, isProcessorBound }: LaneSample): number {
    this.#rest = Math.max(0, this.#rest - 1)
    if (this.#settling > 0) {
      this.#settling -= 1
      return this.#lanes
    }
    this.#rates.push(bytesPerSecond)
    if (this.#rates.length < measuredSamples) return this.#lanes
    const rate = this.#rates.reduce((sum, one) => sum + one, 0) / this.#rates.length
    this.#rates.shift()
    if (this.#trial && rate < this.#trial.leastRate) {
      this.#rest = this.#nextRest
      this.#nextRest = Math.min(this.#nextRest * 2, maxRest)
      return this.#change(this.#trial.lanesBefore, undefined)
    }
    if (this.#trial) this.#nextRest = firstRest
    this.#trial = undefined
    if (this.#rest > 0) return this.#lanes
    if (isProcessorBound && this.#lanes > 1) return this.#try(Math.ceil(this.#lanes / 2), rate * harmless)
    if (isLineBound && this.#lanes < this.#maxLanes) {
      return this.#try(Math.min(this.#lanes * 2, this.#maxLanes), rate * worthwhile)
    }
    return this.#lanes
  }

  #try(lanes: number, leastRate: number): number {
    return this.#change(lanes, { lanesBefore: this.#lanes, leastRate })
  }

  #change(lanes: number, trial: Trial | undefined): number {
    this.#trial = trial
    this.#lanes = lanes
    this.#rates = []
    this.#settling = settlingSamples
    return lanes
  }
}
