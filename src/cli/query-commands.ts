import type { Command } from 'commander'
import { explainQuery } from '../shared/domain/query/explain-query.ts'
import { say } from '../shared/words/index.ts'
import { needsQuotes } from './needs-quotes.ts'
import { printJson } from './print-json.ts'
import { type Act, exitCodes } from './terminal.ts'

/** `tern query …` */
export function addQueryCommands(program: Command, act: Act): void {
  const query = program.command('query').description(say('cli.query'))
  needsQuotes(query.command('explain'))
    .description(say('cli.query.explain'))
    .argument('<query>', say('cli.query.explain.query'))
    .action((text: string) =>
      act(async (terminal) => {
        await printJson(terminal.stdout, { text, ...explainQuery(text) })
        return exitCodes.done
      }),
    )
}
