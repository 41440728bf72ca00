import type { ErrorEnvelope } from '../../../shared/domain/errors.ts'

/** A file that failed, or was left out, and why. */
export interface ToldFailure {
  readonly path: string
  readonly error: ErrorEnvelope
}

const mostTold = 100
/** UTF-16 units of all together, so that they fit into one message whatever they are made of. */
const mostUnits = 256 * 1024

/**
 * What of an item is told by name: the first of what failed, and of what was left out on purpose as long as no failure
 * needs its place.
 */
export class ToldFailures {
  readonly #told: ToldFailure[] = []
  #units = 0

  get list(): readonly ToldFailure[] {
    return this.#told
  }

  add(failure: ToldFailure): void {
    const units = unitsOf(failure)
    while (!this.#hasRoomFor(units) && !isWarning(failure.error) && this.#dropWarning());
    if (!this.#hasRoomFor(units)) return
    this.#units += units
    this.#told.push(failure)
  }

  #hasRoomFor(units: number): boolean {
    return this.#told.length < mostTold && this.#units + units <= mostUnits
  }

  #dropWarning(): boolean {
    const at = this.#told.findLastIndex(({ error }) => isWarning(error))
    const [dropped] = at < 0 ? [] : this.#told.splice(at, 1)
    if (dropped) this.#units -= unitsOf(dropped)
    return dropped !== undefined
  }
}

function unitsOf({ path, error }: ToldFailure): number {
  return path.length + JSON.stringify(error).length
}

/** Links and special files are left out and said, names that do not fit are called otherwise; neither makes an item fail. */
export function isWarning(error: ErrorEnvelope): boolean {
  return error.code === 'SPECIAL_FILE' || error.code === 'NAME_MAPPED'
}
