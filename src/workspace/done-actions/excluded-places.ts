import type { ShareId } from '../../shared/domain/ids.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import { landingWay } from '../../shared/domain/meaning/location.ts'

/** What a task points to at its receiver, on a share. */
export interface LandingPlace {
  readonly shareId: ShareId
  readonly siteCode: string
  /** Below the share. */
  readonly path: string
}

/** Undefined for what lands on a person's machine, or would be the share itself. */
export function landingPlaceOf(source: TaskEndpoint, destination: TaskEndpoint): LandingPlace | undefined {
  const { shareId, siteCode, path, placement = 'into' } = destination
  if (shareId === undefined || siteCode === undefined) return undefined
  const ownName = source.path.slice(source.path.lastIndexOf('/') + 1)
  const landing = landingWay(path, placement, ownName)
  return landing === '' ? undefined : { shareId, siteCode, path: landing }
}

/**
 * Places that excluded tasks point to, less those where another task of the job put something: at them, in them, or
 * around them. Names count as the same in whatever case, as they are to some receivers.
 */
export class ExcludedPlaces {
  readonly #places = new Map<string, LandingPlace>()
  /** Of each folder on the way to a place, the places. */
  readonly #below = new Map<string, Set<string>>()

  constructor(places: Iterable<LandingPlace>) {
    for (const place of places) {
      const key = keyOf(place)
      this.#places.set(key, place)
      for (const folder of foldersOn(key)) {
        const below = this.#below.get(folder) ?? new Set<string>()
        this.#below.set(folder, below.add(key))
      }
    }
  }

  keep(transferred: LandingPlace): void {
    const key = keyOf(transferred)
    for (const around of [key, ...foldersOn(key)]) this.#places.delete(around)
    for (const below of this.#below.get(key) ?? []) this.#places.delete(below)
  }

  left(): readonly LandingPlace[] {
    return [...this.#places.values()]
  }
}

function keyOf({ siteCode, shareId, path }: LandingPlace): string {
  return `${siteCode}\n${shareId}\n${path.normalize('NFC').toLowerCase()}`
}

function foldersOn(key: string): string[] {
  const folders: string[] = []
  for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) folders.push(key.slice(0, end))
  return folders
}
