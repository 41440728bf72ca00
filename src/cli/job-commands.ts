import type { Command } from 'commander'
import { checkSpecification } from '../shared/domain/specification/job-specification.ts'
import type { SpecificationMistake } from '../shared/domain/specification/mistakes.ts'
import { printSpecification } from '../shared/domain/specification/print-specification.ts'
import { say } from '../shared/words/index.ts'
import { describedSchema, warningSentence } from '../shared/words/specification.ts'
import { addKnownCodes, type KnownCodes, placeOptions } from './known-codes.ts'
import { type Mistake, refuse } from './mistakes.ts'
import { printJson } from './print-json.ts'
import { readInput } from './read-input.ts'
import { type Act, type ExitCode, exitCodes, type Terminal } from './terminal.ts'

/** `tern job …`; answers the command, since other rooms add to it. */
export function addJobCommands(program: Command, act: Act): Command {
  const job = program.command('job').description(say('cli.job'))
  addKnownCodes(job.command('check'))
    .description(say('cli.job.check'))
    .argument('<file>', say('cli.job.check.file'))
    .action((file: string, known: KnownCodes) => act((terminal) => checkJob(file, known, terminal)))
  job
    .command('schema')
    .description(say('cli.job.schema'))
    .action(() =>
      act(async (terminal) => {
        await printJson(terminal.stdout, describedSchema())
        return exitCodes.done
      }),
    )
  return job
}

async function checkJob(file: string, known: KnownCodes, terminal: Terminal): Promise<ExitCode> {
  const check = checkSpecification(await readInput(file, terminal.stdin), placeOptions(known))
  if ('errors' in check) {
    return refuse(terminal, check.errors.map(mistakeIn), { hasMore: check.hasMore, ...(file !== '-' && { file }) })
  }
  for (const warning of check.warnings) {
    await terminal.stderr.write(`${say('cli.warning', { text: warningSentence(warning) })}\n`)
  }
  await printJson(terminal.stdout, printSpecification(check.specification))
  return exitCodes.done
}

function mistakeIn({ advice, ...mistake }: SpecificationMistake): Mistake {
  return { ...mistake, key: advice }
}
