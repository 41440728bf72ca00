import { createClientHost } from '../client/index.ts'
import { keepHeapLean } from '../platform/lean-heap.ts'
import type {
  EngineCommands,
  EngineEvents,
  EngineProcessSetup,
  EngineStarted,
} from '../shared/contract/engine-process.ts'
import { TernError } from '../shared/domain/errors.ts'
import { serveProcess } from './process-life.ts'

/** A process that runs one client host, of the kinds that this program is meant for. */
export function serveClient(name: string, kinds: readonly EngineProcessSetup['kind'][]): void {
  keepHeapLean()
  serveProcess<EngineCommands, EngineEvents, EngineProcessSetup, EngineStarted>(name, async (setup, emit, logger) => {
    if (!kinds.includes(setup.kind)) throw new TernError('BAD_REQUEST', { field: 'kind' })
    const host = await createClientHost(
      setup,
      {
        session: (payload) => emit('session', payload),
        presences: (payload) => emit('presences', payload),
        transfers: (payload) => emit('transfers', payload),
        notice: (payload) => emit('notice', payload),
      },
      logger,
    )
    const { started, ...handlers } = host
    return { started, handlers }
  })
}
