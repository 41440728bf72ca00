import { isAbort, TernError } from '../../../shared/domain/errors.ts'
import { maxSurveyedNames, type NameSurvey, type NamesSurveyed } from '../../protocol/name-messages.ts'
import { nameOf } from '../../storage/folders/relative-path.ts'
import type { ScanBatch } from '../../storage/index.ts'
import { TargetNames } from '../../storage/names/target-names.ts'

/**
 * Looks for names that the receiver's file system cannot hold in all of an item, before anything of it is asked for. Both
 * sides go by the same rules in the same order, so what is told here is what becomes of them.
 */
export async function surveyNames(
  { item, traits, policy }: NameSurvey,
  batches: AsyncIterable<Pick<ScanBatch, 'listing'>>,
): Promise<NamesSurveyed> {
  using names = new TargetNames(traits, policy)
  const found = new NameFindings()
  try {
    for await (const { listing } of batches) {
      for (const run of listing.runs) {
        for (let index = run.start; index < run.end; index += 1) found.look(names, listing.pathIn(run, index))
      }
    }
  } catch (thrown) {
    // What cannot be read any more is a matter of this item alone, and shows when it is to be sent.
    if (isAbort(thrown)) throw thrown
  }
  return { type: 'namesSurveyed', item, ...found.result() }
}

/** Of all paths that are told, so that they fit into one message whatever they are made of. */
const toldLength = 60_000

/** Counts of all, and the first of each kind by name. */
class NameFindings {
  readonly #mapped: Told[] = []
  readonly #refused: Told[] = []
  #mappedCount = 0
  #refusedCount = 0
  #lengthLeft = toldLength

  look(names: TargetNames, path: string): void {
    try {
      const entry = names.place(path)
      if (entry.mappedFrom === undefined) return
      this.#mappedCount += 1
      this.#tell(this.#mapped, path, new TernError('NAME_MAPPED', { path, name: nameOf(entry.path) }))
    } catch (thrown) {
      this.#refusedCount += 1
      this.#tell(this.#refused, path, TernError.from(thrown))
    }
  }

  result(): Omit<NamesSurveyed, 'type' | 'item'> {
    return { mapped: this.#mappedCount, refused: this.#refusedCount, names: [...this.#refused, ...this.#mapped] }
  }

  #tell(told: Told[], path: string, error: TernError): void {
    if (told.length === maxSurveyedNames || path.length > this.#lengthLeft) return
    this.#lengthLeft -= path.length
    told.push({ path, error: error.toEnvelope() })
  }
}

type Told = NamesSurveyed['names'][number]
