import { runCall } from './run-tern.ts'
import { type ExitCode, processTerminal } from './terminal.ts'

/** Runs one call of the command line on the streams of this process and answers its exit code. */
export function runTern({ args, version }: { args: readonly string[]; version: string }): Promise<ExitCode> {
  return runCall({ args, version, terminal: processTerminal() })
}
