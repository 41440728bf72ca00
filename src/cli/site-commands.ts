import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { say } from '../shared/words/index.ts'
import type { HostingCommands } from './hosting/index.ts'
import { addSpeedOptions, limitsOf, type SpeedOptions } from './speed-options.ts'
import type { ExitCode, Terminal } from './terminal.ts'

interface RunOptions extends SpeedOptions {
  readonly data: string
  readonly files: readonly string[]
  readonly join?: string
  readonly host: string
  readonly transferPort: number
  readonly name?: string
}

type Run = (work: (hosting: HostingCommands, terminal: Terminal) => Promise<ExitCode>) => Promise<void>

/** `tern server invite` where the workspace is, `tern server run` at the other site. */
export function addSiteCommands(server: Command, data: (command: Command) => Command, run: Run): void {
  data(server.command('invite'))
    .description(say('cli.server.invite'))
    .requiredOption('--site <code>', say('cli.server.invite.site'), code)
    .action((options: { data: string; site: string }) =>
      run((hosting, terminal) =>
        hosting.inviteServer({ folder: options.data, input: { site: options.site } }, terminal),
      ),
    )
  addSpeedOptions(server.command('run'))
    .description(say('cli.server.run'))
    .requiredOption('--data <folder>', say('cli.server.run.data'), folder)
    .requiredOption('--files <folder>', say('cli.server.run.files'), gathered)
    .option('--join <invitation>', say('cli.server.run.join'))
    .option('--host <address>', say('cli.serve.host'), '0.0.0.0')
    .option('--transfer-port <number>', say('cli.serve.transfer-port'), port, 0)
    .option('--name <name>', say('cli.server.run.name'))
    .action(({ data: folder, files: roots, join: invitation, name, limit, limitTimes, ...rest }: RunOptions) =>
      run((hosting, terminal) =>
        hosting.serveSite(
          {
            folder,
            roots,
            ...rest,
            limits: limitsOf({
              ...(limit !== undefined && { limit }),
              ...(limitTimes !== undefined && { limitTimes }),
            }),
            ...(invitation !== undefined && { invitation }),
            ...(name && { name }),
          },
          terminal,
        ),
      ),
    )
}

/** Nothing at all is what a variable says that is not set; it must not become the folder that somebody stands in. */
export function folder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError(say('cli.bad-folder'))
  return resolve(text)
}

export function port(text: string): number {
  const value = Number(text)
  if (!/^\d{1,5}$/.test(text) || value > 65_535) {
    // As a text: nothing is counted.
    throw new InvalidArgumentError(say('cli.bad-number', { min: 0, max: '65535' }))
  }
  return value
}

export function code(text: string): string {
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(text)) throw new InvalidArgumentError(say('cli.bad-code'))
  return text
}

function gathered(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, folder(text)]
}
