import { runCall } from './run-tern.ts'
import { type ExitCode, processTerminal } from './terminal.ts'
import type { LoadHosting } from './workspace-commands.ts'

export interface TernCall {
  readonly args: readonly string[]
  readonly version: string
  readonly loadHosting: LoadHosting
}

/** Runs one call of the command line on the streams of this process and answers its exit code. */
export function runTern(call: TernCall): Promise<ExitCode> {
  return runCall({ ...call, terminal: processTerminal() })
}
