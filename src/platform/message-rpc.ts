import { type ErrorEnvelope, TernError } from '../shared/domain/errors.ts'

/** The one shape that Electron's parent port, a utility process and a MessagePort of Node have in common. */
export interface MessageEndpoint {
  post(message: unknown): void
  /** Returns the function that stops listening. */
  listen(onMessage: (message: unknown) => void): () => void
}

/** Calls as a table of functions: input to output, answered asynchronously on the other side. */
// biome-ignore lint/suspicious/noExplicitAny: a bound for tables of differently typed functions
type CallTable = { [Name in string]: (input: any) => unknown }

export type Handlers<Calls> = {
  [Name in keyof Calls]: Calls[Name] extends (input: infer Input) => infer Output
    ? (input: Input) => Output | Promise<Output>
    : never
}

export type Caller<Calls> = <Name extends keyof Calls & string>(
  name: Name,
  input: Calls[Name] extends (input: infer Input) => unknown ? Input : never,
) => Promise<Calls[Name] extends (input: never) => infer Output ? Output : never>

type Message =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly error: ErrorEnvelope }
  | { readonly type: 'event'; readonly name: string; readonly payload: unknown }

/** Answers calls that come in, and tells events to the other side. Failures travel as code and parameters only. */
export function serveCalls<Calls, Events>(
  endpoint: MessageEndpoint,
  handlers: Handlers<Calls>,
  onFailure: (name: string, failure: TernError) => void,
): { emit<Name extends keyof Events & string>(name: Name, payload: Events[Name]): void; close(): void } {
  const table = handlers as unknown as Record<string, (input: unknown) => unknown>
  const close = endpoint.listen((raw) => {
    const message = raw as Message
    if (message.type !== 'call') return
    void (async () => {
      try {
        const handler = Object.hasOwn(table, message.name) ? table[message.name] : undefined
        if (!handler) throw new TernError('UNSUPPORTED', { name: message.name })
        endpoint.post({ type: 'answer', id: message.id, value: await handler(message.input) } satisfies Message)
      } catch (thrown) {
        const failure = TernError.from(thrown)
        onFailure(message.name, failure)
        endpoint.post({ type: 'failure', id: message.id, error: failure.toEnvelope() } satisfies Message)
      }
    })()
  })
  return {
    emit: (name, payload) => endpoint.post({ type: 'event', name, payload } satisfies Message),
    close,
  }
}

/** The calling side. `lost()` fails every open call with PROCESS_LOST, once the other side is gone. */
export function openCalls<Calls extends CallTable | object, Events>(
  endpoint: MessageEndpoint,
  onEvent: <Name extends keyof Events & string>(name: Name, payload: Events[Name]) => void,
): { call: Caller<Calls>; lost(): void } {
  const open = new Map<number, { resolve(value: unknown): void; reject(failure: TernError): void }>()
  let lastId = 0
  let isLost = false
  const close = endpoint.listen((raw) => {
    const message = raw as Message
    if (message.type === 'event') return onEvent(message.name as keyof Events & string, message.payload as never)
    if (message.type === 'call') return
    const waiter = open.get(message.id)
    open.delete(message.id)
    if (message.type === 'answer') waiter?.resolve(message.value)
    else waiter?.reject(TernError.fromEnvelope(message.error))
  })
  const call = (name: string, input: unknown) =>
    new Promise((resolve, reject) => {
      if (isLost) return reject(new TernError('PROCESS_LOST'))
      const id = ++lastId
      open.set(id, { resolve, reject })
      endpoint.post({ type: 'call', id, name, input } satisfies Message)
    })
  return {
    call: call as Caller<Calls>,
    lost() {
      isLost = true
      close()
      for (const waiter of open.values()) waiter.reject(new TernError('PROCESS_LOST'))
      open.clear()
    },
  }
}
