import { type Command, Option } from 'commander'
import { parsePlace, printPlace } from '../shared/domain/notation/notation.ts'
import { say } from '../shared/words/index.ts'
import { printJson } from './print-json.ts'
import type { Act } from './run-tern.ts'
import { exitCodes } from './terminal.ts'

type Side = 'source' | 'destination'

/** `tern path …` */
export function addPathCommands(program: Command, act: Act): void {
  const path = program.command('path').description(say('cli.path'))
  path
    .command('explain')
    .description(say('cli.path.explain'))
    .argument('<place>', say('cli.path.explain.place'))
    .addOption(new Option('--as <side>', say('cli.path.explain.as')).choices(['source', 'destination']))
    .action((text: string, { as: side }: { readonly as?: Side }) =>
      act(async (terminal) => {
        const place = parsePlace(text, side === undefined ? {} : { role: side })
        await printJson(terminal.stdout, {
          text,
          canonical: printPlace(place),
          party: place.party,
          path: place.path,
          trailingSlash: place.hasTrailingSlash,
        })
        return exitCodes.done
      }),
    )
}
