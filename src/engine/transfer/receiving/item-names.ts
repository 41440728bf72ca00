import { type ErrorEnvelope, TernError } from '../../../shared/domain/errors.ts'
import type { FoundNames } from '../../api.ts'
import type { NamesSurveyed } from '../../protocol/name-messages.ts'
import type { NamePolicy, NameTraits } from '../../protocol/name-traits.ts'
import { checkRelativePath, nameOf } from '../../storage/folders/relative-path.ts'
import { foldName } from '../../storage/names/fold-name.ts'
import { mapName } from '../../storage/names/name-mapping.ts'
import type { NameRecords } from '../../storage/names/name-records.ts'
import { nameFaultOf } from '../../storage/names/names.ts'
import { type NamedEntry, TargetNames } from '../../storage/names/target-names.ts'
import { takesAnyName } from '../../storage/target-traits.ts'

export interface ItemNamesOptions {
  readonly traits: NameTraits
  readonly policy: NamePolicy
  /** Originals that a mapped name cannot hold are recorded before anything gets that name. */
  readonly records: NameRecords
  /** A name that was called otherwise without having been found beforehand. */
  readonly onMapped: (path: string, error: ErrorEnvelope) => void
}

/** By which names the entries of one item lie at the target; what a sender says of them beforehand is checked here. */
export class ItemNames implements Disposable {
  readonly #options: ItemNamesOptions
  readonly #names: TargetNames
  /** Names are kept apart here and may be anything. */
  readonly takesAny: boolean
  #surveyed: NamesSurveyed | undefined
  #mapped = 0

  constructor(options: ItemNamesOptions) {
    this.#options = options
    this.#names = new TargetNames(options.traits, options.policy)
    this.takesAny = takesAnyName(options.traits)
  }

  get traits(): NameTraits {
    return this.#options.traits
  }

  get policy(): NamePolicy {
    return this.#options.policy
  }

  /** Whether a source that holds names of so many bytes could have one that cannot be held here. */
  needsSurvey(longestSourceName = 255): boolean {
    return !this.takesAny || longestSourceName > this.traits.longestName
  }

  /** What the sender has found, as far as it can be true: what each name becomes is ours to say. */
  take(surveyed: NamesSurveyed): Omit<FoundNames, 'itemId'> {
    const { mapped, refused } = surveyed
    this.#surveyed = surveyed
    const names = surveyed.names.map(({ path, error }) => ({ path, error: this.#checked(path, error) }))
    return { mapped, refused, names }
  }

  /**
   * The path below the item where an entry lies.
   * @throws TernError NAME_NOT_ALLOWED, NAME_COLLISION, PATH_ESCAPES_ROOT, PATH_INVALID, DISK_FULL
   */
  place(path: string): string {
    const entry = this.#placed(path)
    if (entry.mappedFrom === undefined) return entry.path
    if (entry.recordKey !== undefined) this.#options.records.put(entry.mappedFrom)
    this.#mapped += 1
    if (this.#mapped > (this.#surveyed?.mapped ?? 0)) {
      this.#options.onMapped(path, new TernError('NAME_MAPPED', { path, name: nameOf(entry.path) }).toEnvelope())
    }
    return entry.path
  }

  #placed(path: string): NamedEntry {
    try {
      return this.#names.place(path)
    } catch (thrown) {
      // What leads elsewhere is more than a name that does not fit.
      checkRelativePath(path, 'posix')
      throw thrown
    }
  }

  /** Whether nothing can be wrong with a name without `~` in a folder that has its own name; only where `takesAny`. */
  isSurelyOwn(folder: string, name: string): boolean {
    const { traits } = this
    const mostBytes = (folder.length + 1 + name.length) * 3
    return mostBytes <= traits.longestPath && nameFaultOf(name, traits) === undefined
  }

  /** The path below the item where a listed folder lies. Fails as its own entry did. */
  folder(path: string): string {
    return this.#names.folder(path)
  }

  #checked(path: string, error: ErrorEnvelope): ErrorEnvelope {
    if (error.code === 'NAME_COLLISION' || error.code === 'NAME_NOT_ALLOWED') return error
    const name = mapName(nameOf(path), this.traits)?.name
    return {
      code: name === undefined ? 'NAME_NOT_ALLOWED' : 'NAME_MAPPED',
      params: { path, ...(name !== undefined && { name }) },
    }
  }

  /** The same text for paths that are one place to the disk. */
  keyOf(path: string): string {
    return this.takesAny ? path : foldName(path, this.traits)
  }

  [Symbol.dispose](): void {
    this.#names[Symbol.dispose]()
  }
}
