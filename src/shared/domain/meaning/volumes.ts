import { TernError } from '../errors.ts'
import { parsePlace } from '../notation/notation.ts'
import type { PathReference } from '../notation/place.ts'
import type { DirectoryShare, IndexedVolume, ShareFolders, VolumeIndex } from './directory.ts'

type AbsolutePath = Extract<PathReference, { kind: 'absolute' }>

/** A share and a path below it, `/`-separated, empty for the share itself. */
export interface PlaceOnShare {
  readonly share: DirectoryShare
  readonly path: string
}

/** Where several shares have one folder, the wider kind is meant. */
const kindOrder = ['volume', 'folder', 'collection', 'home'] as const

/** For `matchVolumes`: many paths of one call are looked up among the same shares. */
export function indexVolumes(shares: Iterable<DirectoryShare>): VolumeIndex {
  const byFolder = new Map<string, IndexedVolume[]>()
  let depth = 0
  const put = (path: AbsolutePath, volume: IndexedVolume) => {
    const components = componentsOf(path)
    // A share of a whole file system would make a volume's path of every path on anybody's machine.
    if (components.every((component) => component === '')) return
    depth = Math.max(depth, components.length)
    const key = keyOf(path.system, components)
    const there = byFolder.get(key)
    if (there === undefined) byFolder.set(key, [volume])
    else if (!there.some(({ share }) => share === volume.share)) there.push(volume)
  }
  for (const share of shares) {
    for (const folder of Object.values(share.folders)) {
      const path = absoluteOf(folder)
      if (path !== undefined) put(path, { share, isAlias: false })
    }
    const alias = absoluteOf(`/${share.code}`)
    if (alias !== undefined) put(alias, { share, isAlias: true })
  }
  return { byFolder, depth }
}

/**
 * The shares whose folder leads to an absolute path, on whatever system it was written: the longest folder wins, whole
 * components only, without regard to case in a Windows path. Several, when that folder is that of several shares.
 */
export function matchVolumes(
  index: VolumeIndex,
  path: AbsolutePath,
  maySee: (share: DirectoryShare) => boolean,
): readonly PlaceOnShare[] {
  const components = componentsOf(path)
  for (let length = Math.min(index.depth, components.length); length > 0; length -= 1) {
    const found = index.byFolder.get(keyOf(path.system, components.slice(0, length)))
    const visible = found?.filter(({ share }) => maySee(share)) ?? []
    if (visible.length === 0) continue
    const rest = components.slice(length).join('/')
    return widest(visible).map((share) => ({ share, path: rest }))
  }
  return []
}

/**
 * The folder of a share on one system, as it is kept.
 * @throws TernError PATH_INVALID `{path, problem}` when it is no absolute path of that system
 */
export function checkShareFolder(system: Exclude<keyof ShareFolders, 'server'>, folder: string): string {
  const { party, path } = parsePlace(folder, { role: 'source' })
  const isOfSystem = path.kind === 'absolute' && (path.system === 'windows') === (system === 'windows')
  if (party.kind !== 'none' || !isOfSystem) {
    throw new TernError('PATH_INVALID', { path: folder.slice(0, 500), problem: 'absolute-needed' })
  }
  return path.path
}

function widest(found: readonly IndexedVolume[]): DirectoryShare[] {
  const real = found.filter(({ isAlias }) => !isAlias)
  const shares = (real.length > 0 ? real : found).map(({ share }) => share)
  const best = Math.min(...shares.map(({ kind }) => kindOrder.indexOf(kind)))
  return shares.filter(({ kind }) => kindOrder.indexOf(kind) === best)
}

/** Undefined for a folder that no notation can name, and which therefore nobody means. */
function absoluteOf(folder: string): AbsolutePath | undefined {
  try {
    const { path } = parsePlace(folder, { role: 'source' })
    return path.kind === 'absolute' ? path : undefined
  } catch {
    return undefined
  }
}

function componentsOf(path: AbsolutePath): string[] {
  const components = path.path.split('/')
  // `/` and `C:/` end with the slash that stands after every other component.
  if (components.at(-1) === '') components.pop()
  return components
}

/** Accents can be written in two ways, and macOS writes the other one. */
function keyOf(system: AbsolutePath['system'], components: readonly string[]): string {
  const folder = components.join('/').normalize('NFC')
  return `${system} ${system === 'windows' ? folder.toLowerCase() : folder}`
}
