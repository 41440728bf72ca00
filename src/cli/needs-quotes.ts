import type { Command } from 'commander'
import { say } from '../shared/words/index.ts'

/** For a command whose one argument may hold blanks: a shell takes it apart, and "too many arguments" says little. */
export function needsQuotes(command: Command): Command {
  return command.allowExcessArguments().hook('preAction', (called) => {
    if (called.args.length > 1) called.error(say('cli.quotes-missing'))
  })
}
