// One engine in a process of its own, so that it can be killed: a request comes in by message, events go out.
import {
  createEngine,
  directRoute,
  type HostIdentity,
  type ReceiveRequest,
  type SendRequest,
} from '../../../src/engine/index.ts'
import { keepHeapLean } from '../../../src/platform/lean-heap.ts'
import { silentLogger } from '../../../src/platform/logger.ts'

// As the processes of the app and of a storage do (`hosting/serve-client.ts`).
keepHeapLean()

export interface EngineProcessStart {
  readonly identity: HostIdentity
  readonly stateFolder: string
  readonly listen?: { readonly host: string; readonly port: number }
}

type WithoutRoutes<Request> = Omit<Request, 'routes'>

export type EngineProcessMessage =
  | { readonly kind: 'create'; readonly start: EngineProcessStart }
  | {
      readonly kind: 'run'
      readonly request: WithoutRoutes<SendRequest> | WithoutRoutes<ReceiveRequest>
      readonly dial?: { readonly host: string; readonly port: number }
    }
  | { readonly kind: 'limit'; readonly bytesPerSecond?: number }

const engines: Awaited<ReturnType<typeof createEngine>>[] = []
const send = (message: unknown) => process.send?.(message)

process.on('message', async (message: EngineProcessMessage) => {
  if (message.kind === 'create') {
    const engine = await createEngine({ ...message.start, logger: silentLogger, connectTimeoutMs: 10_000 })
    engines.push(engine)
    send({ kind: 'created', listening: engine.listening })
    return
  }
  const engine = engines[0]
  if (message.kind === 'limit') {
    engine?.setLimit(message.bytesPerSecond)
    return
  }
  const request = { ...message.request, routes: message.dial ? [directRoute(message.dial)] : [] }
  const transfer = engine?.start(request, {
    onProgress: (progress) => send({ kind: 'progress', progress }),
    onItem: ({ itemId, status }) => send({ kind: 'item', itemId, status }),
  })
  send({ kind: 'outcome', outcome: await transfer?.outcome })
})
// The test is gone.
process.on('disconnect', () => process.exit(0))
send({ kind: 'ready' })
