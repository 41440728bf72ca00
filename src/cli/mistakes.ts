import { nowMs } from '../platform/clock.ts'
import type { ErrorCode, ErrorParams, TernError } from '../shared/domain/errors.ts'
import { errorSentence } from '../shared/words/index.ts'
import { printJson } from './print-json.ts'
import { type ExitCode, exitCodes, type Terminal } from './terminal.ts'

/** Something in what was written that cannot be used: where it stands, and parameters of the sentence about it. */
export interface Mistake {
  readonly code: ErrorCode
  readonly params: ErrorParams
  /** A JSON path, or a place in a text. */
  readonly path?: string
  /** The stable name of what would be right. */
  readonly key?: string
}

export function mistakeOf(error: TernError): Mistake {
  const { jsonPath, advice, problem, ...params } = error.params
  const key = advice ?? problem
  return {
    code: error.code,
    params,
    ...(typeof jsonPath === 'string' && { path: jsonPath }),
    ...(typeof key === 'string' && { key }),
  }
}

/** Tells mistakes twice: as JSON for scripts on stdout, a line each for people on stderr. */
export async function refuse(terminal: Terminal, mistakes: readonly Mistake[]): Promise<ExitCode> {
  const told = mistakes.map((mistake) => ({ ...mistake, advice: adviceOn(mistake) }))
  await printJson(terminal.stdout, {
    errors: told.map(({ path, code, key, advice, params }) => ({
      ...(path !== undefined && { path }),
      code,
      ...(key !== undefined && { key }),
      advice,
      params,
    })),
  })
  await terminal.stderr.write(told.map(({ path, advice }) => `${lineOn(path, advice)}\n`).join(''))
  return exitCodes.mistake
}

export function adviceOn({ code, params, path, key }: Mistake): string {
  const known = {
    ...params,
    ...(path !== undefined && { jsonPath: path }),
    ...(key !== undefined && { advice: key, problem: key }),
  }
  return errorSentence({ code, params: known }, { nowMs: nowMs() }).sentence
}

function lineOn(path: string | undefined, sentence: string): string {
  return path === undefined || sentence.startsWith(path) ? sentence : `${path}: ${sentence}`
}
