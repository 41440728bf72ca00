import { nowMs } from '../platform/clock.ts'
import type { ErrorCode, ErrorParams, TernError } from '../shared/domain/errors.ts'
import { singleLine } from '../shared/words/fill.ts'
import { errorSentence, say } from '../shared/words/index.ts'
import { printJson } from './print-json.ts'
import { type ExitCode, exitCodes, type Terminal } from './terminal.ts'

/** Something in what was written that cannot be used. */
export interface Mistake {
  readonly code: ErrorCode
  /** As the error has them. */
  readonly params: ErrorParams
  /** A JSON path; absent: all of what was written. */
  readonly path?: string
  /** The stable name of what would be right. */
  readonly key?: string
  /** From 1, in a text of several lines. */
  readonly line?: number
  readonly column?: number
}

export function mistakeOf({ code, params }: TernError): Mistake {
  const { jsonPath, advice, problem } = params
  const key = advice ?? problem
  return {
    code,
    params,
    ...(typeof jsonPath === 'string' && { path: jsonPath }),
    ...(typeof key === 'string' && { key }),
  }
}

/**
 * Tells mistakes twice: as JSON for scripts on stdout, a line each for people on stderr. `hasMore`: there are others, which
 * nobody looked for. `file`: where the lines are.
 */
export async function refuse(
  terminal: Terminal,
  mistakes: readonly Mistake[],
  { hasMore = false, file }: { readonly hasMore?: boolean; readonly file?: string } = {},
): Promise<ExitCode> {
  await printJson(terminal.stdout, { errors: mistakes.map(printed), ...(hasMore && { hasMore }) })
  const lines = mistakes.map((mistake) => lineOn(mistake, file))
  if (hasMore) lines.push(say('cli.more-mistakes'))
  await terminal.stderr.write(`${lines.join('\n')}\n`)
  return exitCodes.mistake
}

function printed(mistake: Mistake) {
  const { path = '$', line, column, code, key } = mistake
  const { jsonPath: _path, advice: _advice, position, problem, ...others } = mistake.params
  const params = { ...others, ...(problem !== undefined && problem !== key && { problem }) }
  return { path, line, column, position, code, key, advice: sentenceOn(mistake), params }
}

/** The sentence, with the path before it where it does not name the path itself. */
function lineOn(mistake: Mistake, file: string | undefined): string {
  const { line, column } = mistake
  const sentence = sentenceOn(mistake)
  // Keys come from elsewhere, and a terminal obeys what it is sent.
  const path = singleLine(mistake.path ?? '$')
  const place = path === '$' || sentence.startsWith(path) ? '' : `${path}: `
  if (line === undefined || column === undefined) return `${place}${sentence}`
  // As compilers say it, so that terminals and editors lead there.
  return `${file === undefined ? '' : `${singleLine(file)}:`}${line}:${column}: ${place}${withoutPosition(sentence)}`
}

/** Some sentences say the position themselves, for those who see no line before them. */
function withoutPosition(sentence: string): string {
  return sentence.replace(/, line [\d,]+, column [\d,]+/, '').replace(/^Line [\d,]+, column [\d,]+: /, '')
}

function sentenceOn({ code, params }: Mistake): string {
  return errorSentence({ code, params }, { nowMs: nowMs() }).sentence
}
