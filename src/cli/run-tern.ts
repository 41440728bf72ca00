import { Command, CommanderError } from 'commander'
import { nowMs } from '../platform/clock.ts'
import { TernError } from '../shared/domain/errors.ts'
import { singleLine } from '../shared/words/fill.ts'
import { errorSentence, say } from '../shared/words/index.ts'
import { addJobCommands } from './job-commands.ts'
import { mistakeOf, refuse } from './mistakes.ts'
import { addPathCommands } from './path-commands.ts'
import { addQueryCommands } from './query-commands.ts'
import { type Act, AnswerLost, type ExitCode, exitCodes, type Terminal } from './terminal.ts'
import { addPlanCommand, addRunningCommand, addWorkspaceCommands, type LoadHosting } from './workspace-commands.ts'

export interface Call {
  readonly args: readonly string[]
  readonly version: string
  readonly terminal: Terminal
  readonly loadHosting: LoadHosting
}

/** Runs one call of `tern` to its end and answers its exit code. Never throws. */
export async function runCall({ args, version, terminal, loadHosting }: Call): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done
  const act: Act = async (work) => {
    exitCode = await work(terminal)
  }
  try {
    const usage = { out: '', err: '' }
    try {
      await program(version, { act, loadHosting }, usage).parseAsync(args, { from: 'user' })
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error
      exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.mistake
    }
    await terminal.stdout.write(usage.out)
    await terminal.stderr.write(usage.err)
    return exitCode
  } catch (error) {
    if (error instanceof TernError && error.code !== 'INTERNAL') return refuse(terminal, [mistakeOf(error)])
    return tellDefect(terminal, error)
  }
}

function program(
  version: string,
  { act, loadHosting }: { act: Act; loadHosting: LoadHosting },
  usage: { out: string; err: string },
): Command {
  const tern = new Command('tern')
    .description(say('cli.tern'))
    .version(version)
    .exitOverride()
    .configureOutput({
      // Kept until the end, because commander does not wait for a slow reader.
      writeOut: (text) => {
        usage.out += text
      },
      writeErr: (text) => {
        // It repeats what was written, and a terminal obeys what it is sent.
        usage.err += text.split('\n').map(singleLine).join('\n')
      },
    })
    .showHelpAfterError(say('cli.help-hint'))
  const job = addJobCommands(tern, act)
  addPathCommands(tern, act)
  addQueryCommands(tern, act)
  const orTell: Act = (work) => act((terminal) => orTellFailure(terminal, work))
  addRunningCommand(job, orTell, loadHosting)
  addPlanCommand(job, orTell, loadHosting)
  addWorkspaceCommands(tern, orTell, loadHosting)
  return tern
}

/** What stands in the way of a command that does something is one sentence; its answer stays empty. */
async function orTellFailure(terminal: Terminal, work: (terminal: Terminal) => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work(terminal)
  } catch (thrown) {
    // Not by its class: what runs workspaces was built apart and has one of its own.
    if (!(thrown instanceof Error) || thrown.name !== 'TernError') throw thrown
    const { code, params } = thrown as TernError
    if (code === 'INTERNAL') throw thrown
    const { sentence } = errorSentence({ code, params }, { nowMs: nowMs() })
    await terminal.stderr.write(`${singleLine(sentence)}\n`)
    return exitCodes.defect
  }
}

async function tellDefect(terminal: Terminal, error: unknown): Promise<ExitCode> {
  const { sentence } = errorSentence({ code: 'INTERNAL' }, { nowMs: nowMs() })
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const text =
    error instanceof AnswerLost ? say('cli.answer-lost', { system: error.message }) : `${sentence}\n${details}`
  // Nothing is left to tell it to when even this cannot be written.
  await terminal.stderr.write(`${text}\n`).catch(() => {})
  return exitCodes.defect
}
