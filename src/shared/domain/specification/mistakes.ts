import { type ErrorCode, type ErrorParams, TernError } from '../errors.ts'

/** One thing that is wrong in a specification, where, and what would be right. */
export interface SpecificationMistake {
  /** JSON path (`$.tasks[3].priority`); `$` where the whole text is meant. */
  readonly path: string
  readonly code: ErrorCode
  /** Stable name of what would be right; `shared/words` has the sentence for code and params. */
  readonly advice: string
  readonly params: ErrorParams
  /** From 1; only where the specification was given as text. */
  readonly line?: number
  readonly column?: number
}

/** Collects what is wrong while reading goes on, so that a person can mend everything at once. */
export interface Mistakes {
  readonly errors: TernError[]
  readonly limit: number
}

/** Ends the reading: one more mistake than anybody wants to hear of. */
export class EnoughMistakes extends Error {}

/** Records what was thrown; defects of our own go on as they are. */
export function record(mistakes: Mistakes, thrown: unknown): void {
  if (!(thrown instanceof TernError)) throw thrown
  mistakes.errors.push(thrown)
  if (mistakes.errors.length > mistakes.limit) throw new EnoughMistakes()
}

/** What `read` answers; undefined when it is wrong, which is recorded. */
export function attempt<Value>(mistakes: Mistakes, read: () => Value): Value | undefined {
  try {
    return read()
  } catch (thrown) {
    record(mistakes, thrown)
    return undefined
  }
}

export function mistakeOf(error: TernError): SpecificationMistake {
  const { code, params } = error
  const { jsonPath, advice, problem, line, column } = params
  return {
    path: typeof jsonPath === 'string' ? jsonPath : '$',
    code,
    advice: `${advice ?? problem ?? code.toLowerCase().replaceAll('_', '-')}`,
    params,
    ...(typeof line === 'number' && typeof column === 'number' && { line, column }),
  }
}

/** Leaves out that a source is missing where it stands there misspelt: that is one mistake, not two. */
export function withoutEchoes(mistakes: readonly SpecificationMistake[]): SpecificationMistake[] {
  const misspelt = new Set(
    mistakes
      .filter(({ advice, params }) => advice === 'unknown-key-near' && params.nearest === 'source')
      .map(({ path }) => path.replace(/(?:\.\w+|\["(?:[^"\\]|\\.)*"\])$/, '')),
  )
  return mistakes.filter(
    ({ advice, path }) => advice !== 'source-missing' || !misspelt.has(path.replace(/\.source$/, '')),
  )
}
