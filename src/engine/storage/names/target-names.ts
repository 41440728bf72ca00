import { TernError } from '../../../shared/domain/errors.ts'
import type { NamePolicy, NameTraits } from '../../protocol/name-traits.ts'
import { joinPath, nameOf, parentOf } from '../folders/relative-path.ts'
import { foldName } from './fold-name.ts'
import { FoldedMemory, FoldedNames } from './folded-names.ts'
import { looksMapped, mapName } from './name-mapping.ts'
import { lengthIn, nameFaultOf } from './names.ts'

export interface NamedEntry {
  /** Where the entry lies at the target, relative to its item. */
  readonly path: string
  /** The name that it could not have there; absent: it has its own. */
  readonly mappedFrom?: string
  /** The original must be recorded under this key, since the mapped name cannot hold it. */
  readonly recordKey?: string
}

interface Placed {
  readonly targetPath: string
  /** Why nothing can lie in it. */
  readonly error?: TernError
}

/** One folder above the current entry. */
interface Level extends Placed {
  readonly sourcePath: string
  /** Names met in it; only where names fold. */
  readonly seen: FoldedNames | undefined
}

/**
 * By which name each entry of one list lies at the target. Lists come depth first and in order, so only the folders
 * above the current entry are remembered, and the same list always comes to the same names: of those that are one to
 * the disk the first keeps its own. Both sides ask the same: the sender beforehand, the receiver for every entry.
 */
export class TargetNames implements Disposable {
  readonly #traits: NameTraits
  readonly #policy: NamePolicy
  readonly #memory: FoldedMemory
  readonly #folds: boolean
  /** From the item itself to the folder of the latest entry; only while any of them is of interest. */
  readonly #levels: Level[] = []
  /** Where names are kept apart: the latest entry that has not its own name or no place, for all beneath it. */
  #odd: string | undefined
  /** The next entries may lie in it. */
  #latest: (Placed & { readonly sourcePath: string }) | undefined

  /** `traits.longestPath`: what is left below the item's own place. */
  constructor(traits: NameTraits, policy: NamePolicy, memory = new FoldedMemory()) {
    this.#traits = traits
    this.#policy = policy
    this.#memory = memory
    this.#folds = traits.foldsCase || traits.foldsUnicode
  }

  /**
   * Fails for this entry, and for all beneath it, where it cannot be held: NAME_NOT_ALLOWED, NAME_COLLISION. A name
   * that is not one at all (`..`, an empty one, this program's own) is never called otherwise.
   */
  place(path: string): NamedEntry {
    if (path === '' || this.#isPlain(path)) return { path }
    const parent = this.#levelOf(parentOf(path))
    try {
      if (parent.error) throw new TernError(parent.error.code, { ...parent.error.params, path })
      const entry = this.#name(path, nameOf(path), parent)
      this.#latest = { sourcePath: path, targetPath: entry.path }
      if (entry.mappedFrom !== undefined) this.#odd ??= path
      return entry
    } catch (thrown) {
      this.#odd ??= path
      this.#latest = { sourcePath: path, targetPath: '', error: TernError.from(thrown) }
      throw thrown
    }
  }

  /** Where a listed folder lies. Fails as its own entry did. */
  folder(path: string): string {
    if (path === '' || this.#isPlain(path)) return path
    const level = this.#levelOf(path)
    if (level.error) throw new TernError(level.error.code, { ...level.error.params, path })
    return level.targetPath
  }

  [Symbol.dispose](): void {
    for (const level of this.#levels.splice(0)) level.seen?.[Symbol.dispose]()
  }

  /** Nothing can be wrong with it, whatever else is in the list. */
  #isPlain(path: string): boolean {
    if (this.#folds || this.#traits.rules === 'windows') return false
    if (this.#odd !== undefined && path !== this.#odd && isAtOrAbove(this.#odd, path)) return false
    this.#odd = undefined
    this.#levels.length = 0
    return (
      path.length * 3 <= this.#traits.longestPath &&
      !path.includes('~tern-') &&
      nameFaultOf(nameOf(path), this.#traits) === undefined
    )
  }

  #name(path: string, name: string, parent: Level): NamedEntry {
    const fault = nameFaultOf(name, this.#traits)
    const isMapped = this.#policy === 'map' && looksMapped(name)
    if (fault === undefined && !isMapped) {
      const kept = this.#taken(name, parent)
      if (kept === undefined) return { path: this.#fitting(path, joinPath(parent.targetPath, name)) }
      return this.#map(path, name, parent, new TernError('NAME_COLLISION', { path, ...kept }))
    }
    return this.#map(path, name, parent, new TernError('NAME_NOT_ALLOWED', { path, reason: fault ?? 'mapped' }))
  }

  #map(path: string, name: string, parent: Level, why: TernError): NamedEntry {
    const mapped = this.#policy === 'map' ? mapName(name, this.#traits) : undefined
    if (mapped === undefined) throw why
    const kept = this.#taken(mapped.name, parent)
    if (kept) throw new TernError('NAME_COLLISION', { path, ...kept })
    const target = this.#fitting(path, joinPath(parent.targetPath, mapped.name))
    return { path: target, mappedFrom: name, ...(mapped.recordKey !== undefined && { recordKey: mapped.recordKey }) }
  }

  /** Takes a name of the target in; or answers which one has it already, where that is still known. */
  #taken(name: string, { seen }: Level): { other?: string } | undefined {
    if (!seen) return undefined
    const folded = foldName(name, this.#traits)
    if (!seen.add(folded, name)) return undefined
    const other = seen.nameOf(folded)
    return other === undefined ? {} : { other }
  }

  #fitting(path: string, targetPath: string): string {
    const { unit, longestPath } = this.#traits
    const isShort = targetPath.length * 3 <= longestPath
    if (isShort || lengthIn(targetPath, unit) <= longestPath) return targetPath
    throw new TernError('NAME_NOT_ALLOWED', { path, reason: 'path-too-long' })
  }

  /** The folder that holds an entry: above the latest one, the latest one itself, or one that was not listed. */
  #levelOf(path: string): Level {
    const depth = this.#levels.findLastIndex(({ sourcePath }) => isAtOrAbove(sourcePath, path)) + 1
    for (const level of this.#levels.splice(depth)) level.seen?.[Symbol.dispose]()
    const nearest = this.#levels.at(-1)
    if (nearest?.sourcePath === path) return nearest
    return this.#enter(path, path === '' ? { targetPath: '' } : this.#placeOfFolder(path))
  }

  #placeOfFolder(path: string): Placed {
    if (this.#latest?.sourcePath === path) return this.#latest
    const parent = this.#levelOf(parentOf(path))
    return parent.error ? parent : this.#placed(path, parent)
  }

  #enter(sourcePath: string, { targetPath, error }: Placed): Level {
    const seen = this.#folds && !error ? new FoldedNames(this.#memory) : undefined
    const level = { sourcePath, targetPath, ...(error && { error }), seen }
    this.#levels.push(level)
    return level
  }

  #placed(path: string, parent: Level): Placed {
    try {
      return { targetPath: this.#name(path, nameOf(path), parent).path }
    } catch (thrown) {
      return { targetPath: '', error: TernError.from(thrown) }
    }
  }
}

function isAtOrAbove(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}
