import ElectronStore from 'electron-store'

export interface WindowBounds {
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly height: number
  readonly isMaximised?: boolean
}

/** Small things this computer remembers that nobody sets by hand. */
interface LocalState {
  window?: WindowBounds
  /** Whether this profile was ever in a workspace; decides what is shown before the engine answers. */
  hasJoined?: boolean
  /** The person has been told that closing only minimises here. */
  hasSaidMinimise?: boolean
}

export type LocalStateStore = Pick<ElectronStore<LocalState>, 'get' | 'set'>

export function openLocalState(folder: string): LocalStateStore {
  return new ElectronStore<LocalState>({ name: 'state', cwd: folder, clearInvalidConfig: true })
}
