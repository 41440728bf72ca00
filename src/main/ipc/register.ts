import type { IpcMain, IpcMainInvokeEvent } from 'electron'
import type { Disposer } from '../../platform/disposer.ts'
import type { Logger } from '../../platform/logger.ts'
import { newSecret } from '../../platform/random-id.ts'
import { type CommandName, commandNames, ipcChannels } from '../../shared/contract/ipc-names.ts'
import {
  type CommandOutput,
  commandInputs,
  type Envelope,
  type ParsedInput,
} from '../../shared/contract/ipc-schemas.ts'
import { isAbort, TernError } from '../../shared/domain/errors.ts'

/** One handler for each command of the window; a missing one does not compile. */
export type CommandHandlers = {
  readonly [Name in CommandName]: (input: ParsedInput<Name>) => CommandOutput<Name> | Promise<CommandOutput<Name>>
}

/** A job specification may be 10 million characters; nothing the window sends is longer than that and its fields. */
const inputLimitCharacters = 12_000_000

export interface RegistrarOptions {
  readonly ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>
  readonly isTrusted: (event: IpcMainInvokeEvent) => boolean
  readonly handlers: CommandHandlers
  readonly logger: Logger
}

/** The only way from the window into main: sender, name, size and shape are checked here, for every command. */
export function registerCommands(options: RegistrarOptions, disposer: Disposer): void {
  options.ipcMain.handle(ipcChannels.call, (event, message: unknown) => answerCall(options, event, message))
  disposer.add(() => options.ipcMain.removeHandler(ipcChannels.call))
}

async function answerCall(
  options: RegistrarOptions,
  event: IpcMainInvokeEvent,
  message: unknown,
): Promise<Envelope<unknown>> {
  if (!options.isTrusted(event)) {
    options.logger.error({ url: event.senderFrame?.url }, 'a message came from a stranger and was refused')
    return failure(new TernError('FORBIDDEN'))
  }
  let name: CommandName | undefined
  try {
    name = commandNameOf(message)
    const input = checkedInput(name, (message as { input?: unknown }).input)
    return { ok: true, value: await runHandler(options.handlers, name, input) }
  } catch (thrown) {
    return failure(reported(thrown, name, options.logger))
  }
}

function commandNameOf(message: unknown): CommandName {
  const name = typeof message === 'object' && message !== null && 'name' in message ? message.name : undefined
  if (typeof name === 'string' && (commandNames as readonly string[]).includes(name)) return name as CommandName
  throw new TernError('UNSUPPORTED')
}

function checkedInput<Name extends CommandName>(name: Name, input: unknown): ParsedInput<Name> {
  if (!isWithinLimit(input)) throw new TernError('BAD_REQUEST', { field: 'size' })
  const parsed = commandInputs[name].safeParse(input ?? {})
  if (parsed.success) return parsed.data as ParsedInput<Name>
  const issue = parsed.error.issues[0]
  throw new TernError('BAD_REQUEST', { field: issue?.path.join('.') ?? '', problem: issue?.code ?? '' })
}

function isWithinLimit(input: unknown): boolean {
  try {
    return (JSON.stringify(input) ?? '').length <= inputLimitCharacters
  } catch {
    return false
  }
}

async function runHandler<Name extends CommandName>(
  handlers: CommandHandlers,
  name: Name,
  input: ParsedInput<Name>,
): Promise<CommandOutput<Name>> {
  return handlers[name](input)
}

/** Known failures travel as they are; an unknown one only by a number that finds it in the log. */
function reported(thrown: unknown, name: CommandName | undefined, logger: Logger): TernError {
  const known = TernError.from(thrown)
  if (known.code !== 'INTERNAL') return known
  const logId = newSecret(6)
  if (!isAbort(thrown)) logger.error({ name, logId, err: thrown }, 'a command failed in a way nobody foresaw')
  return new TernError('INTERNAL', { logId })
}

function failure(error: TernError): Envelope<never> {
  return { ok: false, error: error.toEnvelope() }
}
