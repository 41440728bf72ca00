import { type ErrorEnvelope, TernError } from '../../../shared/domain/errors.ts'
import type { ReceiveItem } from '../../api.ts'
import type { Journal } from '../../journal/index.ts'
import type { ItemBegin } from '../../protocol/messages.ts'
import { joinPath, nameOf } from '../../storage/folders/relative-path.ts'
import { foldName } from '../../storage/names/fold-name.ts'
import { mapName } from '../../storage/names/name-mapping.ts'
import { TargetNames } from '../../storage/names/target-names.ts'
import { takesAnyName } from '../../storage/target-traits.ts'
import type { Target } from './targets.ts'

export interface LandingName {
  readonly name: string
  /** Present when it is not the item's own. */
  readonly told?: { readonly path: string; readonly error: ErrorEnvelope }
}

/** By which names the items of one transfer lie beside each other, and that no two of them come to one place. */
export class LandingNames implements Disposable {
  /** By root and folder. */
  readonly #folders = new Map<string, TargetNames>()
  /** By root, folder and name: two items of one name are one place, as on any disk. */
  readonly #known = new Map<string, LandingName>()
  /** Places as the disk knows them. */
  readonly #places = new Map<string, string>()

  /**
   * The name by which an item lands in the folder of its request; where an earlier run has put it, that one.
   * @throws TernError NAME_NOT_ALLOWED, NAME_COLLISION, DISK_FULL
   */
  nameOf(begin: ItemBegin, request: ReceiveItem, target: Target, journal: Journal): LandingName {
    if (begin.kind === 'members') return { name: begin.name }
    const { policy, names } = this.#folderOf(request, target)
    const key = keyOf(target, joinPath(request.path, begin.name))
    const known = this.#known.get(key)
    if (known) return known
    const entry = names.place(begin.name)
    const mapped = entry.mappedFrom === undefined ? mapName(begin.name, target.folder.traits(request.path)) : undefined
    const earlier = journal.placement(request.itemId)
    // Another item may have had the name in that run, and not be part of this one.
    const isEarlier = policy === 'map' && mapped !== undefined && earlier?.path === joinPath(request.path, mapped.name)
    const name = isEarlier ? mapped.name : entry.path
    if (name !== begin.name && (entry.recordKey ?? mapped?.recordKey) !== undefined) target.records.put(begin.name)
    const landing = name === begin.name ? { name } : { name, told: mappedTo(begin.name, name) }
    this.#known.set(key, landing)
    return landing
  }

  /**
   * An item lands there.
   * @throws TernError NAME_COLLISION
   */
  take(path: string, target: Target): void {
    const traits = target.folder.traits(path)
    if (takesAnyName(traits)) return
    const key = keyOf(target, foldName(path, traits))
    const other = this.#places.get(key)
    if (other !== undefined && other !== path) throw new TernError('NAME_COLLISION', { path, other: nameOf(other) })
    this.#places.set(key, path)
  }

  [Symbol.dispose](): void {
    for (const names of this.#folders.values()) names[Symbol.dispose]()
    this.#folders.clear()
  }

  #folderOf(request: ReceiveItem, target: Target): { policy: 'map' | 'refuse'; names: TargetNames } {
    const { path, names: policy = 'map' } = request
    const key = `${policy}\0${keyOf(target, path)}`
    const names = this.#folders.get(key) ?? new TargetNames(target.traitsBelow(path), policy)
    this.#folders.set(key, names)
    return { policy, names }
  }
}

function mappedTo(path: string, name: string): NonNullable<LandingName['told']> {
  return { path, error: new TernError('NAME_MAPPED', { path, name }).toEnvelope() }
}

function keyOf(target: Target, path: string): string {
  return `${target.root}\0${path}`
}
