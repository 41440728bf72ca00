import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import { foldName } from './fold-name.ts'
import { nameOf, parentOf } from './relative-path.ts'
import type { TargetTraits } from './target-traits.ts'

/**
 * Finds entries of one list that would be the same file on the target (`Plate.exr` and `plate.exr`). Lists come depth
 * first, so only the folders above the current entry are remembered: memory follows the largest folders, not the list.
 */
export class NameCollisions {
  readonly #traits: Pick<TargetTraits, 'foldsCase' | 'foldsUnicode'>
  readonly #folders = new Map<string, Map<string, string>>()
  #latestParent: string | undefined

  constructor(traits: Pick<TargetTraits, 'foldsCase' | 'foldsUnicode'>) {
    this.#traits = traits
  }

  /** Takes the entry in, or says which earlier one it collides with (NAME_COLLISION). */
  check(path: string): ErrorEnvelope | undefined {
    if (!this.#traits.foldsCase && !this.#traits.foldsUnicode) return undefined
    const name = nameOf(path)
    const names = this.#namesOf(parentOf(path))
    const key = foldName(name, this.#traits)
    const earlier = names.get(key)
    if (earlier === undefined) names.set(key, name)
    return earlier === undefined || earlier === name
      ? undefined
      : { code: 'NAME_COLLISION', params: { path, other: earlier } }
  }

  #namesOf(parent: string): Map<string, string> {
    if (parent !== this.#latestParent) {
      for (const known of this.#folders.keys()) {
        if (known !== '' && known !== parent && !parent.startsWith(`${known}/`)) this.#folders.delete(known)
      }
      this.#latestParent = parent
    }
    const names = this.#folders.get(parent) ?? new Map<string, string>()
    this.#folders.set(parent, names)
    return names
  }
}
