import { createLogger, type Logger } from '../platform/logger.ts'
import { type Handlers, serveCalls } from '../platform/message-rpc.ts'
import { TernError } from '../shared/domain/errors.ts'
import { parentEndpoint } from './message-endpoint.ts'

interface LifeCalls<Setup, Started> {
  setup(input: Setup): Started
  shutdown(input: Record<string, never>): null
}

type Emit<Events> = <Name extends keyof Events & string>(name: Name, payload: Events[Name]) => void

export interface Opened<Commands, Started> {
  readonly started: Started
  /** Everything that can be called after `setup`. */
  readonly handlers: Omit<Handlers<Commands>, 'setup'>
}

/**
 * The life of a child process: `setup` comes first, the other calls exist once it has answered, and the process ends
 * after `shutdown` or when its parent is gone.
 */
export function serveProcess<
  Commands extends LifeCalls<Setup, Started>,
  Events,
  Setup extends { readonly logFile?: string },
  Started,
>(name: string, open: (setup: Setup, emit: Emit<Events>, logger: Logger) => Promise<Opened<Commands, Started>>): void {
  const endpoint = parentEndpoint()
  const level = process.env.TERN_LOG_LEVEL
  let logger: Logger | undefined
  let isOpening = false

  const table = {
    async setup(input: Setup): Promise<Started> {
      if (isOpening) throw new TernError('CONFLICT', { name: 'setup' })
      isOpening = true
      logger = createLogger({ name, ...(input.logFile && { file: input.logFile }), ...(level && { level }) })
      try {
        const { started, handlers } = await open(input, (event, payload) => served.emit(event, payload), logger)
        const { shutdown } = handlers as Handlers<Pick<Commands, 'shutdown'>> & { shutdown(input: object): unknown }
        Object.assign(table, handlers, { shutdown: (ending: object) => endAfter(() => shutdown(ending)) })
        return started
      } catch (error) {
        // It may be tried again, for example once the keychain is open.
        isOpening = false
        throw error
      }
    },
  }
  const served = serveCalls<Commands, Events>(endpoint, table as unknown as Handlers<Commands>, (call, failure) => {
    if (failure.code === 'INTERNAL') logger?.error({ call, err: failure.cause ?? failure }, 'call failed')
    else logger?.debug({ call, failure: failure.toEnvelope() }, 'call refused')
  })
  endpoint.onLost(() => process.exit(0))
  // A terminal or a service manager tells all processes at once; the parent is who ends this one in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  process.on('uncaughtException', (error) => {
    logger?.fatal({ err: error }, 'uncaught')
    process.exit(1)
  })
}

/** The answer goes out first. */
async function endAfter(shutdown: () => unknown): Promise<null> {
  try {
    await shutdown()
  } finally {
    setTimeout(() => process.exit(0), 50)
  }
  return null
}
