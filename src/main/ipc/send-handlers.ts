import type { SendRequest } from '../../shared/contract/engine-process.ts'
import type { ParsedInput } from '../../shared/contract/ipc-schemas.ts'
import type { TokenRegistry } from '../tokens/token-registry.ts'
import type { HandlerContext } from './handler-context.ts'
import type { CommandHandlers } from './register.ts'
import { withoutUndefined } from './without-undefined.ts'

type SendCommands = Extract<keyof CommandHandlers, `send.${string}`>

/** Commands of the send sheet: tokens become paths here, and nowhere else. */
export function sendHandlers(context: HandlerContext): Pick<CommandHandlers, SendCommands> {
  const { engine, tokens } = context
  return {
    'send.measure': async (input) => {
      const paths = input.tokens.map((token) => tokens.resolve(token, 'send').path)
      const measured = await engine.call('measure', { paths })
      // Answered in the order of the question.
      const items = measured.items.map((item, index) => ({ ...item, token: input.tokens[index] ?? '' }))
      return { ...measured, items }
    },
    'send.folder': (input) => engine.call('shareFolder', input),
    'send.specification': (input) => engine.call('specification', sendRequest(input, tokens)),
    'send.submit': (input) => engine.call('submit', sendRequest(input, tokens)),
  }
}

function sendRequest(
  input: ParsedInput<'send.specification'> | ParsedInput<'send.submit'>,
  registry: TokenRegistry,
): SendRequest {
  const { tokens, ...rest } = input
  const items = tokens.map((token) => {
    const { path, kind } = registry.resolve(token, 'send')
    return { path, kind }
  })
  return { ...withoutUndefined(rest), items }
}
