import { planFolders } from '../../client/index.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { settingProblem } from '../../shared/domain/settings/setting-problem.ts'
import { type Mistake, mistakeOf, refuse } from '../mistakes.ts'
import { printJson } from '../print-json.ts'
import { type ExitCode, exitCodes, type Terminal } from '../terminal.ts'

export interface PlanInput {
  readonly source: string
  readonly destination: string
  /** `name=value`, as in the settings of a job. */
  readonly settings: readonly string[]
}

/** `tern job plan`: what a job between two places of this machine would do; nothing is written there. */
export async function planJob({ source, destination, settings }: PlanInput, terminal: Terminal): Promise<ExitCode> {
  const mistakes = settings.flatMap(mistakeIn)
  if (mistakes.length > 0) return refuse(terminal, mistakes)
  const {
    plan,
    notes = [],
    failures = [],
    names: mapped,
  } = await planFolders({
    source,
    destination,
    settings: Object.fromEntries(settings.map(readSetting)),
  })
  const names = (kind: string) => notes.filter((note) => note.kind === kind).map(({ path }) => path)
  await printJson(terminal.stdout, {
    ...plan,
    first: { create: names('placed'), replace: names('replaced'), remove: names('removed'), left: names('left') },
    ...(mapped.length > 0 && { names: mapped.map(({ path, error }) => ({ path, ...error })) }),
    ...(failures.length > 0 && { leftOut: failures.map(({ path, error }) => ({ path, ...error })) }),
  })
  return exitCodes.done
}

function mistakeIn(text: string): Mistake[] {
  const [name, value] = readSetting(text)
  const problem = settingProblem(name, value, 'job')
  if (problem === undefined) return []
  return [mistakeOf(new TernError(problem.code, { ...problem.params, jsonPath: name.slice(0, 100) }))]
}

function readSetting(text: string): [string, string] {
  const equals = text.indexOf('=')
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)]
}
