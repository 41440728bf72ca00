import { bottleneckSentence } from '../../shared/words/bottleneck-sentence.ts'
import { printJson } from '../print-json.ts'
import { type ExitCode, exitCodes, type Terminal } from '../terminal.ts'
import { askWorkspace } from './ask-workspace.ts'

/** Prints the transfers that run now, with their figures and what holds each of them up. */
export async function listRunning({ folder }: { readonly folder: string }, terminal: Terminal): Promise<ExitCode> {
  const { transfers } = await askWorkspace(folder, 'listRunning', {})
  const told = transfers.map(({ id, name, from, to, progress }) => {
    const { bottleneck, limitBytesPerSecond } = progress ?? {}
    const found = bottleneck && { bottleneck, ...(limitBytesPerSecond !== undefined && { limitBytesPerSecond }) }
    return {
      id,
      name,
      from: from.name,
      to: to.name,
      ...progress,
      ...(found && { says: bottleneckSentence(found, { from, to }) }),
    }
  })
  await printJson(terminal.stdout, { transfers: told })
  return exitCodes.done
}
