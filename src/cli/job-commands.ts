import type { Command } from 'commander'
import { normaliseSpecification } from '../shared/domain/specification/job-specification.ts'
import { say } from '../shared/words/index.ts'
import { printJson } from './print-json.ts'
import { readInput } from './read-input.ts'
import type { Act } from './run-tern.ts'
import { exitCodes } from './terminal.ts'

/** `tern job …` */
export function addJobCommands(program: Command, act: Act): void {
  const job = program.command('job').description(say('cli.job'))
  job
    .command('check')
    .description(say('cli.job.check'))
    .argument('<file>', say('cli.job.check.file'))
    .action((file: string) =>
      act(async (terminal) => {
        const specification = normaliseSpecification(await readInput(file, terminal.stdin))
        await printJson(terminal.stdout, specification)
        return exitCodes.done
      }),
    )
}
