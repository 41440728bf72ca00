import { backUpWorkspace } from '../../workspace/index.ts'
import { printJson } from '../print-json.ts'
import { type ExitCode, exitCodes, type Terminal } from '../terminal.ts'
import { atWorkspace } from './ask-workspace.ts'

/** A reader of its own, so a server that runs is neither asked nor held up. */
export async function backUp(input: { folder: string; file: string }, terminal: Terminal): Promise<ExitCode> {
  const { folder, file } = input
  const { sizeBytes } = await atWorkspace(folder, (at) => backUpWorkspace(at, file))
  await printJson(terminal.stdout, { file, sizeBytes })
  return exitCodes.done
}
