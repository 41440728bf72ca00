import type { CommandName, EventName } from '../../shared/contract/ipc-names.ts'
import type { CommandInput, CommandOutput, Envelope, EventPayload } from '../../shared/contract/ipc-schemas.ts'
import type { AppView, PickedItem } from '../../shared/contract/view.ts'
import { TernError } from '../../shared/domain/errors.ts'

/** What the preload script puts into the page. */
interface PreloadBridge {
  call(name: CommandName, input: unknown): Promise<Envelope<unknown>>
  on<Name extends EventName>(event: Name, listener: (payload: EventPayload<Name>) => void): () => void
  pickDropped(files: readonly File[]): Promise<Envelope<readonly PickedItem[]>>
  readonly platform: AppView['platform']
}

function preload(): PreloadBridge {
  return (window as unknown as { readonly tern: PreloadBridge }).tern
}

/**
 * Asks main; nothing else in the window talks to `window.tern`.
 * @throws TernError with the code that main answered; INTERNAL when main did not answer at all.
 */
export async function call<Name extends CommandName>(
  name: Name,
  ...args: Record<string, never> extends CommandInput<Name> ? [input?: CommandInput<Name>] : [input: CommandInput<Name>]
): Promise<CommandOutput<Name>> {
  const envelope = await answer(preload().call(name, args[0] ?? {}))
  return unwrap(envelope) as CommandOutput<Name>
}

/** Listens to one event of main; the returned function ends it. */
export function onEvent<Name extends EventName>(
  event: Name,
  listener: (payload: EventPayload<Name>) => void,
): () => void {
  return preload().on(event, listener)
}

/** Which system draws the frame and names the keys. */
export function platform(): AppView['platform'] {
  return preload().platform
}

/** Turns files that the system dropped or pasted into tokens; their paths never come into the page. */
export async function pickDropped(files: readonly File[]): Promise<readonly PickedItem[]> {
  return unwrap(await answer(preload().pickDropped(files)))
}

async function answer<Value>(asked: Promise<Envelope<Value>>): Promise<Envelope<Value>> {
  try {
    return await asked
  } catch (thrown) {
    throw new TernError('INTERNAL', {}, { cause: thrown })
  }
}

function unwrap<Value>(envelope: Envelope<Value>): Value {
  if (envelope.ok) return envelope.value
  throw TernError.fromEnvelope(envelope.error)
}
